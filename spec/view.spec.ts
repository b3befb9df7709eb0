import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Type } from '@sinclair/typebox';
import type { RequestHandler } from 'express';
import express from 'express';
import {
  APIView,
  type Awaitable,
  action,
  configureApp,
  Forbidden,
  get,
  post,
  put,
  Unauthorized,
  View,
  type ViewClass,
  ViewRouter,
} from 'express-viewsets';
import request from 'supertest';
import { appOf, info, memoryLogger } from './support/app.js';

describe('View', () => {
  test('has the request and the response in hand, and no magic', async () => {
    class Raw extends View {
      @get('/ping') ping() {
        this.response.type('text').send(`pong ${this.request.query.a}`);
      }
      @put('/echo') async echo() {
        this.response.status(202).json({ action: this.action });
      }
    }
    const app = appOf([Raw], { prefix: '/raw' });
    await request(app)
      .get('/raw/ping?a=1')
      .expect(200, 'pong 1')
      .expect('Content-Type', /text\/plain/);
    await request(app)
      .put('/raw/echo')
      .expect(202, {
        action: { name: 'echo', handler: 'echo', route: '/raw/echo', operationId: 'echo_raw' },
      });
  });

  test('is made anew for each request', async () => {
    class Counting extends View {
      count = 0;
      @get('/count') next() {
        this.count += 1;
        this.response.json(this.count);
      }
    }
    const app = appOf([Counting]);
    await request(app).get('/count').expect(200, '1');
    await request(app).get('/count').expect(200, '1');
  });

  test('is made by a factory, with what it depends on', async () => {
    class Greeter extends View {
      constructor(private readonly greeting: string) {
        super();
      }
      @get('/greet') greet() {
        this.response.send(this.greeting);
      }
    }
    const router = ViewRouter();
    router.register(Greeter, { factory: (Kind, req) => new Kind(`hello ${req.query.name}`) });
    const app = express();
    app.use(router);
    await request(app).get('/greet?name=ada').expect(200, 'hello ada');
  });

  test('a factory that hands out one view twice, or none, is found out', async () => {
    class Plain extends APIView {
      @get('/x', { response: Type.Integer() }) x() {
        return 1;
      }
    }
    const logger = memoryLogger();
    const shared = new Plain();
    for (const factory of [() => shared, () => ({}) as Plain]) {
      const router = ViewRouter();
      router.register(Plain, { factory });
      const app = express();
      app.use(router);
      configureApp(app, { info, logger });
      await request(app).get('/x');
      await request(app).get('/x').expect(500);
    }
    expect(logger.lines.map(({ message }) => message)).toEqual([
      expect.stringContaining('serves another request'),
      expect.stringContaining('returned no view'),
      expect.stringContaining('returned no view'),
    ]);
  });

  test('its signal aborts when the client goes away, and not when all went well', async () => {
    const signals: AbortSignal[] = [];
    let started: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      started = resolve;
    });
    class Slow extends APIView {
      @get('/slow') async slow() {
        signals.push(this.signal);
        started();
        await once(this.signal, 'abort');
      }
      @get('/fast', { response: Type.Integer() }) fast() {
        signals.push(this.signal);
        return 1;
      }
    }
    const server = createServer(appOf([Slow])).listen(0);
    const { port } = server.address() as AddressInfo;
    const leaving = httpRequest({ port, path: '/slow' }).on('error', () => undefined);
    leaving.end();
    await waiting;
    const aborted = once(signals[0] as AbortSignal, 'abort');
    leaving.destroy();
    await aborted;
    await request(server).get('/fast').expect(200);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    server.close();
  });
});

