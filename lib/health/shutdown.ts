import { log } from '../errors/index.js';
import { LONGEST_TIME } from '../longest-time.js';
import { settingsOf } from '../settings.js';
import { announceShutdown } from '../shutdown-signal.js';
import { type AnyServer, Connections } from './connections.js';

export interface ShutdownOptions {
  /** The app, where the server is not made of it alone. Default: the one that the server serves. */
  readonly app?: object;
  /** Default `SIGTERM` and `SIGINT`. */
  readonly signals?: readonly NodeJS.Signals[];
  /**
   * How long requests are still taken after the signal, in milliseconds, for a load balancer to see that the app is no longer
   * ready, and for clients to find that their connections are closed behind an answer. Default 0.
   */
  readonly delay?: number;
  /** When all has to be over, in milliseconds after the signal: what is still open then is cut. Default 10000. */
  readonly deadline?: number;
  /** Closes what the app has open, such as its database, once no request is left. */
  readonly onShutdown?: () => unknown;
  /**
   * Whether the process exits at the end, once all servers that are shutting down are through: with 0, or 1 when a deadline was met or
   * an `onShutdown` failed. Default true.
   */
  readonly exit?: boolean;
  /** Told what failed, or was cut. Default: an error of the app's log, which is standard error where `configureApp` is given none. */
  readonly onError?: (error: Error) => void;
}

export interface GracefulShutdown {
  /** As a signal does. True: everything ended by itself. */
  shutdown(): Promise<boolean>;
  /** Takes no notice of signals any more. */
  dispose(): void;
}

const ending = new WeakSet<object>();
/** Of all servers of the process. */
const running = new Set<Promise<boolean>>();

/** A process with several servers ends when all of them have. */
async function exitWithAll(): Promise<void> {
  const clean = await Promise.all(running);
  process.exit(clean.every(Boolean) ? 0 : 1);
}

/** Whether an app, or one around it, is shutting down. */
export function isEnding(app: object): boolean {
  for (let at: object | undefined = app; at; at = (at as { parent?: object }).parent)
    if (ending.has(at)) return true;
  return false;
}

/** Of milliseconds: how often connections are closed on which nothing is in flight any more. */
const SWEEP = 25;

/**
 * Ends a server without cutting what it is doing. On a signal `/readyz` says no; after `delay` no connection is taken any more,
 * `shutdownSignal(app)` tells streams to end, requests in flight are finished, and connections that have none are closed: also those
 * that have sent a part of a header. Call it before the server takes its first connection. A second signal, or the deadline, cuts what is left.
 *
 * ```ts
 * gracefulShutdown(app.listen(3000), { delay: 5_000, deadline: 25_000, onShutdown: () => db.destroy() });
 * ```
 *
 * @throws TypeError for times that are none, or a server whose app can not be told.
 */
export function gracefulShutdown(server: AnyServer, options: ShutdownOptions = {}): GracefulShutdown {
  const { signals = ['SIGTERM', 'SIGINT'], delay = 0, deadline = 10_000, exit = true } = options;
  if (!(delay >= 0 && deadline > delay && deadline <= LONGEST_TIME))
    throw new TypeError(
      `gracefulShutdown takes a \`delay\` from 0 and a \`deadline\` above it, up to ${LONGEST_TIME}, in milliseconds, not ${delay} and ${deadline}.`,
    );
  const app = options.app ?? appOf(server);
  const tell =
    options.onError ??
    (({ message, cause }: Error) =>
      log(settingsOf(app).logger, cause === undefined ? {} : { err: cause }, message));
  const connections = new Connections(server);
  let ended: Promise<boolean> | undefined;
  let cut: (why: string) => void = () => {};

  const run = async (): Promise<boolean> => {
    ending.add(app);
    connections.lastCall();
    let clean = true;
    let reason = '';
    const over = new Promise<void>((resolve) => {
      const timer = setTimeout(() => cut(`${deadline} ms after the signal`), deadline);
      cut = (why) => {
        clearTimeout(timer);
        if (clean) reason = why;
        clean = false;
        resolve();
      };
      // A process that is otherwise done has nothing to wait for.
      timer.unref();
    });
    const polite = (async () => {
      if (delay > 0) await Promise.race([new Promise((resolve) => setTimeout(resolve, delay)), over]);
      await close(server, app, connections, over);
      if (!clean) tell(new Error(`The server was cut: requests were still open ${reason}.`));
      await options.onShutdown?.();
    })();
    try {
      // Nothing of a shutdown takes longer than the deadline; `onShutdown` has a moment at least.
      await Promise.race([
        polite,
        over.then(() => new Promise((resolve) => setTimeout(resolve, 1000).unref())),
      ]);
    } catch (cause) {
      clean = false;
      tell(new Error('The shutdown failed.', { cause }));
    }
    dispose();
    return clean;
  };
  const shutdown = (): Promise<boolean> => {
    if (!ended) {
      ended = run();
      running.add(ended);
      if (exit) void ended.then(exitWithAll);
    }
    return ended;
  };
  const onSignal = (): void => {
    if (ended) cut('at a second signal');
    else void shutdown();
  };
  const dispose = (): void => {
    connections.dispose();
    for (const signal of signals) process.off(signal, onSignal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return { shutdown, dispose };
}

async function close(
  server: AnyServer,
  app: object,
  connections: Connections,
  over: Promise<void>,
): Promise<void> {
  let isClosed = false;
  const closed = new Promise<void>((resolve) =>
    server.close(() => {
      isClosed = true;
      resolve();
    }),
  );
  announceShutdown(app);
  connections.end();
  const sweep = setInterval(() => connections.end(), SWEEP);
  await Promise.race([closed, over]);
  clearInterval(sweep);
  // Whoever watches requests hears of their ends only when their connections are closed.
  if (!isClosed) await connections.cut();
}

/** The app that a server was made of. */
function appOf(server: AnyServer): object {
  const found = server.listeners('request').find((listener) => 'handle' in listener && 'set' in listener);
  if (found) return found;
  throw new TypeError('gracefulShutdown can not tell which app the server serves: give it as `app`.');
}
