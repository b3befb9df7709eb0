import { createServer } from 'node:http';
import { Type } from '@sinclair/typebox';
import compression from 'compression';
import express from 'express';
import { APIView, configureApp, documentOf, get, Throttled, ViewRouter } from 'express-viewsets';
import { throttle } from 'express-viewsets/limits';
import request from 'supertest';
import { info } from '../support/app.js';

test('above the limit an action is a 429 problem, others are not', async () => {
  class Login extends APIView {
    @get('/limited', {
      response: Type.String(),
      use: [throttle({ limit: 2, window: 60_000 })],
      errors: [Throttled],
    })
    limited() {
      return 'in';
    }
    @get('/free', { response: Type.String() }) free() {
      return 'free';
    }
  }
  const router = ViewRouter();
  router.register(Login);
  const app = express();
  app.use(router);
  configureApp(app, { info });
  const first = await request(app).get('/limited').expect(200);
  expect(first.headers).toHaveProperty('ratelimit');
  expect(first.headers).toHaveProperty('ratelimit-policy');
  await request(app).get('/limited').expect(200);
  const { body, headers } = await request(app).get('/limited').expect(429);
  expect(headers['content-type']).toBe('application/problem+json');
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
  expect(body).toMatchObject({ status: 429, title: 'Too Many Requests' });
  await request(app).get('/free').expect(200);
  expect(Object.keys(documentOf(app).paths?.['/limited']?.get?.responses ?? {})).toContain('429');
});

test("of a whole view, of a whole app, and by a key of one's own", async () => {
  class Limited extends APIView {
    static override use = [throttle({ limit: 1, key: (req) => String(req.headers['x-tenant']) })];
    @get('/a') a() {}
    @get('/b') b() {}
  }
  const router = ViewRouter();
  router.register(Limited);
  const app = express();
  app.use('/all', throttle({ limit: 1 }));
  app.get('/all/old', (_req, res) => void res.send('old'));
  app.use(router);
  configureApp(app, { info });
  await request(app).get('/a').set('X-Tenant', 't1').expect(204);
  await request(app).get('/b').set('X-Tenant', 't1').expect(429);
  await request(app).get('/b').set('X-Tenant', 't2').expect(204);
  await request(app).get('/all/old').expect(200);
  await request(app)
    .get('/all/old')
    .expect(429)
    .expect('Content-Type', /problem/);
});

test('mistakes are told at once', () => {
  expect(() => throttle({ limit: 0 })).toThrow(/`limit` of throttle/);
  expect(() => throttle({ limit: 1, window: 0.5 })).toThrow(/`window` of throttle/);
  // A timer would be over at once, and the limit would be none.
  expect(() => throttle({ limit: 1, window: 2 ** 31 })).toThrow(/`window` of throttle/);
});

test('compression squeezes documents, and lets a stream that says no-transform through as it comes', async () => {
  class Feed extends APIView {
    @get('/feed', { raw: true }) feed() {
      this.response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-transform' });
      this.response.write('data: one\n\n');
    }
    @get('/big', { response: Type.String() }) big() {
      return 'x'.repeat(5000);
    }
  }
  const router = ViewRouter();
  router.register(Feed);
  const app = express();
  app.use(compression());
  app.use(router);
  configureApp(app, { info, metrics: true });
  const server = createServer(app).listen(0);
  const { port } = server.address() as { port: number };
  const big = await fetch(`http://127.0.0.1:${port}/big`);
  expect(big.headers.get('content-encoding')).toMatch(/gzip|br/);
  expect(await big.json()).toHaveLength(5000);
  const feed = await fetch(`http://127.0.0.1:${port}/feed`);
  expect(feed.headers.get('content-encoding')).toBeNull();
  const reader = (feed.body as ReadableStream<Uint8Array>).getReader();
  // It comes though the stream does not end.
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: one\n\n');
  await reader.cancel();
  server.close();
});