describe('APIView', () => {
  test('arguments come in one order: params, body, query, headers', async () => {
    class Ordered extends APIView {
      @action({
        method: 'post',
        path: '/of/:id',
        params: Type.Object({ id: Type.Integer() }),
        body: Type.Object({ a: Type.String() }),
        query: Type.Object({ q: Type.Boolean() }),
        headers: Type.Object({ 'X-Tags': Type.Array(Type.String()) }),
        response: Type.Array(Type.Any()),
        status: 202,
      })
      of(
        params: { id: number },
        body: { a: string },
        query: { q: boolean },
        headers: { 'X-Tags': string[] },
      ) {
        return [params, body, query, headers];
      }
    }
    const app = appOf([Ordered]);
    await request(app)
      .post('/of/3?q=true')
      .set('x-tags', 'a, b')
      .send({ a: 'x' })
      .expect(202, [{ id: 3 }, { a: 'x' }, { q: true }, { 'X-Tags': ['a', 'b'] }]);
    const { body } = await request(app).post('/of/x?q=yes').send({}).expect(400);
    expect(
      body.errors.map((fault: { code: string; in?: string; pointer?: string }) => [
        fault.in ?? fault.pointer,
        fault.code,
      ]),
    ).toEqual([
      ['path', 'type'],
      ['#/a', 'required'],
      ['query', 'type'],
      ['header', 'required'],
    ]);
  });

  test('static actions are the same without a decorator', async () => {
    class Plain extends APIView {
      static override readonly actions = {
        markRead: post({ response: Type.Object({ read: Type.Boolean() }) }),
        stats: get('/numbers', { response: Type.Array(Type.Integer()) }),
      };
      markRead() {
        return { read: true };
      }
      stats() {
        return new Set([1, 2]);
      }
    }
    const app = appOf([Plain]);
    await request(app).post('/mark-read').expect(200, { read: true });
    await request(app).get('/numbers').expect(200, [1, 2]);
  });

  test('an action without a response schema is 204; a value from it is not sent, which the log tells once', async () => {
    class Quiet extends APIView {
      @post('/done') async done() {}
      static override readonly actions = { leak: get('/leak') };
      leak() {
        return { secret: 1 };
      }
    }
    const logger = memoryLogger();
    const app = appOf([Quiet as never], { logger });
    await request(app).post('/done').expect(204, '');
    await request(app).get('/leak').expect(204, '');
    await request(app).get('/leak').expect(204, '');
    expect(logger.lines.map(({ message }) => message)).toEqual([
      'Quiet.leak returns a value, which is not sent: declare `response`, or return nothing.',
    ]);
  });

  test('what is only told to the log is sent, also where the logger fails', async () => {
    class Loose extends APIView {
      static override readonly validateResponse = 'log' as const;
      @get('/misfit', { response: Type.Object({ a: Type.Integer() }) }) misfit() {
        return { a: 'x' } as unknown as { a: number };
      }
      @post('/unsent') unsent(): undefined {
        return 1 as unknown as undefined;
      }
    }
    const told = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const error = () => {
      throw new Error('the disk is full');
    };
    const app = appOf([Loose], { logger: { error } });
    await request(app).get('/misfit').expect(200, { a: 'x' });
    await request(app).post('/unsent').expect(204);
    expect(told).toHaveBeenCalledTimes(2);
    told.mockRestore();
  });

  test('a raw action answers by itself, with its inputs checked', async () => {
    class Files extends APIView {
      @get('/file', { raw: true, query: Type.Object({ lines: Type.Integer({ maximum: 3 }) }) })
      file({ lines }: { lines: number }) {
        setImmediate(() => this.response.type('csv').send('a\n'.repeat(lines)));
      }
    }
    const app = appOf([Files]);
    await request(app).get('/file?lines=2').expect(200, 'a\na\n').expect('Content-Type', /csv/);
    await request(app).get('/file?lines=4').expect(400);
  });

  test('a status that the action sets is sent, 200 too', async () => {
    class Upsert extends APIView {
      @post('/a', { status: 201, response: Type.Integer() }) a() {
        this.response.status(200);
        return 1;
      }
    }
    await request(appOf([Upsert]))
      .post('/a')
      .expect(200, '1');
  });

  test('an optional body may be left out, and an empty Accept is none', async () => {
    const body = Type.Optional(Type.Object({ a: Type.Integer() }));
    class Maybe extends APIView {
      @post('/a', { body, response: Type.Any() }) a(data?: { a: number }) {
        return data ?? 'none';
      }
    }
    const app = appOf([Maybe]);
    await request(app).post('/a').set('Accept', '').expect(200, '"none"');
    await request(app).post('/a').send({ a: 1 }).expect(200, { a: 1 });
    await request(app).post('/a').send({ a: 'x' }).expect(400);
    expect((await request(app).get('/openapi.json')).body.paths['/a'].post.requestBody.required).toBe(false);
  });

  test('a result that does not fit is a 500 that tells nothing, and a log line that tells all', async () => {
    const Shape = Type.Object({ id: Type.Integer(), tags: Type.Array(Type.String()) });
    const wrong = { id: 'x', tags: [1] } as unknown as { id: number; tags: string[] };
    class Strict extends APIView {
      @get('/wrong', { response: Shape }) wrong() {
        return wrong;
      }
    }
    class Logged extends Strict {
      static override readonly validateResponse = 'log' as const;
    }
    class Off extends Strict {
      static override readonly validateResponse = false as const;
    }
    const logger = memoryLogger();
    const { text } = await request(appOf([Strict], { logger }))
      .get('/wrong')
      .expect(500);
    expect(JSON.parse(text)).toMatchObject({
      title: 'Internal Server Error',
      detail: 'The server met an unexpected fault.',
      errors: [],
    });
    expect(logger.lines.map(({ message }) => message)).toEqual([
      expect.stringMatching(/Strict\.wrong does not fit.*#\/id must be integer; #\/tags\/0 must be string/),
    ]);
    await request(appOf([Logged], { logger }))
      .get('/wrong')
      .expect(200, wrong as object);
    expect(logger.lines).toHaveLength(2);
    await request(appOf([Off], { logger }))
      .get('/wrong')
      .expect(200, wrong as object);
    expect(logger.lines).toHaveLength(2);
  });

  test('a synchronous action is answered in the same tick', () => {
    const order: string[] = [];
    class Now extends APIView {
      @get('/now', { response: Type.Integer() }) now() {
        order.push('action');
        return 1;
      }
    }
    const router = ViewRouter();
    router.register(Now);
    const response = {
      statusCode: 200,
      hasHeader: () => false,
      setHeader: () => undefined,
      end: (text: string) => order.push(`sent ${text}`),
    };
    const serve = router as unknown as (req: object, res: object, next: () => void) => void;
    serve({ method: 'GET', url: '/now', headers: {}, params: {}, baseUrl: '' }, response, () =>
      order.push('next'),
    );
    order.push('after');
    expect(order).toEqual(['action', 'sent 1', 'after']);
  });
});

describe('hooks', () => {
  const log: string[] = [];
  beforeEach(() => {
    log.length = 0;
  });

  function TimingMixin<C extends ViewClass>(Base: C) {
    abstract class Timing extends Base {
      protected override async perform(call: () => Awaitable<unknown>) {
        log.push(`start ${this.action.name}`);
        try {
          return await super.perform(call);
        } finally {
          log.push(`end ${this.action.name}`);
        }
      }
    }
    return Timing;
  }

  function WrapMixin<C extends ViewClass>(Base: C) {
    abstract class Wrap extends Base {
      protected override async perform(call: () => Awaitable<unknown>) {
        return { wrapped: await super.perform(call) };
      }
    }
    return Wrap;
  }

  test('perform runs around each action, and mixins nest', async () => {
    class Timed extends TimingMixin(WrapMixin(APIView)) {
      @get('/one', { response: Type.Any() }) one() {
        log.push('one');
        return 1;
      }
    }
    await request(appOf([Timed]))
      .get('/one')
      .expect(200, { wrapped: 1 });
    expect(log).toEqual(['start one', 'one', 'end one']);
  });

  test('authorize runs before the body is read, and refuses as a problem', async () => {
    class Guarded extends APIView {
      protected override async authorize() {
        if (!this.request.headers.authorization) throw new Unauthorized();
        if (this.request.headers.authorization !== 'yes') throw new Forbidden();
      }
      @post('/in', { body: Type.Object({ a: Type.Integer() }) }) in() {
        log.push('in');
      }
    }
    const app = appOf([Guarded]);
    const { body } = await request(app)
      .post('/in')
      .send({ a: 'x' })
      .expect(401)
      .expect('WWW-Authenticate', 'Bearer');
    expect(body).toMatchObject({ title: 'Unauthorized', errors: [] });
    await request(app).post('/in').set('Authorization', 'no').send({ a: 'x' }).expect(403);
    await request(app).post('/in').set('Authorization', 'yes').send({ a: 'x' }).expect(400);
    await request(app).post('/in').set('Authorization', 'yes').send({ a: 1 }).expect(204);
    expect(log).toEqual(['in']);
  });

  test.each([
    [
      'a field',
      () => ({
        kind: class Field extends APIView {
          protected override authorize = () => {
            throw new Forbidden();
          };
          @get('/a') a() {}
        },
        options: {},
      }),
    ],
    [
      'a factory',
      () => {
        class Open extends APIView {
          @get('/a') a() {}
        }
        class Guarded extends Open {
          protected override authorize() {
            throw new Forbidden();
          }
        }
        return { kind: Open, options: { factory: () => new Guarded() } };
      },
    ],
  ])('a hook that comes by %s is not passed over', async (_name, make) => {
    const { kind, options } = make();
    const router = ViewRouter();
    router.register(kind as never, options as never);
    const app = express();
    app.use(router);
    await request(app).get('/a').expect(403);
  });

  test('finalize has the result, and may still set headers', async () => {
    class Counted extends APIView {
      protected override finalize(result: unknown) {
        this.response.set('X-Count', String((result as unknown[]).length));
      }
      @get('/all', { response: Type.Array(Type.Integer()) }) all() {
        return [1, 2, 3];
      }
    }
    await request(appOf([Counted]))
      .get('/all')
      .expect(200, [1, 2, 3])
      .expect('X-Count', '3');
  });
});

describe('middleware of views and actions', () => {
  const header =
    (name: string, value: string): RequestHandler =>
    (_req, res, next) => {
      res.append(name, value);
      next();
    };

  test('runs view first, then action, sync and async, before the body is read', async () => {
    const later: RequestHandler = (_req, res, next) => {
      setImmediate(() => {
        res.append('X-Ran', 'later');
        next();
      });
    };
    class Used extends APIView {
      static override readonly use = [header('X-Ran', 'view')];
      @post('/a', { use: [later, header('X-Ran', 'action')], body: Type.Object({ a: Type.Integer() }) })
      a() {}
      @get('/b') b() {}
    }
    const app = appOf([Used]);
    await request(app).post('/a').send({ a: 1 }).expect(204).expect('X-Ran', 'view, later, action');
    await request(app).get('/b').expect(204).expect('X-Ran', 'view');
  });

  test('a subclass and a mixin add to what stands in front, and lose none of it', async () => {
    const deny: RequestHandler = (_req, _res, next) => next(new Forbidden());
    class Base extends APIView {
      static override readonly use = [deny];
      static override readonly errors = [Forbidden];
    }
    class Sub extends Base {
      static override readonly use = [header('X-Ran', 'sub')];
      @get('/a') a() {}
    }
    const router = ViewRouter();
    router.register(Sub);
    expect(router.operations[0]?.spec.use).toHaveLength(2);
    expect(router.operations[0]?.spec.errors).toEqual([Forbidden]);
    const app = express();
    app.use(router);
    await request(app).get('/a').expect(403);
  });

  test('an AsyncLocalStorage that a middleware opens holds in the action', async () => {
    const storage = new AsyncLocalStorage<string>();
    const open: RequestHandler = (_req, _res, next) => storage.run('open', next);
    const later: RequestHandler = (_req, _res, next) => void setImmediate(next);
    class Stored extends APIView {
      @get('/a', { use: [open], response: Type.Any() }) a() {
        return storage.getStore() ?? 'lost';
      }
      @get('/b', { use: [open, later], response: Type.Any() }) async b() {
        await null;
        return storage.getStore() ?? 'lost';
      }
    }
    const app = appOf([Stored]);
    await request(app).get('/a').expect(200, '"open"');
    await request(app).get('/b').expect(200, '"open"');
  });

  test.each([
    [
      'throws',
      () => {
        throw new Forbidden('no');
      },
    ],
    [
      'rejects',
      async () => {
        throw new Forbidden('no');
      },
    ],
    [
      'calls next(error)',
      (_q: unknown, _s: unknown, next: (e: unknown) => void) => next(new Forbidden('no')),
    ],
    [
      'calls next(error) later',
      (_q: unknown, _s: unknown, next: (e: unknown) => void) => void setImmediate(next, new Forbidden('no')),
    ],
  ])('a middleware that %s refuses the request as a problem', async (_name, middleware) => {
    class Refused extends APIView {
      @get('/a', { use: [middleware as RequestHandler] }) a() {
        throw new Error('not reached');
      }
    }
    const { body } = await request(appOf([Refused]))
      .get('/a')
      .expect(403);
    expect(body.detail).toBe('no');
  });

  test('a middleware that answers ends the request', async () => {
    class Answered extends APIView {
      @get('/a', { use: [(_req, res) => void res.status(299).send('mine')] }) a() {
        throw new Error('not reached');
      }
    }
    await request(appOf([Answered]))
      .get('/a')
      .expect(299, 'mine');
  });
});
