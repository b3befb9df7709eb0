import express from 'express';
import { configureApp, gracefulShutdown, type HealthCheck } from 'express-viewsets';
import request from 'supertest';
import { info, memoryLogger } from '../support/app.js';

function appOf(health: Parameters<typeof configureApp>[1]['health']) {
  const logger = memoryLogger();
  const app = express();
  configureApp(app, { info, health, logger });
  return { app, logger };
}

test('alive and ready, and only when asked for', async () => {
  const { app } = appOf(true);
  await request(app).get('/healthz?x').expect(200, { status: 'ok' }).expect('Cache-Control', 'no-store');
  await request(app).get('/readyz').expect(200, { status: 'ok', checks: {} });
  await request(app).head('/readyz').expect(200, undefined);
  await request(app).post('/readyz').expect(404);
  await request(appOf(false).app).get('/healthz').expect(404);
  const other = appOf({ live: '/live', ready: false }).app;
  await request(other).get('/live').expect(200);
  await request(other).get('/readyz').expect(404);
});

test('a check that fails or throws is told by its name, and why only in the log, once', async () => {
  let isWell = false;
  const { app, logger } = appOf({
    checks: {
      db: () => {
        if (!isWell) throw new Error('password=secret');
      },
      cache: async () => {},
    },
  });
  for (let turn = 0; turn < 3; turn += 1) {
    const { text } = await request(app)
      .get('/readyz')
      .expect(503, { status: 'unavailable', checks: { db: 'failed', cache: 'ok' } });
    expect(text).not.toContain('secret');
  }
  expect(logger.lines).toHaveLength(1);
  expect(logger.lines[0]?.message).toContain('"db" fails');
  await request(app).get('/healthz').expect(200);
  isWell = true;
  await request(app).get('/readyz').expect(200);
});

test('a check that hangs is given up, aborted, and not started beside itself', async () => {
  let calls = 0;
  let aborted = false;
  let finish = () => {};
  const hangs: HealthCheck = (signal) => {
    calls += 1;
    signal.addEventListener('abort', () => {
      aborted = true;
    });
    return new Promise<void>((resolve) => {
      finish = resolve;
    });
  };
  const { app } = appOf({ checks: { hangs }, timeout: 20 });
  await request(app)
    .get('/readyz')
    .expect(503, { status: 'unavailable', checks: { hangs: 'timeout' } });
  expect(aborted).toBe(true);
  await request(app).get('/readyz').expect(503);
  expect(calls).toBe(1);
  finish();
  await new Promise(setImmediate);
  const again = request(app)
    .get('/readyz')
    .then((response) => response.status);
  while (calls < 2) await new Promise(setImmediate);
  finish();
  expect(await again).toBe(200);
});

test('however many ask, a check runs once at a time', async () => {
  let running = 0;
  let most = 0;
  const { app } = appOf({
    checks: {
      db: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 20));
        running -= 1;
      },
    },
  });
  const server = app.listen(0);
  await Promise.all(Array.from({ length: 20 }, () => request(server).get('/readyz').expect(200)));
  server.close();
  expect(most).toBe(1);
});

test('an app in an app that shuts down is not ready', async () => {
  const { app: inner } = appOf(true);
  const app = express();
  app.use('/inner', inner);
  const server = app.listen(0);
  const { shutdown } = gracefulShutdown(server, { exit: false });
  await shutdown();
  await request(app).get('/inner/readyz').expect(503);
});

test.each([
  [{ live: 'x' }, /path/],
  [{ timeout: 0 }, /milliseconds/],
  [{ timeout: 2 ** 31 }, /milliseconds/],
  [{ checks: { a: 1 } }, /no function/],
])('mistakes are told when the app is configured: %j', (health, message) => {
  expect(() => appOf(health as never)).toThrow(message);
});
