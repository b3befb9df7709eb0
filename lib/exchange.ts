import type { IncomingMessage, ServerResponse } from 'node:http';
import { onceOver, wasSent } from './once-over.js';

/** What is served: the template of its route, and where an action took it, which. */
export interface Served {
  /** `/tenants/:tenant/items/:id`, or `(unmatched)`, or `(middleware)`: never a value of a request. */
  readonly template: string;
  readonly operation: { readonly name: string; readonly operationId: string } | undefined;
}

/** What is told of those who watch, and to whom. */
export interface Watch {
  readonly observers: readonly Observer[];
  readonly served: (request: IncomingMessage, response: ServerResponse) => Served;
  /** Gets what an observer throws at the end of a request, where nobody is left to tell. */
  readonly report: (error: unknown) => void;
}

const NOBODY: readonly Observer[] = [];

function furtherOf(observers: readonly Observer[], known: readonly Observer[]): readonly Observer[] {
  return observers.filter(({ kind }) => !known.some((observer) => observer.kind === kind));
}

/** A request and its response as those see it who watch: metrics and logs. It ends once, when the response is closed. */
export class Exchange {
  requestId: string | undefined = undefined;
  correlationId: string | undefined = undefined;
  /** Milliseconds, of `performance.now()`. */
  readonly startedAt = performance.now();
  /** The same, once it is over. */
  endedAt = 0;
  /** What its connection has carried before it, and then for it; where there is no log it is nobody's business. */
  bytes = 0;
  isOver = false;
  /** Those that have begun. */
  #observers = NOBODY;
  #served: Served | undefined = undefined;
  readonly #watch: Watch;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    watch: Watch,
  ) {
    this.#watch = watch;
  }

  /** What took the request so far; once it is over that stays. */
  get served(): Served {
    if (this.#served) return this.#served;
    const served = this.#watch.served(this.request, this.response);
    if (this.isOver) this.#served = served;
    return served;
  }

  /** Whether the client left before the response was complete. */
  get aborted(): boolean {
    return !wasSent(this.response);
  }

  /** One of a kind watches a request, which may pass through several configured apps. */
  begin(observers: readonly Observer[]): void {
    const known = this.#observers;
    const further = known === NOBODY ? observers : furtherOf(observers, known);
    let begun = 0;
    try {
      while (begun < further.length) {
        begun += 1;
        further[begun - 1]?.begin?.(this);
      }
    } finally {
      // What failed to begin has an end as well, and what comes behind it has none.
      const now = begun < further.length ? further.slice(0, begun) : further;
      this.#observers = known === NOBODY ? now : [...known, ...now];
    }
  }

  close(): void {
    this.isOver = true;
    this.endedAt = performance.now();
    for (const observer of this.#observers) observer.close?.(this);
  }

  end(): void {
    for (const observer of this.#observers) {
      try {
        observer.end?.(this);
      } catch (error) {
        this.#watch.report(error);
      }
    }
  }
}

/** Watches requests. */
export interface Observer {
  readonly kind: unknown;
  begin?(exchange: Exchange): void;
  /** When the response is closed, for what is not to be known any later. */
  close?(exchange: Exchange): void;
  /** When the turn is over in which that was. */
  end?(exchange: Exchange): void;
}

const EXCHANGE = Symbol('exchange');

type Observed = IncomingMessage & { [EXCHANGE]?: Exchange };

export function exchangeOf(request: IncomingMessage): Exchange | undefined {
  return (request as Observed)[EXCHANGE];
}

/** Begins what the observers do for a request, and ends it when the response is closed. */
export function observe(request: IncomingMessage, response: ServerResponse, watch: Watch): void {
  const known = (request as Observed)[EXCHANGE];
  if (known?.isOver) return;
  const exchange = known ?? new Exchange(request, response, watch);
  (request as Observed)[EXCHANGE] = exchange;
  try {
    exchange.begin(watch.observers);
  } finally {
    // Behind their beginnings: where the connection has gone it is over at once.
    if (!known) onceOver(request, response, () => endLater(exchange));
  }
}

let over: Exchange[] = [];
let isListening = false;

/**
 * To answer all requests of a turn comes first, as clients wait for that; then all are counted and logged, which takes less time than
 * each in the midst of others.
 */
function endLater(exchange: Exchange): void {
  exchange.close();
  if (over.push(exchange) > 1) return;
  setImmediate(endAll);
  if (isListening) return;
  isListening = true;
  // Ahead of whoever writes their last lines then.
  process.prependListener('exit', endAll);
}

function endAll(): void {
  const ended = over;
  over = [];
  for (const exchange of ended) exchange.end();
}
