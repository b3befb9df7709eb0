import type { IncomingMessage } from 'node:http';

/** What the rest of the package tells a tracer, and asks of it. */
export interface Tracing {
  /** The id of the trace that is active now, also of one that is not sampled. */
  traceId(): string | undefined;
  /** An action is taking a request. */
  dispatched(request: IncomingMessage, operation: TracedOperation): void;
  /** A request is refused for its method, or answered with what its path takes. */
  refused(request: IncomingMessage): void;
  /** A request is answered with a status of 500 or above, because of this. */
  failed(thrown: unknown): void;
}

export interface TracedOperation {
  readonly name: string;
  readonly operationId: string;
  readonly route: string;
}

interface Holder {
  current: Tracing | undefined;
}

const KEY = Symbol.for('express-viewsets.tracing');

const shared = globalThis as { [KEY]?: Holder };
shared[KEY] ??= { current: undefined };

/** One for the process, as a tracer is; without `express-viewsets/opentelemetry` there is none. */
export const tracing: Holder = shared[KEY];
