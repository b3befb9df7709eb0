import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Type } from '@sinclair/typebox';
import express, { type Express } from 'express';
import { APIView, configureApp, get, ViewRouter } from 'express-viewsets';
import { openStreams, sse } from 'express-viewsets/sse';
import request from 'supertest';
import { info, memoryLogger } from '../support/app';

async function listening(app: Express): Promise<{ server: Server; port: number }> {
  const server = app.listen(0);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** Sends requests on one connection, without waiting for their answers, and goes. */
async function pipelineAndGo(port: number, path: string, count: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(count));
  await delay(200);
  socket.destroy();
  await delay(200);
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries += 1) await delay(20);
}

test('clients that pipeline and leave give their places back', async () => {
  const app = express();
  app.get('/slow', () => {});
  app.get('/quick', (_request, response) => {
    response.send('quick');
  });
  configureApp(app, { info, logger: memoryLogger(), metrics: true, limits: { concurrency: 3, queue: 0 } });
  const { server, port } = await listening(app);
  await pipelineAndGo(port, '/slow', 3);
  await pipelineAndGo(port, '/slow', 3);
  await request(server).get('/quick').expect(200, 'quick');
  const { text } = await request(server).get('/metrics').expect(200);
  expect(text).toMatch(/http_requests_in_progress\S* 0\b/);
  server.close();
});

test('clients that leave while they wait behind one another on a connection give their places back', async () => {
  const app = express();
  app.get('/slow', () => {});
  app.get('/quick', (_request, response) => {
    response.send('quick');
  });
  const limits = { concurrency: 1, queue: 10, wait: 5000 };
  configureApp(app, { info, logger: memoryLogger(), limits });
  const { server, port } = await listening(app);
  await pipelineAndGo(port, '/slow', 4);
  await request(server).get('/quick').expect(200, 'quick');
  server.close();
});

test('the generators of streams that were pipelined are returned', async () => {
  let begun = 0;
  let returned = 0;
  class Ticks extends APIView {
    @sse('/ticks', { event: Type.Integer() })
    async *ticks() {
      begun += 1;
      try {
        for (let tick = 0; !this.signal.aborted; tick += 1) {
          yield tick;
          await delay(10);
        }
      } finally {
        returned += 1;
      }
    }
  }
  const router = ViewRouter();
  router.register(Ticks);
  const app = express();
  app.use(router);
  configureApp(app, { info, logger: memoryLogger() });
  const { server, port } = await listening(app);
  await pipelineAndGo(port, '/ticks', 5);
  await until(() => returned === 5);
  expect([begun, returned, openStreams(server)]).toEqual([5, 5, 0]);
  server.close();
});

test('rows that are being sent are sent to their end when the server closes', async () => {
  class Rows extends APIView {
    @get('/rows', { response: Type.Array(Type.Integer()), stream: 'ndjson' })
    async *rows() {
      for (let row = 0; row < 20; row += 1) {
        yield row;
        await delay(20);
      }
    }
  }
  const router = ViewRouter();
  router.register(Rows as never);
  const app = express();
  app.use(router);
  configureApp(app, { info, logger: memoryLogger() });
  const { server, port } = await listening(app);
  const response = await fetch(`http://127.0.0.1:${port}/rows`);
  const closed = once(server, 'close');
  setTimeout(() => server.close(), 100);
  expect((await response.text()).trim().split('\n')).toHaveLength(20);
  await closed;
});

test.each([
  ['limits.except', { limits: { concurrency: 1, except: fail } }],
  ['metrics.allow', { metrics: { allow: fail } }],
])('%s that throws is a 500 of its request', async (_name, options) => {
  const app = express();
  configureApp(app, { info, logger: memoryLogger(), ...options } as never);
  await request(app).get('/metrics').expect(500);
  await request(app).get('/metrics').expect(500);
});

function fail(): never {
  throw new Error('from the app');
}

test('an action that sends the headers of its stream itself does no harm', async () => {
  class Own extends APIView {
    @sse('/own', { event: Type.Integer(), openAfter: 20 })
    async *own() {
      this.response.setHeader('Content-Type', 'text/event-stream');
      this.response.flushHeaders();
      await delay(100);
      yield 1;
    }
  }
  const router = ViewRouter();
  router.register(Own);
  const app = express();
  app.use(router);
  configureApp(app, { info, logger: memoryLogger() });
  const { text } = await request(app).get('/own').expect(200);
  expect(text).toContain('data: 1\n');
});

test('a request that stands behind one whose connection was cut is over at once', async () => {
  const app = express();
  app.get('/cut', (req) => void req.socket.destroy());
  app.get('/behind', () => {
    asked += 1;
  });
  let asked = 0;
  configureApp(app, { info, logger: memoryLogger(), metrics: true, limits: { concurrency: 1 } });
  const { server, port } = await listening(app);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  socket.write(get('/cut') + get('/behind'));
  await once(socket, 'close');
  await until(() => asked > 0);
  expect(asked).toBe(1);
  const { text } = await request(server).get('/metrics').expect(200);
  expect(text).toMatch(/http_requests_in_progress\S* 0\b/);
  server.close();
});
