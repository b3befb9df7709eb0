import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { APIView, configureApp, get, type LimitOptions, ViewRouter } from 'express-viewsets';
import request from 'supertest';
import { info, memoryLogger } from '../support/app.js';
import { until } from '../support/streams.js';

/** An app whose requests are answered one by one, when told. */
function held(limits: LimitOptions) {
  const open: (() => void)[] = [];
  const logger = memoryLogger();
  const app = express();
  app.get('/slow', (_req, res) => void open.push(() => res.send('done')));
  configureApp(app, { info, limits, logger, metrics: true, health: true });
  const server = createServer(app).listen(0);
  const ask = (path = '/slow') =>
    request(server)
      .get(path)
      .then((response) => response);
  const until = async (count: number) => {
    while (open.length < count) await new Promise(setImmediate);
  };
  return { open, logger, server, ask, until };
}

test('so many at a time, others wait, and what is above that is a 503 problem with Retry-After', async () => {
  const { open, logger, server, ask, until } = held({
    concurrency: 2,
    queue: 1,
    wait: 60_000,
    retryAfter: 7,
  });
  const first = [ask(), ask()];
  await until(2);
  const waits = ask();
  // It is in the queue once another one is refused.
  let refused = await ask('/slow?probe');
  while (refused.status !== 503) refused = await ask('/slow?probe');
  expect(refused.headers).toMatchObject({ 'retry-after': '7', 'content-type': 'application/problem+json' });
  expect(refused.body).toMatchObject({ status: 503, title: 'Service Unavailable' });
  // Whoever looks after the server is not kept waiting.
  expect((await ask('/readyz')).status).toBe(200);
  expect((await ask('/metrics')).text).toContain('path="(middleware)",status_code="503"');
  expect(open).toHaveLength(2);
  open.shift()?.();
  await until(2);
  for (const answer of open) answer();
  for (const response of await Promise.all([...first, waits])) expect(response.text).toBe('done');
  expect(logger.lines).toEqual([]);
  server.close();
});

test('who waits too long is refused, and its place is free again', async () => {
  const { open, server, ask, until } = held({ concurrency: 1, queue: 5, wait: 30 });
  const first = ask();
  await until(1);
  const refused = await Promise.all([ask(), ask()]);
  expect(refused.map(({ status }) => status)).toEqual([503, 503]);
  open[0]?.();
  expect((await first).status).toBe(200);
  const next = ask();
  await until(2);
  open[1]?.();
  expect((await next).status).toBe(200);
  server.close();
});

test('the time of an answer begins when it is let in', async () => {
  const timeout = 400;
  const app = express();
  let end = () => {};
  app.get('/begun', (_req, res) => {
    res.write('begun');
    end = () => res.end();
  });
  app.get('/quick', (_req, res) => void res.send('quick'));
  configureApp(app, { info, limits: { concurrency: 1, wait: 60_000, timeout }, logger: memoryLogger() });
  const server = createServer(app).listen(0);
  const { port } = server.address() as AddressInfo;
  const first = await fetch(`http://127.0.0.1:${port}/begun`);
  const second = fetch(`http://127.0.0.1:${port}/quick`);
  await once(server, 'request');
  await new Promise((resolve) => setTimeout(resolve, 2 * timeout));
  end();
  expect(await first.text()).toBe('begun');
  expect(await (await second).text()).toBe('quick');
  server.closeAllConnections();
  server.close();
});

test('a client that leaves gives its place up, inside and in the queue', async () => {
  const { open, server, ask, until } = held({ concurrency: 1, queue: 1, wait: 60_000 });
  const { port } = server.address() as AddressInfo;
  const arrivals = () =>
    new Promise<void>((resolve) => {
      server.once('request', () => resolve());
    });
  const leaver = async () => {
    const arrived = arrivals();
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n'));
    await arrived;
    return socket;
  };
  const inside = await leaver();
  const queued = await leaver();
  expect((await ask()).status).toBe(503);
  queued.destroy();
  // Its place in the queue is free once the server has seen it go.
  let arrived = arrivals();
  let waits = ask();
  await arrived;
  let early = await Promise.race([waits, new Promise<undefined>((resolve) => setTimeout(resolve, 50))]);
  while (early?.status === 503) {
    arrived = arrivals();
    waits = ask();
    await arrived;
    early = await Promise.race([waits, new Promise<undefined>((resolve) => setTimeout(resolve, 50))]);
  }
  inside.destroy();
  await until(2);
  open[1]?.();
  expect((await waits).status).toBe(200);
  server.close();
});

