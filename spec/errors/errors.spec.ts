import { Type } from '@sinclair/typebox';
import express, { type RequestHandler } from 'express';
import * as lib from 'express-viewsets';
import {
  APIError,
  APIView,
  Conflict,
  catchError,
  configureApp,
  get,
  NotFound,
  Throttled,
  throws,
  Unavailable,
} from 'express-viewsets';
import request from 'supertest';
import { appOf, info, memoryLogger } from '../support/app.js';

class OutOfStock extends Conflict {
  static override readonly members = Type.Object({ available: Type.Integer() });
  constructor(readonly available: number) {
    super('There is not enough in stock.');
  }
}

class HTTPURLBroken extends APIError {
  static override readonly status = 422;
  static override readonly type = 'https://errors.example/url';
}

/** An app whose one action throws this. */
function failing(thrown: () => unknown, logger = memoryLogger()) {
  class Failing extends APIView {
    @get('/fail') async fail() {
      throw thrown();
    }
  }
  return appOf([Failing], { logger });
}

describe('the table of errors', () => {
  const kinds = Object.values(lib).filter(
    (value): value is typeof Conflict => Object.getPrototypeOf(value) === APIError,
  );

  test('is complete, each with a status of its own', () => {
    const table = kinds.map((Kind) => `${Kind.status} ${Kind.name}: ${new Kind().title}`).sort();
    expect(table).toEqual([
      '400 BadRequest: Bad Request',
      '401 Unauthorized: Unauthorized',
      '403 Forbidden: Forbidden',
      '404 NotFound: Not Found',
      '405 MethodNotAllowed: Method Not Allowed',
      '406 NotAcceptable: Not Acceptable',
      '408 RequestTimeout: Request Timeout',
      '409 Conflict: Conflict',
      '410 Gone: Gone',
      '412 PreconditionFailed: Precondition Failed',
      '413 PayloadTooLarge: Payload Too Large',
      '414 URITooLong: URI Too Long',
      '415 UnsupportedMediaType: Unsupported Media Type',
      '422 UnprocessableEntity: Unprocessable Entity',
      '428 PreconditionRequired: Precondition Required',
      '429 Throttled: Too Many Requests',
      '500 InternalServerError: Internal Server Error',
      '501 NotImplemented: Not Implemented',
      '503 Unavailable: Service Unavailable',
    ]);
  });

  test.each(kinds.map((kind) => [kind.name, kind] as const))(
    '%s is a problem with a sentence, and a type that is a link',
    async (_name, Kind) => {
      const { body } = await request(failing(() => new Kind()))
        .get('/fail')
        .expect(Kind.status)
        .expect('Content-Type', 'application/problem+json');
      expect(body).toEqual({
        type: expect.stringMatching(/^https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d+#section-[\d.]+$/),
        title: new Kind().title,
        status: Kind.status,
        detail: expect.stringMatching(/^[A-Z].*\.$/),
        instance: '/fail',
        errors: [],
      });
    },
  );
});

describe("an error of one's own", () => {
  test('has its title from its name, and its members on the wire', async () => {
    const { body } = await request(failing(() => new OutOfStock(3)))
      .get('/fail')
      .expect(409);
    expect(body).toMatchObject({
      title: 'Out Of Stock',
      detail: 'There is not enough in stock.',
      available: 3,
    });
  });

  test('may have a type of its own, and acronyms in its name', async () => {
    const { body } = await request(failing(() => new HTTPURLBroken('Broken.')))
      .get('/fail')
      .expect(422);
    expect(body).toMatchObject({ title: 'HTTPURL Broken', type: 'https://errors.example/url' });
  });

  test('sends headers', async () => {
    const app = failing(() => new Throttled(undefined, { headers: { 'Retry-After': '30' } }));
    await request(app).get('/fail').expect(429).expect('Retry-After', '30');
  });

  test('a header that HTTP can not carry, members that JSON can not, and a status that is none do not break the answer', async () => {
    const logger = memoryLogger();
    await request(failing(() => new Conflict('x', { headers: { 'Bad Name': 'x', Good: 'a' } }), logger))
      .get('/fail')
      .expect(409)
      .expect('Good', 'a');
    expect(logger.lines).toHaveLength(1);
    const cyclic = new OutOfStock(1);
    Object.assign(cyclic, { available: cyclic });
    await request(failing(() => cyclic))
      .get('/fail')
      .expect(409);
    const broken = Object.defineProperty(new OutOfStock(1), 'available', {
      get() {
        throw new Error('secret');
      },
    });
    await request(failing(() => broken))
      .get('/fail')
      .expect(409);
    class Odd extends APIError {
      static override readonly status = 99;
    }
    await request(failing(() => new Odd()))
      .get('/fail')
      .expect(500);
  });
});

describe('what nobody foresaw', () => {
  test.each([
    ['an Error', new Error('secret')],
    ['a string', 'secret'],
    ['undefined', undefined],
    ['null', null],
    ['an object', { secret: 1 }],
    ['an error with a status that is none', Object.assign(new Error('secret'), { status: 200 })],
    ['an exposed 500', Object.assign(new Error('secret'), { status: 500, expose: true })],
  ])('%s is a 500 that tells nothing, logged once', async (_name, thrown) => {
    const logger = memoryLogger();
    const { text, body } = await request(failing(() => thrown, logger))
      .get('/fail')
      .expect(500);
    expect(text).not.toContain('secret');
    expect(body).toMatchObject({
      title: 'Internal Server Error',
      detail: 'The server met an unexpected fault.',
    });
    expect(logger.lines).toHaveLength(1);
    if (thrown instanceof Error)
      expect(logger.lines[0]?.fields).toMatchObject({ err: thrown, method: 'GET', status: 500 });
  });

  const refuses = () => {
    throw new Error('can not be read');
  };
  class Untold extends APIError {
    static override readonly status = 409;
    override get title(): string {
      return refuses();
    }
  }
  class Wordless extends APIError {
    static override readonly status = 409;
    override readonly message = { toString: null } as never;
  }
  test.each([
    ['a proxy', () => new Proxy(new Error('x'), { get: refuses, getPrototypeOf: refuses })],
    [
      'a proxy that was revoked',
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      },
    ],
    [
      'a message that can not be read',
      () => Object.defineProperty(new Error('x'), 'message', { get: refuses }),
    ],
    ['a message that is no text', () => Object.assign(new Error('x'), { message: { toString: null } })],
    ['a problem whose title can not be read', () => new Untold()],
    ['a problem whose detail is an object', () => new Wordless()],
    ['no prototype', () => Object.create(null)],
    ['a symbol', () => Symbol('x')],
  ])('what can not be read is answered and logged once, wherever it is thrown: %s', async (_name, make) => {
    class Hostile extends APIView {
      @get('/sync') sync() {
        throw make();
      }
      @get('/async') async async() {
        await null;
        throw make();
      }
    }
    const logger = memoryLogger();
    const app = appOf([Hostile], { logger });
    app.get('/old', (_req, _res, next) => next(make()));
    for (const path of ['/sync', '/async', '/old']) {
      logger.lines.length = 0;
      const { body } = await request(app).get(path).expect(500);
      expect(body).toMatchObject({ title: 'Internal Server Error', errors: [] });
      expect(logger.lines).toHaveLength(1);
    }
  });

  test('what a problem has that can not be sent is left out, and its status stays', async () => {
    const faults = [{ detail: 10n, pointer: '#/a', code: 'x' }] as never;
    const odd = (own: object) => () => Object.assign(new Conflict('taken'), own);
    for (const make of [
      odd({ errors: faults }),
      odd({ errors: 'x' }),
      odd({ errors: undefined }),
      odd({ headers: null }),
    ]) {
      const { body } = await request(failing(make)).get('/fail').expect(409);
      expect(body).toMatchObject({ detail: 'taken', errors: [] });
    }
  });

  test.each(['constructor', '__proto__', 'toString'])(
    'a type that is "%s" is no sentence of a parser',
    async (type) => {
      const thrown = Object.assign(new Error('secret'), { status: 400, type });
      const { body } = await request(failing(() => thrown, memoryLogger()))
        .get('/fail')
        .expect(400);
      expect(body.detail).toBe('The request is not valid.');
    },
  );

  test("functions of the app's own that fail, or tell something odd, cost no answer", async () => {
    const logger = memoryLogger();
    for (const correlationId of [refuses, () => 10n, () => ({}), () => null] as never[]) {
      const app = express();
      app.get('/fail', (_req, _res, next) => next(new Error('x')));
      configureApp(app, { info, logger, correlationId, describe: refuses });
      const { body } = await request(app).get('/fail').expect(500);
      expect(['string', 'undefined']).toContain(typeof body.correlation_id);
    }
  });

  test('what is thrown on purpose is not logged below 500, and is from there on', async () => {
    const logger = memoryLogger();
    await request(failing(() => new Conflict(), logger))
      .get('/fail')
      .expect(409);
    expect(logger.lines).toHaveLength(0);
    await request(failing(() => new Unavailable('later', { cause: new Error('why') }), logger))
      .get('/fail')
      .expect(503);
    expect(logger.lines.map(({ message }) => message)).toEqual(['Service Unavailable: why']);
  });
});

