import type { Span } from '@opentelemetry/api';
import { isClientFault, recordedBefore } from './recorded.js';

const DONE = Symbol.for('express-viewsets.instrumented');

const sentence =
  'Traces need OpenTelemetry: npm install @opentelemetry/api@1.9 @opentelemetry/instrumentation @opentelemetry/instrumentation-http @opentelemetry/instrumentation-express';

/**
 * Instruments http and Express, once in a process.
 *
 * @throws TypeError where OpenTelemetry is not installed.
 */
export function instrument(): void {
  const shared = globalThis as { [DONE]?: boolean };
  if (shared[DONE]) return;
  const { registerInstrumentations, HttpInstrumentation, ExpressInstrumentation } = load();
  registerInstrumentations({
    instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation({ requestHook: recordOnce })],
  });
  shared[DONE] = true;
}

function load() {
  try {
    return {
      ...(require('@opentelemetry/instrumentation') as typeof import('@opentelemetry/instrumentation')),
      ...(require('@opentelemetry/instrumentation-http') as typeof import('@opentelemetry/instrumentation-http')),
      ...(require('@opentelemetry/instrumentation-express') as typeof import('@opentelemetry/instrumentation-express')),
    };
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw cause;
    throw new TypeError(sentence, { cause });
  }
}

/**
 * Express hands an error from layer to layer, and each would record it: the first one does. What is meant for clients, with a
 * status below 500, is no failure of the server and is not recorded.
 */
function recordOnce(span: Span): void {
  const { recordException, setStatus } = span;
  let skipped = false;
  span.recordException = (exception, time) => {
    skipped = isClientFault(exception) || recordedBefore(exception);
    if (!skipped) recordException.call(span, exception, time);
  };
  span.setStatus = (status) => (skipped ? span : setStatus.call(span, status));
}
