import { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Unavailable } from '../errors/index.js';
import { LONGEST_TIME } from '../longest-time.js';
import { onceOver } from '../once-over.js';
import { givePlace } from '../places.js';
import { type PlaceHooks, RequestPlace } from './place.js';

export interface LimitOptions {
  /**
   * How many requests are answered at a time; others wait. An action of a view counts as long as it works, also when its client has
   * left; of other handlers it is not known. Default: any number.
   */
  readonly concurrency?: number;
  /** How many may wait; further ones are refused with 503 and `Retry-After`. Default: as many as `concurrency`. */
  readonly queue?: number;
  /** How long a request may wait, in milliseconds; then it is refused. Default 1000. */
  readonly wait?: number;
  /** What `Retry-After` says, in seconds. Default 1. */
  readonly retryAfter?: number;
  /**
   * How long an action that works on when its answer is over keeps its place, in milliseconds: what hangs gives it back then. Default
   * 10000.
   */
  readonly linger?: number;
  /** Which requests are not counted, such as those of streams, which stay open. Default: none. */
  readonly except?: (request: IncomingMessage) => boolean;
  /**
   * How long any answer of the app may take to begin once it is let in, in milliseconds; then it is a 503 problem. Default: any time.
   * Actions have a `timeout` of their own.
   */
  readonly timeout?: number;
}

type Refuse = (request: IncomingMessage, response: ServerResponse, error: Unavailable) => void;

interface Waiting {
  readonly enter: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Lets so many requests in at a time. What is refused is refused at once, which costs next to nothing: a server that takes more
 * than it can do answers nobody.
 *
 * @throws TypeError for numbers that are none.
 */
export function concurrencyGate(
  {
    concurrency = Number.POSITIVE_INFINITY,
    queue = concurrency,
    wait = 1000,
    retryAfter = 1,
    linger = 10_000,
    except,
  }: LimitOptions,
  refuse: Refuse,
): (request: IncomingMessage, response: ServerResponse, proceed: () => void) => void {
  checkNumber('concurrency', concurrency, 1);
  checkNumber('queue', queue, 0);
  checkNumber('wait', wait, 1, LONGEST_TIME);
  checkNumber('retryAfter', retryAfter, 0);
  checkNumber('linger', linger, 1, LONGEST_TIME);
  const headers = { 'Retry-After': String(retryAfter) };
  // A set keeps the order in which they came, and forgets one in the middle at no cost.
  const waiting = new Set<Waiting>();
  let inside = 0;

  const hooks: PlaceHooks = {
    linger,
    enter() {
      inside += 1;
    },
    leave() {
      inside -= 1;
      const [next] = waiting;
      // An action that began when its place was given back has it again.
      if (!next || inside >= concurrency) return;
      waiting.delete(next);
      clearTimeout(next.timer);
      next.enter();
    },
  };
  const enter = (request: IncomingMessage, response: ServerResponse, proceed: () => void): void => {
    const place = new RequestPlace(hooks);
    givePlace(response, place);
    onceOver(request, response, () => place.answered());
    proceed();
  };
  return (request, response, proceed) => {
    if (except?.(request)) {
      proceed();
      return;
    }
    if (inside < concurrency) {
      enter(request, response, proceed);
      return;
    }
    if (waiting.size >= queue) {
      refuse(request, response, new Unavailable('The server has too much to do.', { headers }));
      return;
    }
    const entry: Waiting = {
      // In the context of its own request: it is another one's end that lets it in.
      enter: AsyncResource.bind(() => {
        response.off('close', forget);
        enter(request, response, proceed);
      }),
      timer: setTimeout(() => {
        waiting.delete(entry);
        response.off('close', forget);
        refuse(request, response, new Unavailable('The server has too much to do.', { headers }));
      }, wait),
    };
    // A client that leaves gives its place up.
    const forget = (): void => {
      clearTimeout(entry.timer);
      waiting.delete(entry);
    };
    response.once('close', forget);
    waiting.add(entry);
  };
}

function checkNumber(name: string, value: number, least: number, most = Number.POSITIVE_INFINITY): void {
  if ((Number.isInteger(value) || value === Number.POSITIVE_INFINITY) && value >= least && value <= most)
    return;
  const range = most === Number.POSITIVE_INFINITY ? `from ${least}` : `from ${least} to ${most}`;
  throw new TypeError(`\`limits.${name}\` is ${String(value)}: it is a whole number ${range}.`);
}
