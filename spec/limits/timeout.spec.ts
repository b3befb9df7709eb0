import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { Type } from '@sinclair/typebox';
import express, { type NextFunction, type Request, type Response } from 'express';
import {
  APIView,
  configureApp,
  documentOf,
  get,
  ListMixin,
  NotFound,
  post,
  Resource,
  ViewRouter,
} from 'express-viewsets';
import { sse } from 'express-viewsets/sse';
import request from 'supertest';
import { Item, info, memoryLogger } from '../support/app.js';

let release = (_value?: unknown) => {};
const held = () =>
  new Promise((resolve) => {
    release = resolve;
  });

class Slow extends APIView {
  static signal: AbortSignal | undefined;
  @get('/returns', { timeout: 20, response: Type.String() }) async returns() {
    Slow.signal = this.signal;
    return (await held()) as string;
  }
  @get('/throws', { timeout: 20 }) async throws() {
    await held();
    throw new Error('late');
  }
  @get('/stops', { timeout: 20 }) async stops() {
    await once(new EventTarget(), 'never', { signal: this.signal });
  }
  @get('/sends', { timeout: 20, raw: true }) async sends() {
    await held();
    this.response.set('X-Late', 'yes').json({ late: true });
  }
  @get('/streams', { timeout: 20, raw: true }) async streams() {
    this.response.write('begun ');
    await new Promise((resolve) => setTimeout(resolve, 60));
    this.response.end('whole');
  }
  @get('/quick', { timeout: 10_000, response: Type.String() }) quick() {
    return 'quick';
  }
  @post('/reads', { timeout: 50, body: Type.Object({}) }) reads() {}
}

function appOf(routerOptions = {}) {
  const router = ViewRouter(routerOptions);
  router.register(Slow);
  const logger = memoryLogger();
  const app = express();
  app.use(router);
  configureApp(app, { info, logger });
  return { app, logger };
}

test('an action that takes too long is a 503 problem, is told to stop, and its result is dropped', async () => {
  const { app, logger } = appOf();
  const { body } = await request(app).get('/returns').expect(503);
  expect(body).toMatchObject({ title: 'Service Unavailable', detail: 'The answer took too long.' });
  expect(Slow.signal?.aborted).toBe(true);
  release('late');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(logger.lines.map(({ message }) => message)).toEqual([
    'Service Unavailable: Slow.returns took longer than 20 ms.',
  ]);
});

test('what it throws later is logged, unless it is that it was told to stop', async () => {
  const { app, logger } = appOf();
  await request(app).get('/throws').expect(503);
  release();
  while (logger.lines.length < 2) await new Promise(setImmediate);
  expect(logger.lines[1]).toMatchObject({
    message: 'A request failed after its time was over.',
    fields: { err: { message: 'late' } },
  });
  await request(app).get('/stops').expect(503);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(logger.lines).toHaveLength(3);
});

test.each([false, true])(
  'what fails with the reason of its signal is no news (passErrors: %s)',
  async (passErrors) => {
    class Told extends APIView {
      @get('/told', { timeout: 20 }) told() {
        return new Promise<void>((_, reject) =>
          this.signal.addEventListener('abort', () => reject(this.signal.reason)),
        );
      }
    }
    const router = ViewRouter({ passErrors });
    router.register(Told);
    const logger = memoryLogger();
    const app = express();
    app.use(router);
    let passed = 0;
    app.use((error: Error, _req: Request, _res: Response, next: NextFunction) => {
      passed += 1;
      next(error);
    });
    configureApp(app, { info, logger });
    await request(app).get('/told').expect(503);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(logger.lines).toHaveLength(1);
    expect(passed).toBe(passErrors ? 1 : 0);
  },
);

test('nor is it where the time is that of the app', async () => {
  const told = (reason: (signal: AbortSignal) => unknown) => (view: APIView) =>
    new Promise<void>((_, reject) =>
      view.signal.addEventListener('abort', () => reject(reason(view.signal))),
    );
  class Told extends APIView {
    @get('/reason') reason() {
      return told((signal) => signal.reason)(this);
    }
    @get('/aborts') aborts() {
      return told(() => new DOMException('told', 'AbortError'))(this);
    }
    @get('/throws') throws() {
      return told(() => new Error('late'))(this);
    }
  }
  const router = ViewRouter();
  router.register(Told);
  const logger = memoryLogger();
  const app = express();
  app.use(router);
  configureApp(app, { info, logger, limits: { timeout: 20 } });
  for (const path of ['/reason', '/aborts', '/throws']) await request(app).get(path).expect(503);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const tooLong = 'Service Unavailable: The app took longer than 20 ms.';
  const late = 'A request failed after its time was over.';
  expect(logger.lines.map(({ message }) => message)).toEqual([tooLong, tooLong, tooLong, late]);
});

test('what it sends later goes nowhere, and hurts nobody', async () => {
  const { app, logger } = appOf();
  const { headers } = await request(app).get('/sends').expect(503);
  release();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(headers).not.toHaveProperty('x-late');
  expect(logger.lines).toHaveLength(1);
});

