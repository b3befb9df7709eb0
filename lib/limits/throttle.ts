import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { Throttled } from '../errors/index.js';
import { LONGEST_TIME } from '../longest-time.js';

export interface ThrottleOptions {
  /** How many requests a client may send in the window. */
  readonly limit: number;
  /** In milliseconds. Default 60000. */
  readonly window?: number;
  /** Who the client is. Default: its address, as Express tells it (`trust proxy`). */
  readonly key?: (request: Request) => string | Promise<string>;
  /** Further options of express-rate-limit, such as `store` for several processes, `skip`, `identifier`. */
  readonly options?: Readonly<Record<string, unknown>>;
}

type RateLimit = (options: object) => RequestHandler;

/**
 * A limit of requests in a time, of express-rate-limit: what is above it is a 429 problem with `Retry-After`, and each response
 * says what is left (`RateLimit`, `RateLimit-Policy`).
 *
 * ```ts
 * @post('/login', { body: Login, use: [throttle({ limit: 5 })], errors: [Throttled] })
 * ```
 *
 * As `use` of an action, of a view or of a Resource, or with `app.use`. Each call counts for itself.
 *
 * @throws TypeError for numbers that are none, and where express-rate-limit is not installed.
 */
export function throttle({ limit, window = 60_000, key, options }: ThrottleOptions): RequestHandler {
  for (const [name, value, most] of [
    ['limit', limit, Number.MAX_SAFE_INTEGER],
    ['window', window, LONGEST_TIME],
  ] as const)
    if (!(Number.isInteger(value) && value > 0 && value <= most))
      throw new TypeError(
        `\`${name}\` of throttle is ${String(value)}: it is a whole number from 1 to ${most}.`,
      );
  return load()({
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    ...options,
    limit,
    windowMs: window,
    ...(key && { keyGenerator: key }),
    handler: (
      request: Request & { rateLimit?: { resetTime?: Date } },
      _response: Response,
      next: NextFunction,
    ) => {
      const left = request.rateLimit?.resetTime ? request.rateLimit.resetTime.getTime() - Date.now() : window;
      next(
        new Throttled(undefined, { headers: { 'Retry-After': String(Math.max(1, Math.ceil(left / 1000))) } }),
      );
    },
  });
}

function load(): RateLimit {
  try {
    return (require('express-rate-limit') as { rateLimit: RateLimit }).rateLimit;
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw cause;
    throw new TypeError('throttle needs express-rate-limit: npm install express-rate-limit', { cause });
  }
}