describe('errors of other libraries', () => {
  const throwing =
    (error: unknown): RequestHandler =>
    (_req, _res, next) =>
      next(error);

  test.each([
    [
      'http-errors',
      Object.assign(new Error('No such page'), { status: 404, expose: true }),
      404,
      'No such page',
    ],
    [
      'one that is not exposed',
      Object.assign(new Error('secret'), { statusCode: 403 }),
      403,
      'This is not permitted.',
    ],
    [
      'one of the file system',
      Object.assign(new Error("ENOENT: '/srv/secret'"), { status: 404, expose: true, syscall: 'stat' }),
      404,
      'There is no such resource.',
    ],
    ['a status that no RFC names', Object.assign(new Error('x'), { status: 499 }), 499, 'Client Error.'],
    [
      'a body parser',
      Object.assign(new Error('Unexpected token s in secret'), {
        status: 400,
        expose: true,
        type: 'entity.parse.failed',
      }),
      400,
      'The body is malformed.',
    ],
  ])('%s becomes a problem', async (_name, error, status, detail) => {
    const app = express();
    app.use(throwing(error));
    configureApp(app, { info, logger: memoryLogger() });
    const { body } = await request(app)
      .get('/')
      .expect(status)
      .expect('Content-Type', 'application/problem+json');
    expect(body).toMatchObject({ status, detail });
  });

  test("their headers are kept where they are meant for clients, and are no one else's", async () => {
    const logger = memoryLogger();
    const headers = {
      'WWW-Authenticate': 'Basic',
      'Set-Cookie': 'a=b',
      'Content-Encoding': 'gzip',
      'Transfer-Encoding': 'chunked',
    };
    const answer = async (error: object) => {
      const app = express();
      app.use(throwing(Object.assign(new Error('secret'), error)));
      configureApp(app, { info, logger });
      return request(app).get('/').expect(401);
    };
    const meant = await answer({ status: 401, expose: true, headers });
    expect(meant.headers['www-authenticate']).toBe('Basic');
    for (const name of ['set-cookie', 'content-encoding', 'transfer-encoding'])
      expect(meant.headers).not.toHaveProperty(name);
    expect(logger.lines).toHaveLength(0);
    // As an HTTP client throws it: the headers are those of another server, and somebody has to know.
    const foreign = await answer({ status: 401, headers });
    expect(foreign.headers['www-authenticate']).toBe('Bearer');
    expect(logger.lines).toHaveLength(1);
  });

  test('a problem is stored by no cache, and keeps nothing of the answer that was begun', async () => {
    class Begun extends APIView {
      @get('/begun') begun() {
        this.response.set({
          'Content-Disposition': 'attachment',
          ETag: '"1"',
          Trailer: 'X-Sum',
          'X-Own': 'yes',
        });
        throw new NotFound();
      }
    }
    const { headers } = await request(appOf([Begun]))
      .get('/begun')
      .expect(404)
      .expect('Cache-Control', 'no-store');
    expect(headers).toHaveProperty('x-own', 'yes');
    for (const name of ['content-disposition', 'etag']) expect(headers).not.toHaveProperty(name);
  });

  test("the app's own JSON parser: malformed and too large", async () => {
    const app = express();
    app.use(express.json({ limit: 20 }));
    configureApp(app, { info, logger: memoryLogger() });
    const { text } = await request(app).post('/').type('json').send('{"secret"').expect(400);
    expect(text).not.toContain('secret');
    await request(app)
      .post('/')
      .send({ long: 'x'.repeat(40) })
      .expect(413)
      .expect('Content-Type', 'application/problem+json');
  });
});