test('a stream that has begun is let be, and what is quick is as ever', async () => {
  const { app } = appOf();
  await request(app)
    .get('/streams')
    .expect(200)
    .expect(({ body, text }) => expect(text ?? String(body)).toBe('begun whole'));
  await request(app).get('/quick').expect(200, '"quick"');
});

test('a body that does not come is a 408', async () => {
  const { app } = appOf();
  const server = createServer(app).listen(0);
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1', () =>
    socket.write(
      'POST /reads HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    ),
  );
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(socket, 'close');
  server.close();
  expect(text).toMatch(/^HTTP\/1.1 408 /);
  expect(text).toMatch(/connection: close/i);
});

/** Sends what it is told bit by bit; resolves with the answer once the connection is closed. */
async function upload(app: express.Express, path: string, send: (socket: Socket) => void): Promise<string> {
  const server = createServer(app).listen(0);
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n`);
    send(socket);
  });
  let text = '';
  socket.on('error', () => {});
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    socket.destroy();
  });
  await new Promise((resolve) => socket.once('close', resolve));
  server.closeAllConnections();
  server.close();
  return text;
}

describe('where the body has not arrived', () => {
  const waits: Record<string, (req: Request) => unknown> = {
    // It has something else to wait for.
    unread: () => held(),
    'read by events': (req) => req.on('data', () => {}),
    'read by a loop': async (req) => {
      for await (const _chunk of req);
    },
    'read by a pipe': (req) => req.pipe(new PassThrough().resume()),
    'held back': (req) => req.pipe(new PassThrough()),
    paused: (req) => req.on('data', () => req.pause()),
  };
  const app = express();
  app.post('/:how', (req) => void waits[req.params.how as string]?.(req));
  configureApp(app, { info, logger: memoryLogger(), limits: { timeout: 50 } });
  const path = (how: string) => `/${encodeURIComponent(how)}`;
  const whole = Buffer.alloc(1_000_000, 'x');

  test.each(['read by events', 'read by a loop', 'read by a pipe'])(
    'because the client is slow, it is a 408: %s',
    async (how) => {
      const text = await upload(app, path(how), (socket) => void socket.write(whole.subarray(0, 1000)));
      expect(text).toMatch(/^HTTP\/1.1 408 /);
    },
  );

  test.each(['unread', 'held back', 'paused'])(
    'because the server does not take it, it is a 503: %s',
    async (how) => {
      const text = await upload(app, path(how), (socket) => void socket.write(whole));
      expect(text).toMatch(/^HTTP\/1.1 503 /);
    },
  );

  test('and nobody asked for it, it is a 503', async () => {
    const text = await upload(app, path('unread'), () => {});
    expect(text).toMatch(/^HTTP\/1.1 503 /);
  });

  test('because the server was busy, it is a 503', async () => {
    const busy = express();
    let client: Socket | undefined;
    busy.post('/', (req) => {
      req.once('data', () => {
        client?.write(whole.subarray(0, 999_000));
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
        req.on('data', () => {});
      });
    });
    configureApp(busy, { info, logger: memoryLogger(), limits: { timeout: 100 } });
    const text = await upload(busy, '/', (socket) => {
      client = socket;
      socket.write(whole.subarray(0, 1000));
    });
    expect(text).toMatch(/^HTTP\/1.1 503 /);
  });
});

describe('a stream of events that is quiet begins in time', () => {
  const Tick = Type.Object({ n: Type.Integer() });
  class Quiet extends APIView {
    static signal: AbortSignal | undefined;
    @sse('/quiet', { event: Tick, timeout: 20, retry: 5 }) async *quiet() {
      Quiet.signal = this.signal;
      yield { n: (await held()) as number };
    }
    @sse('/app', { event: Tick }) async *app() {
      yield { n: (await held()) as number };
    }
    @sse('/fails', { event: Tick, timeout: 20 }) async *fails() {
      await held();
      yield* [] as { n: number }[];
      throw new NotFound();
    }
    @sse('/slow-to-begin', { event: Tick, timeout: 20 }) async slowToBegin() {
      await held();
      return [{ n: 1 }];
    }
    @get('/rows', { response: Type.Array(Tick), timeout: 20 }) async *rows() {
      yield { n: (await held()) as number };
    }
  }
  const router = ViewRouter();
  router.register(Quiet);
  const app = express();
  app.use(router);
  configureApp(app, { info, logger: memoryLogger(), limits: { timeout: 40 } });
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer(app).listen(0);
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each([
    ['/quiet', 'retry: 5\n\ndata: {"n":7}\n\n'],
    ['/app', 'data: {"n":7}\n\n'],
  ])('%s', async (path, text) => {
    const response = await fetch(url + path);
    expect(response.status).toBe(200);
    if (path === '/quiet') expect(Quiet.signal?.aborted).toBe(false);
    release(7);
    expect(await response.text()).toBe(text);
  });

  test('what fails later is an event', async () => {
    const response = await fetch(`${url}/fails`);
    expect(response.status).toBe(200);
    release();
    expect(await response.text()).toMatch(/^event: error\ndata: .*"status":404/);
  });

  test('one that has no source yet, and rows, are a problem as ever', async () => {
    for (const path of ['/slow-to-begin', '/rows']) {
      expect((await fetch(url + path)).status).toBe(503);
      release(1);
    }
  });
});

test('who has gone is given no time, and nothing is said of it', async () => {
  const logger = memoryLogger();
  const app = express();
  let asked = 0;
  app.get('/never', () => {
    asked += 1;
  });
  configureApp(app, { info, logger, limits: { timeout: 60 } });
  const server = createServer(app).listen(0);
  const { port } = server.address() as AddressInfo;
  // The second of two that stand in a row is not closed with its connection.
  const ask = 'GET /never HTTP/1.1\r\nHost: x\r\n\r\n';
  const socket = connect(port, '127.0.0.1', () => socket.write(ask + ask));
  while (asked < 2) await new Promise(setImmediate);
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(logger.lines).toEqual([]);
  server.close();
});

test('an error handler of the app has the problem', async () => {
  const router = ViewRouter({ passErrors: true });
  router.register(Slow);
  const app = express();
  app.use(router);
  app.use((error: Error & { status: number }, _req: Request, res: Response, _next: NextFunction) => {
    setTimeout(() => res.status(error.status).json({ own: error.message }), 5);
  });
  configureApp(app, { info, logger: memoryLogger() });
  await request(app).get('/returns').expect(503, { own: 'The answer took too long.' });
  const bare = appOf({ passErrors: true }).app;
  await request(bare).get('/returns').expect(503);
  release();
});

test('what comes while the app has not answered yet is dropped as well', async () => {
  const Tick = Type.Object({ n: Type.Integer() });
  let started = false;
  class Hasty extends APIView {
    /** Resolves as soon as it is told to stop, and before the app answers. */
    #told() {
      return new Promise<void>((resolve) => this.signal.addEventListener('abort', () => resolve()));
    }
    protected override async finalize() {
      if (this.action.name === 'events' || this.action.name === 'rows') await this.#told();
    }
    @get('/returns', { timeout: 20, response: Type.String() }) async returns() {
      await this.#told();
      return 'late';
    }
    @sse('/events', { timeout: 20, event: Tick }) *events() {
      started = true;
      yield { n: 1 };
    }
    @get('/rows', { timeout: 20, response: Type.Array(Tick) }) async *rows() {
      started = true;
      yield { n: 1 };
    }
    @get('/late-rows', { timeout: 20, response: Type.Array(Tick), stream: 'ndjson' }) async *lateRows() {
      await this.#told();
      yield { n: 1 };
    }
  }
  const router = ViewRouter({ passErrors: true });
  router.register(Hasty);
  const app = express();
  app.use(router);
  const answered: unknown[] = [];
  app.use((error: Error & { status: number }, _req: Request, res: Response, _next: NextFunction) => {
    setTimeout(() => {
      answered.push(res.headersSent);
      if (!res.headersSent) res.status(error.status).json({ own: error.message });
    }, 20);
  });
  configureApp(app, { info, logger: memoryLogger() });
  for (const path of ['/returns', '/events', '/rows', '/late-rows'])
    await request(app).get(path).expect(503, { own: 'The answer took too long.' });
  expect([started, answered]).toEqual([false, [false, false, false, false]]);
});

test('a resource says it for its actions, and the document shows it', async () => {
  class Items extends ListMixin(Resource({ name: 'Item', schema: Item, timeout: 15 })) {
    async list() {
      return (await held()) as Item[];
    }
  }
  const router = ViewRouter({ prefix: '/items' });
  router.register(Items);
  const app = express();
  app.use(router);
  configureApp(app, { info, logger: memoryLogger() });
  await request(app).get('/items').expect(503);
  release([]);
  expect(Object.keys(documentOf(app).paths?.['/items']?.get?.responses ?? {})).toContain('503');
});

test('a time that is none is told when the view is registered', () => {
  for (const timeout of [0, -1, 1.5, 2 ** 31, '5' as never]) {
    class Wrong extends APIView {
      static override actions = { x: get('/x', { timeout }) };
      x() {}
    }
    expect(() => ViewRouter().register(Wrong)).toThrow(/`timeout` of Wrong\.x/);
  }
});

test('any answer of the app, those of old routes that answer late all the same', async () => {
  const logger = memoryLogger();
  const app = express();
  let late: Promise<unknown> | undefined;
  app.get('/old', (_req, res) => {
    late = (async () => {
      await held();
      res.status(200).set('X-Late', 'yes').json({ late: true });
    })();
  });
  app.get('/never', () => {});
  configureApp(app, { info, logger, limits: { timeout: 20 } });
  await request(app).get('/never').expect(503);
  await request(app).get('/old').expect(503);
  release();
  // On Express 4 nobody would catch what it throws.
  await expect(late).resolves.toBeUndefined();
  await request(app).get('/nowhere').expect(404);
});
