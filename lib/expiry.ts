import type { IncomingMessage, ServerResponse } from 'node:http';
import { type APIError, type Logger, log, RequestTimeout, Unavailable } from './errors/index.js';
import { LONGEST_TIME } from './longest-time.js';
import { onceOver } from './once-over.js';

/*
 * The time that an answer may take. When it is over the client is answered, what the program was doing is told to stop, and
 * what it brings all the same is dropped.
 */

const EXPIRY = Symbol('expiry');
const BEGIN = Symbol('begin');

type Expiring = ServerResponse & { [EXPIRY]?: AbortController; [BEGIN]?: (() => void) | undefined };

/** Aborts when the time of an answer is over; `undefined` where it has no limit. */
export function expiryOf(response: ServerResponse): AbortSignal | undefined {
  return (response as Expiring)[EXPIRY]?.signal;
}

/**
 * Whether something comes too late: it is dropped. What failed because it was told to stop is no news; anything else is
 * logged, though the client has its answer.
 */
export function isLate(response: ServerResponse, thrown: unknown, logger: () => Logger): boolean {
  const expiry = expiryOf(response);
  if (!expiry?.aborted) return false;
  const { name, code } = (thrown ?? {}) as { name?: unknown; code?: unknown };
  const isTold = thrown === expiry.reason || name === 'AbortError';
  const expected = thrown === undefined || thrown === null || isTold || code === 'ERR_HTTP_HEADERS_SENT';
  if (!expected) log(logger(), { err: thrown }, 'A request failed after its time was over.');
  return true;
}

/**
 * Says how an answer begins when its time is over, such as that of a stream which has nothing to send yet. It is then no problem, and let
 * be. `undefined`: it does not begin any more.
 */
export function beginInTime(response: ServerResponse, begin: (() => void) | undefined): void {
  if (expiryOf(response)) (response as Expiring)[BEGIN] = begin;
}

/** Whether the time of an answer is over: it has one, or is about to have one. */
export function isExpired(response: ServerResponse): boolean {
  return expiryOf(response)?.aborted === true;
}

/** @throws TypeError for what is no time in milliseconds. */
export function checkTimeout(name: string, timeout: unknown): void {
  if (
    timeout === undefined ||
    (Number.isInteger(timeout) && (timeout as number) > 0 && (timeout as number) <= LONGEST_TIME)
  )
    return;
  throw new TypeError(
    `\`timeout\` of ${name} is ${String(timeout)}: it is a whole number of milliseconds above 0.`,
  );
}

/**
 * Gives an answer a time, in milliseconds, to begin: a stream that has begun is let be. `answer` sends the problem: 408 where the
 * client is slow to send the request (RFC 9110 section 15.5.9), else 503 (section 15.6.4), as 504 is a gateway's.
 */
export function limitTime(
  request: IncomingMessage,
  response: ServerResponse,
  timeout: number,
  label: string,
  answer: (error: APIError) => void,
): void {
  const expiring = response as Expiring;
  expiring[EXPIRY] ??= new AbortController();
  const expire = (bytesRead: number | undefined): void => {
    if (response.headersSent || response.destroyed || isExpired(response)) return;
    const begin = expiring[BEGIN];
    if (begin) {
      begin();
      return;
    }
    const error = isSlow(request, bytesRead)
      ? new RequestTimeout(undefined, { headers: { Connection: 'close' } })
      : new Unavailable('The answer took too long.', {
          cause: new Error(`${label} took longer than ${timeout} ms.`),
        });
    expiring[EXPIRY]?.abort(error);
    answer(error);
    // An error handler of the app may answer later.
    if (response.writableEnded) mute(response);
    else response.once('finish', () => mute(response));
  };
  // What came while the process was busy is read first: the client was not slow to send that.
  const timer = setTimeout(() => setImmediate(expire, request.socket?.bytesRead), timeout);
  onceOver(request, response, () => clearTimeout(timer));
}

/** Whether it is the client who is waited for: the body is being read, and no more of it comes. What nobody reads may have been sent. */
function isSlow(request: IncomingMessage, bytesRead: number | undefined): boolean {
  const { complete, readableFlowing, readableLength, socket } = request;
  const isRead = readableFlowing === true || request.listenerCount('readable') > 0;
  return isRead && !complete && readableLength === 0 && socket?.bytesRead === bytesRead;
}

/**
 * Who comes late finds a response that takes everything and sends nothing. Otherwise `response.json()` would throw, and in an
 * async handler of Express 4 nobody would catch it: the process would end.
 */
function mute(response: ServerResponse): void {
  const take = () => response;
  Object.assign(response, {
    setHeader: take,
    appendHeader: take,
    removeHeader: take,
    writeHead: take,
    flushHeaders: take,
    end: take,
    write: () => true,
  });
}
