import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Client } from './client.mjs';

const CONNECTIONS = 32;

/** Starts an app in a process of its own, with 32 connections to it that are kept alive. */
export async function startServer(name, execArgv) {
  const env = { ...process.env, NODE_ENV: 'production' };
  // Logs go nowhere.
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'];
  const child = fork(new URL('./server.mjs', import.meta.url), [name], { env, execArgv, stdio });
  const [{ port }] = await answerOf(child, name);
  const client = await Client.connect(port, CONNECTIONS);

  /** Microseconds of CPU, of the user and of the system, that the process has used. */
  async function cpu() {
    child.send('cpu');
    const [message] = await answerOf(child, name);
    return message.cpu;
  }

  return {
    name,
    send: ({ request: { path, ...init } }) => fetch(`http://127.0.0.1:${port}${path}`, init),
    load: (spec, count) => client.load(spec, count),
    /** Microseconds of CPU that the process spends on each request. */
    async measure(spec, count) {
      const before = await cpu();
      await client.load(spec, count);
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
      client.close();
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
