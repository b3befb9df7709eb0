import type { IncomingMessage } from 'node:http';
import {
  type Attributes,
  context,
  createContextKey,
  isSpanContextValid,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { templateAtDispatch, templateAtRefusal } from '../app/route-template.js';
import { type TracedOperation, type Tracing, tracing } from '../tracing.js';
import { recordedBefore, told } from './recorded.js';

/** Under which the instrumentation of http has the span of the request, and takes the route for its name. */
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

interface RpcMetadata {
  readonly span?: Span;
  route?: string;
}

/**
 * Tells traces what views know: the route template, the action and the operation id of a request, and what made it fail. The
 * active trace id becomes the `correlation_id` of problems and of log lines. `express-viewsets/opentelemetry` calls it, and
 * `express-viewsets/opentelemetry/views`, which instruments nothing.
 */
export function traceViews(): void {
  tracing.current = { traceId, dispatched, refused, failed } satisfies Tracing;
}

/** Also of a trace that is not sampled, as the caller may know it by this id. */
function traceId(): string | undefined {
  const active = trace.getActiveSpan()?.spanContext();
  return active && isSpanContextValid(active) ? active.traceId : undefined;
}

function rpcMetadata(): RpcMetadata | undefined {
  return context.active().getValue(RPC_METADATA) as RpcMetadata | undefined;
}

function dispatched(request: IncomingMessage, operation: TracedOperation): void {
  if (!trace.getActiveSpan()) return;
  setRoute(templateAtDispatch(request, operation), {
    'express_viewsets.action': operation.name,
    'express_viewsets.operation_id': operation.operationId,
  });
}

function refused(request: IncomingMessage): void {
  const route = trace.getActiveSpan() && templateAtRefusal(request);
  if (route !== undefined) setRoute(route, {});
}

/** Of the span of the request, and of the one of Express that is active. */
function setRoute(route: string, further: Attributes): void {
  const active = trace.getActiveSpan();
  const metadata = rpcMetadata();
  if (metadata) metadata.route = route;
  const attributes: Attributes = { 'http.route': route, ...further };
  active?.setAttributes(attributes);
  if (metadata?.span && metadata.span !== active) metadata.span.setAttributes(attributes);
}

function failed(thrown: unknown): void {
  const span = rpcMetadata()?.span ?? trace.getActiveSpan();
  if (!span) return;
  if (!recordedBefore(thrown) && span.isRecording()) span.recordException(told(thrown));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
