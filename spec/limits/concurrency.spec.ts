import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { configureApp, type LimitOptions } from 'express-viewsets';
import request from 'supertest';
import { info, memoryLogger } from '../support/app.js';

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
  expect((await ask('/metrics')).text).toContain('path="(unmatched)",status_code="503"');
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
  [{ timeout: 0 }, /`timeout` of limits/],
  [{ timeout: 2 ** 31 }, /`timeout` of limits/],
] as const)('mistakes are told when the app is configured: %j', (limits, message) => {
  expect(() => configureApp(express(), { info, limits })).toThrow(message);
});
