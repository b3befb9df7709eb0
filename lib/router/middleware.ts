import type { Request, RequestHandler, Response } from 'express';
import type { Awaitable } from '../inference.js';

/** What became of the middleware: all passed, or one left the action with `next('route')` or `next('router')`. */
export type Outcome = 'passed' | 'left';

/** Runs Express middleware in front of an action; it stays in the same tick while each calls `next` at once. */
export function runMiddleware(
  use: readonly RequestHandler[],
  request: Request,
  response: Response,
  from = 0,
): Awaitable<Outcome> {
  for (let index = from; index < use.length; index += 1) {
    const said = runOne(use[index] as RequestHandler, request, response);
    if (said instanceof Promise) {
      return said.then<Outcome>((signal) =>
        leaves(signal) ? 'left' : runMiddleware(use, request, response, index + 1),
      );
    }
    if (leaves(said)) return 'left';
  }
  return 'passed';
}

/** What the middleware said to `next`; a promise where it has not yet. */
function runOne(middleware: RequestHandler, request: Request, response: Response): unknown {
  let said: { readonly signal: unknown } | undefined;
  let tell: ((signal: unknown) => void) | undefined;
  const next = (signal?: unknown): void => {
    if (said) return;
    said = { signal };
    tell?.(signal);
  };
  const returned = middleware(request, response, next) as unknown;
  if (returned instanceof Promise)
    returned.catch((error: unknown) => next(error ?? new Error('A middleware rejected with nothing.')));
  if (said) return (said as { readonly signal: unknown }).signal;
  return new Promise((resolve) => {
    tell = resolve;
  });
}

function leaves(signal: unknown): boolean {
  if (signal === undefined || signal === null) return false;
  if (signal === 'route' || signal === 'router') return true;
  throw signal;
}
