import type { Server } from 'node:http';
import type { Application } from 'express';
import { createServer } from '../server/index.js';

/** `app.listen` as Express has it, on a server whose messages are born as those of the app. */
export function listenFast(app: Application, started: () => void): void {
  // Express 5 tells the callback of a failure to listen too.
  const tellsFailure = !('lazyrouter' in app);
  const listen = (...args: unknown[]): Server => {
    const server = createServer(app);
    server.once('listening', started);
    const done = args.at(-1);
    if (tellsFailure && typeof done === 'function') {
      const tell = once((...outcome) => done.apply(server, outcome));
      args[args.length - 1] = tell;
      server.once('error', tell);
    }
    return server.listen(...(args as []));
  };
  Object.assign(app, { listen });
}

function once(call: (...args: unknown[]) => void): (...args: unknown[]) => void {
  let called = false;
  return (...args) => {
    if (called) return;
    called = true;
    call(...args);
  };
}
