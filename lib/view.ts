import type { Request, RequestHandler, Response } from 'express';
import type { ActionTable } from './action.js';
import type { APIErrorClass, Raise } from './errors/index.js';
import { expiryOf } from './expiry.js';
import type { AbstractConstructor, Awaitable } from './inference.js';
import { onceOver, wasSent } from './once-over.js';
import type { ResponseCheck } from './schema/index.js';

/** The action that a view is serving. */
export interface CurrentAction {
  /** As in operation ids: `list`, `partial_update`, `mark_read`. */
  readonly name: string;
  /** The method of the class that runs. */
  readonly handler: string;
  /** The path template inside its router, in the syntax of Express: `/items/:id`. */
  readonly route: string;
  readonly operationId: string;
}

/** Aborts the signal of a view, whose work nobody waits for any more. */
export let abort: (view: View) => void;

/**
 * The lowest level: a class whose methods serve routes with the Express request and response in hand, and no magic.
 * One instance serves one request.
 *
 * ```ts
 * class Health extends View {
 *   @get('/ping') ping() { this.response.type('text').send('pong'); }
 * }
 * ```
 */
export abstract class View {
  /** Rows by method name; decorated methods need none. See `actionsOf` for how classes add up. */
  static readonly actions: ActionTable = {};
  /** Express middleware in front of each action of the class and of its subclasses. */
  static readonly use: readonly RequestHandler[] = [];
  /** Problems that any action may throw: documented with each. */
  static readonly errors: readonly APIErrorClass[] = [];
  /** What foreign errors become, for each action. */
  static readonly raises: readonly Raise[] = [];

  /** Set before any hook or action runs, and after the constructor. */
  declare readonly request: Request;
  declare readonly response: Response;
  declare readonly action: CurrentAction;

  #abort: AbortController | undefined;

  static {
    abort = (view) => {
      if (!view.signal.aborted) view.#abort?.abort();
    };
  }

  /**
   * Aborts when the client goes away before the answer is complete, when the `timeout` of the action is over, and when a stream is
   * over.
   */
  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController();
      const { response } = this;
      const leave = () => wasSent(response) || abort.abort();
      onceOver(this.request, response, leave);
      const expiry = expiryOf(response);
      if (expiry?.aborted) abort.abort(expiry.reason);
      else expiry?.addEventListener('abort', () => abort.abort(expiry.reason), { once: true });
      this.#abort = abort;
    }
    return this.#abort.signal;
  }

  /** Runs before the request is read: throw `Unauthorized` or `Forbidden` to refuse it. */
  protected authorize(): Awaitable<void> {}

  /** Runs around the action: `call` runs it, and what this returns is the result. Call `super.perform(call)` in a mixin. */
  protected perform(call: () => Awaitable<unknown>): Awaitable<unknown> {
    return call();
  }

  /** Runs when the response is ready to be sent, for headers that need the result. */
  protected finalize(_result: unknown): Awaitable<void> {}
}

/**
 * A view whose actions take checked arguments and return results: inputs are checked by their schemas, results
 * are checked and serialized by theirs, and whatever is thrown becomes a problem (RFC 9457).
 */
export abstract class APIView extends View {
  /** Default true: a result that does not fit its schema is a 500 problem, and a log line that says why. */
  static readonly validateResponse: ResponseCheck = true;

  /** Tells it from a `View`, whose results are nobody's business. */
  get checked(): true {
    return true;
  }
}

/** A class of views, abstract or not: what a mixin of one's own takes and returns. */
export type ViewClass<V extends View = View> = AbstractConstructor<V> & ViewStatics;

export interface ViewStatics {
  readonly actions: ActionTable;
  /** Fields that are made once, when the view is mounted, and that all its instances have in common. */
  readonly shared?: readonly string[];
  /** Checks them then. Throws a TypeError for what the class can not work with. */
  checkShared?(fields: Readonly<Record<string, unknown>>, kind: { readonly name: string }): void;
  readonly use: readonly RequestHandler[];
  readonly errors: readonly APIErrorClass[];
  readonly raises: readonly Raise[];
}

export type APIViewClass<V extends APIView = APIView> = AbstractConstructor<V> & APIViewStatics;

export interface APIViewStatics extends ViewStatics {
  readonly validateResponse: ResponseCheck;
}
