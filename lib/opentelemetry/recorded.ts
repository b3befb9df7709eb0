import type { Exception, Span, SpanStatus } from '@opentelemetry/api';
import { describeError } from '../errors/index.js';
import { withoutSecrets } from '../secrets.js';

const recorded = new WeakSet<object>();

/** Whether a span has recorded it; from now on, one has. */
export function recordedBefore(exception: unknown): boolean {
  if ((typeof exception !== 'object' && typeof exception !== 'function') || exception === null) return false;
  if (recorded.has(exception)) return true;
  recorded.add(exception);
  return false;
}

/**
 * For an instrumentation of Express of your own: `new ExpressInstrumentation({ requestHook: recordOnce })`. Express hands an error from
 * layer to layer, and each would record it: the first one does, without what looks like a secret. What is meant for clients, with a
 * status below 500, is no failure of the server and is not recorded.
 */
export function recordOnce(span: Span): void {
  const { recordException, setStatus } = span;
  let skipped = false;
  span.recordException = (exception, time) => {
    skipped = isClientFault(exception) || recordedBefore(exception);
    if (!skipped) recordException.call(span, told(exception), time);
  };
  span.setStatus = (status) => (skipped ? span : setStatus.call(span, withoutSecret(status)));
}

/** What a span is told of whatever was thrown. */
export function told(thrown: unknown): Exception {
  const { type: name, message, stack, code } = describeError(thrown);
  return stack === undefined ? message : { name, message, stack, ...(code !== undefined && { code }) };
}

function withoutSecret(status: SpanStatus): SpanStatus {
  return status.message === undefined ? status : { ...status, message: withoutSecrets(status.message) };
}

/** By its status, as `http-errors` and the problems of the package have one. */
function isClientFault(exception: unknown): boolean {
  try {
    const { status, statusCode } = (exception ?? {}) as { status?: unknown; statusCode?: unknown };
    const found = status ?? statusCode;
    return typeof found === 'number' && found >= 400 && found < 500;
  } catch {
    return false;
  }
}
