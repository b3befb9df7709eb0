import type { IncomingMessage, ServerResponse } from 'node:http';
import { endWith } from '../end-with.js';
import { LONGEST_TIME } from '../longest-time.js';
import { isEnding } from './shutdown.js';

/** Fails by throwing, or by a promise that does. The signal aborts when its time is over. */
export type HealthCheck = (signal: AbortSignal) => unknown;

export interface HealthOptions {
  /** The path that says whether the process is alive: it is, where it answers. Default `/healthz`; `false` for none. */
  readonly live?: string | false;
  /** The path that says whether requests are to be sent here. Default `/readyz`; `false` for none. */
  readonly ready?: string | false;
  /** What has to be well, by name. Names are shown, and nothing else of a check; why it failed is logged. */
  readonly checks?: Readonly<Record<string, HealthCheck>>;
  /** How long a check may take, in milliseconds. Default 3000. */
  readonly timeout?: number;
}

type Result = 'ok' | 'failed' | 'timeout';
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Told when a check fails that did not, or is well again. */
export type Report = (name: string, result: Result, error: unknown) => void;

/**
 * What answers at each path.
 *
 * @throws TypeError for options that are no good.
 */
export function healthEndpoints(
  app: object,
  { live = '/healthz', ready = '/readyz', checks = {}, timeout = 3000 }: HealthOptions,
  report: Report,
): Map<string, Answer> {
  for (const [name, path] of Object.entries({ live, ready }))
    if (path !== false && !path.startsWith('/'))
      throw new TypeError(`\`health.${name}\` is a path, such as "/${path}", or false.`);
  if (!(timeout > 0 && timeout <= LONGEST_TIME))
    throw new TypeError(
      `\`health.timeout\` is ${timeout}: it is a time in milliseconds, above 0 and up to ${LONGEST_TIME}.`,
    );
  for (const [name, check] of Object.entries(checks))
    if (typeof check !== 'function') throw new TypeError(`\`health.checks.${name}\` is no function.`);
  const runs = Object.entries(checks).map(
    ([name, check]) => [name, checkRunner(name, check, timeout, report)] as const,
  );
  const endpoints = new Map<string, Answer>();
  if (live !== false) endpoints.set(live, (_request, response) => answer(response, 200, { status: 'ok' }));
  if (ready !== false)
    endpoints.set(ready, (_request, response) => {
      void Promise.all(runs.map(async ([name, run]) => [name, await run()] as const)).then((results) => {
        const well = !isEnding(app) && results.every(([, result]) => result === 'ok');
        const status = isEnding(app) ? 'shutting down' : well ? 'ok' : 'unavailable';
        answer(response, well ? 200 : 503, { status, checks: Object.fromEntries(results) });
      });
    });
  return endpoints;
}

/** Runs a check once at a time, however often it is asked for: nobody can make it a load. */
function checkRunner(
  name: string,
  check: HealthCheck,
  timeout: number,
  report: Report,
): () => Promise<Result> {
  let running: Promise<Result> | undefined;
  let last: Result = 'ok';
  /** The check itself, which may go on after its time is over. */
  let busy = false;
  const attempt = async (): Promise<Result> => {
    // A check that hangs is not started again beside itself.
    if (busy) return 'timeout';
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'timeout'>((resolve) => {
      timer = setTimeout(() => {
        resolve('timeout');
        abort.abort();
      }, timeout);
    });
    busy = true;
    let error: unknown;
    const done = (async (): Promise<Result> => {
      try {
        await check(abort.signal);
        return 'ok';
      } catch (thrown) {
        error = thrown;
        return 'failed';
      } finally {
        busy = false;
      }
    })();
    const result = await Promise.race([done, late]);
    clearTimeout(timer);
    if (result !== last) report(name, result, error);
    last = result;
    return result;
  };
  return () => {
    running ??= attempt().finally(() => {
      running = undefined;
    });
    return running;
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.setHeader('cache-control', 'no-store');
  endWith(response, JSON.stringify(body));
}