describe('raises', () => {
  class StoreError extends Error {}
  class RowMissing extends StoreError {}
  class RowLocked extends StoreError {}

  test('the row of the nearest class wins, subclasses are caught, and nothing leaks unless it is written', async () => {
    class Mapped extends APIView {
      static override readonly raises = [
        [StoreError, Unavailable],
        [RowMissing, NotFound],
      ] as const;
      @get('/missing') missing() {
        throw new RowMissing('secret');
      }
      @get('/locked') locked() {
        throw new RowLocked('secret');
      }
      @catchError(RowLocked, (error) => new Conflict(`Written: ${error.constructor.name}`))
      @get('/caught')
      caught() {
        throw new RowLocked('secret');
      }
      @get('/other') other() {
        throw new RangeError('secret');
      }
    }
    const logger = memoryLogger();
    const app = appOf([Mapped], { logger });
    expect((await request(app).get('/missing').expect(404)).text).not.toContain('secret');
    expect((await request(app).get('/locked').expect(503)).text).not.toContain('secret');
    expect((await request(app).get('/caught').expect(409)).body.detail).toBe('Written: RowLocked');
    await request(app).get('/other').expect(500);
    expect(logger.lines.map(({ fields }) => (fields as { err: Error }).err.constructor.name)).toEqual([
      'RowLocked',
      'RangeError',
    ]);
  });

  test('the nearer of two rows for one class wins', async () => {
    class Base extends APIView {
      static override readonly raises = [[StoreError, NotFound]] as const;
    }
    class Near extends Base {
      @get('/a', { raises: [[StoreError, Conflict]] }) a() {
        throw new StoreError();
      }
      @get('/b') b() {
        throw new StoreError();
      }
    }
    const app = appOf([Near]);
    await request(app).get('/a').expect(409);
    await request(app).get('/b').expect(404);
  });

  test('@throws above or below a route only adds to it', async () => {
    class Documented extends APIView {
      @throws(Conflict)
      @get('/a', { errors: [NotFound] })
      @throws(OutOfStock)
      a() {}
    }
    const router = lib.ViewRouter();
    router.register(Documented);
    expect(router.operations[0]).toMatchObject({ route: '/a', method: 'get' });
    expect(router.operations[0]?.spec.errors).toEqual([OutOfStock, NotFound, Conflict]);
  });
});
