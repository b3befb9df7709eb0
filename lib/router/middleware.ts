import type { Request, RequestHandler, Response } from 'express';
import { isThenable } from './thenable.js';

/** What the last of the middleware said: nothing, `route` or `router` to leave the action, or an error. */
export type Done = (signal?: unknown) => void;

/**
 * Runs Express middleware in front of an action, each inside the `next` of the one before, as Express does: what runs
 * in an `AsyncLocalStorage` or a domain of a middleware stays in it.
 */
export function runMiddleware(
  use: readonly RequestHandler[],
  request: Request,
  response: Response,
  done: Done,
  index = 0,
): void {
  const middleware = use[index];
  if (!middleware) {
    done();
    return;
  }
  let called = false;
  const next = (signal?: unknown): void => {
    if (called) return;
    called = true;
    if (signal === undefined || signal === null) runMiddleware(use, request, response, done, index + 1);
    else done(signal);
  };
  const fail = (error: unknown) => next(error ?? new Error('A middleware failed with nothing.'));
  try {
    const returned = middleware(request, response, next) as unknown;
    if (isThenable(returned)) returned.then(undefined, fail);
  } catch (error) {
    fail(error);
  }
}