describe('an action works on when its client has left', () => {
  /** Actions that run until they are told to end, one by one. */
  function working(limits: LimitOptions) {
    const running = new Set<() => void>();
    let most = 0;
    const work = () =>
      new Promise<void>((resolve) => {
        const end = () => {
          running.delete(end);
          resolve();
        };
        running.add(end);
        most = Math.max(most, running.size);
      });
    class Work extends APIView {
      @get('/work') async work() {
        await work();
      }
      @get('/fails', { timeout: 30 }) async fails() {
        await work();
        throw new Error('late');
      }
      // Which begins when its client may have left.
      @get('/later', { use: [(_req, _res, next) => void setTimeout(next, 50)] }) async later() {
        await work();
      }
      @get('/obeys') async obeys() {
        const over = work();
        const [end] = [...running].slice(-1);
        this.signal.addEventListener('abort', () => end?.());
        await over;
      }
    }
    const app = express();
    app.use(ViewRouter().register(Work));
    configureApp(app, { info, limits, logger: memoryLogger() });
    const server = createServer(app).listen(0);
    const { port } = server.address() as AddressInfo;
    /** Asks, and leaves. */
    const leave = async (path: string, when: () => boolean) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`),
      );
      const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
      await until(when);
      socket.destroy();
      if (!response.closed) await once(response, 'close');
    };
    return { server, running, leave, most: () => most, ask: (path: string) => request(server).get(path) };
  }

  test.each(['/work', '/fails'])('and keeps its place until it is over: %s', async (path) => {
    const { server, running, leave, ask, most } = working({ concurrency: 1, queue: 0, linger: 60_000 });
    await leave(path, () => running.size === 1);
    await ask('/work').expect(503);
    await ask('/work').expect(503);
    [...running][0]?.();
    let next = ask('/work').then((response) => response);
    while (running.size === 0) {
      const early = await Promise.race([next, new Promise<undefined>((resolve) => setTimeout(resolve, 5))]);
      if (early?.status === 503) next = ask('/work').then((response) => response);
    }
    [...running][0]?.();
    expect((await next).status).toBe(204);
    expect(most()).toBe(1);
    server.close();
  });

  test('so it does when its time is over', async () => {
    const { server, running, ask } = working({ concurrency: 1, queue: 0, linger: 60_000 });
    const late = await ask('/fails');
    expect([late.status, late.body.detail]).toEqual([503, 'The answer took too long.']);
    const refused = await ask('/work');
    expect([refused.status, refused.body.detail]).toEqual([503, 'The server has too much to do.']);
    [...running][0]?.();
    server.close();
  });

  test('and has one, where it begins only then', async () => {
    const { server, running, leave, ask } = working({ concurrency: 1, queue: 0, linger: 60_000 });
    await leave('/later', () => true);
    await until(() => running.size === 1);
    await ask('/work').expect(503);
    server.close();
  });

  test('but not for ever: what hangs may keep it for a while', async () => {
    const { server, running, leave, ask } = working({ concurrency: 1, queue: 1, wait: 60_000, linger: 50 });
    await leave('/work', () => running.size === 1);
    const next = ask('/work').then((response) => response);
    await until(() => running.size === 2);
    const [hung, second] = [...running];
    // That it is over in the end is no news: its place is another one's.
    hung?.();
    const third = ask('/work').then((response) => response);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(running.size).toBe(1);
    second?.();
    expect((await next).status).toBe(204);
    await until(() => running.size === 1);
    [...running][0]?.();
    expect((await third).status).toBe(204);
    server.close();
  });

  test('unless it listens to its signal', async () => {
    const { server, running, leave, ask } = working({ concurrency: 1, queue: 1, wait: 60_000 });
    await leave('/obeys', () => running.size === 1);
    const next = ask('/work').then((response) => response);
    await until(() => running.size === 1);
    [...running][0]?.();
    expect((await next).status).toBe(204);
    server.close();
  });
});

test('who waited runs in the context of its own request', async () => {
  const storage = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const open: (() => void)[] = [];
  const app = express();
  app.get('/slow', (_req, res) => {
    seen.push(storage.getStore());
    open.push(() => res.send('x'));
  });
  configureApp(app, { info, limits: { concurrency: 1 } });
  let count = 0;
  const server = createServer((req, res) => storage.run(`r${++count}`, () => app(req, res))).listen(0);
  const asked = [1, 2].map(() => request(server).get('/slow').then());
  while (count < 2) await new Promise(setImmediate);
  while (open.length < 1) await new Promise(setImmediate);
  open[0]?.();
  while (open.length < 2) await new Promise(setImmediate);
  open[1]?.();
  await Promise.all(asked);
  expect(seen).toEqual(['r1', 'r2']);
  server.close();
});

test('what is excepted is not counted', async () => {
  const { open, server, ask, until } = held({
    concurrency: 1,
    queue: 0,
    except: (req) => req.url === '/slow?stream',
  });
  const streams = [ask('/slow?stream'), ask('/slow?stream')];
  await until(2);
  const counted = ask();
  await until(3);
  expect((await ask()).status).toBe(503);
  for (const answer of open) answer();
  await Promise.all([...streams, counted]);
  server.close();
});

test.each([
  [{ concurrency: 0 }, /limits\.concurrency/],
  [{ concurrency: 1.5 }, /limits\.concurrency/],
  [{ concurrency: 1, queue: -1 }, /limits\.queue/],
  [{ queue: 1 }, /needs `limits.concurrency`/],
  [{ concurrency: 1, wait: Number.NaN }, /limits\.wait/],
  [{ concurrency: 1, wait: Number.POSITIVE_INFINITY }, /limits\.wait` is Infinity/],
  [{ concurrency: 1, wait: 2 ** 31 }, /limits\.wait/],
  [{ concurrency: 1, linger: 0 }, /limits\.linger/],
  [{ timeout: 0 }, /`timeout` of limits/],
  [{ timeout: 2 ** 31 }, /`timeout` of limits/],
] as const)('mistakes are told when the app is configured: %j', (limits, message) => {
  expect(() => configureApp(express(), { info, limits })).toThrow(message);
});
