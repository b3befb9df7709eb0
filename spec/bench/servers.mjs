import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Pool } from 'undici';

const connections = 32;

/** Starts an app in a process of its own, with 32 connections to it that are kept alive. */
export async function startServer(name, execArgv) {
  const env = { ...process.env, NODE_ENV: 'production' };
  // Logs go nowhere.
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'];
  const child = fork(new URL('./server.mjs', import.meta.url), [name], { env, execArgv, stdio });
  const [{ port }] = await answerOf(child, name);
  const keepAlive = { keepAliveTimeout: 600_000, keepAliveMaxTimeout: 600_000 };
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1, ...keepAlive });

  async function cpu() {
    child.send('cpu');
    const [message] = await answerOf(child, name);
    return message.cpu;
  }

  return {
    name,
    send: ({ request }) => pool.request(request),
    load: (spec, count) => load(pool, spec, count),
    /** Microseconds of CPU, of the user and of the system, that the process spends on each request. */
    async measure(spec, count) {
      const before = await cpu();
      await load(pool, spec, count);
      return ((await cpu()) - before) / count;
    },
    cpu,
    /** Bytes in use after a full collection; for a process with --expose-gc. */
    async heap() {
      child.send('heap');
      const [message] = await answerOf(child, name);
      return message.heap;
    },
    async stop() {
      await pool.destroy();
      if (!child.connected) return;
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

function answerOf(child, name) {
  const controller = new AbortController();
  const { signal } = controller;
  const exited = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`The server of ${name} ended with ${code}.`);
  });
  return Promise.race([once(child, 'message', { signal }), exited]).finally(() => controller.abort());
}

/** Sends so many requests, one at a time on each connection. Bodies are received and not looked at. */
function load(pool, { request, status }, count) {
  return new Promise((resolve, reject) => {
    let left = count;
    let open = 0;
    const next = () => {
      if (left === 0) return open === 0 && resolve();
      left -= 1;
      open += 1;
      pool.dispatch(request, handler);
    };
    const handler = {
      onRequestStart() {},
      onResponseStart(_controller, statusCode) {
        if (statusCode !== status) reject(new Error(`${request.path}: ${statusCode} for ${status}.`));
      },
      onResponseData() {},
      onResponseEnd() {
        open -= 1;
        next();
      },
      onResponseError: (_controller, error) => reject(error),
    };
    for (let connection = 0; connection < connections; connection += 1) next();
  });
}
