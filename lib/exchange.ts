import type { IncomingMessage, ServerResponse } from 'node:http';
import { onceOver, wasSent } from './once-over.js';

/** What is served: the template of its route, and where an action took it, which. */
export interface Served {
  /** `/tenants/:tenant/items/:id`, or `(unmatched)`: never a value of a request. */
  readonly template: string;
  readonly operation: { readonly name: string; readonly operationId: string } | undefined;
}

/** A request and its response as those see it who watch: metrics and logs. It ends once, when the response is closed. */
export class Exchange {
  requestId: string | undefined = undefined;
  correlationId: string | undefined = undefined;
  /** Milliseconds, of `performance.now()`. */
  readonly startedAt = performance.now();
  /** What its connection had carried before it. */
  readonly bytesBefore: number;
  readonly observers: Observer[] = [];
  #isOver = false;
  readonly #served: (request: IncomingMessage) => Served;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    served: (request: IncomingMessage) => Served,
  ) {
    this.#served = served;
    this.bytesBefore = request.socket?.bytesWritten ?? 0;
  }

  /** Asked at the end: before it is known only what took the request so far. */
  get served(): Served {
    return this.#served(this.request);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(report: (error: unknown) => void): void {
    this.#isOver = true;
    for (const observer of this.observers) {
      // The request is over, and nobody is left to tell.
      try {
        observer.end?.(this);
      } catch (error) {
        report(error);
      }
    }
  }

  /** Whether the client left before the response was complete. */
  get aborted(): boolean {
    return !wasSent(this.response);
  }
}

/** Watches requests. One of a kind watches a request, which may pass through several configured apps. */
export interface Observer {
  readonly kind: unknown;
  begin?(exchange: Exchange): void;
  end?(exchange: Exchange): void;
}

const EXCHANGE = Symbol('exchange');

type Observed = IncomingMessage & { [EXCHANGE]?: Exchange };

export function exchangeOf(request: IncomingMessage): Exchange | undefined {
  return (request as Observed)[EXCHANGE];
}

/** Begins what the observers do for a request, and ends it when the response is closed. */
export function observe(
  request: IncomingMessage,
  response: ServerResponse,
  observers: readonly Observer[],
  served: (request: IncomingMessage) => Served,
  report: (error: unknown) => void,
): void {
  const known = (request as Observed)[EXCHANGE];
  if (known?.isOver) return;
  const exchange = known ?? new Exchange(request, response, served);
  (request as Observed)[EXCHANGE] = exchange;
  try {
    for (const observer of observers) {
      if (known && exchange.observers.some(({ kind }) => kind === observer.kind)) continue;
      exchange.observers.push(observer);
      observer.begin?.(exchange);
    }
  } finally {
    // Behind their beginnings: where the connection has gone it is over at once.
    if (!known) onceOver(request, response, () => exchange.end(report));
  }
}
