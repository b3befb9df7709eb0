import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { inspect } from 'node:util';
import express, { type Express } from 'express';
import {
  type AccessLogger,
  APIView,
  configureApp,
  get,
  NotFound,
  requestIdOf,
  ViewRouter,
} from 'express-viewsets';
import { pino } from 'pino';
import request from 'supertest';
import { jsonLogger, structured } from '../../lib/logging/index.js';
import { info, itemViewSet } from '../support/app.js';

type Line = Record<string, unknown> & { msg: string; level: string };

/** A logger whose lines go through JSON, as they would on their way out. */
function lineLogger(): AccessLogger & { lines: Line[]; raw: string[] } {
  const raw: string[] = [];
  const logger = jsonLogger({ write: (line) => raw.push(line) });
  return {
    ...logger,
    raw,
    get lines() {
      return raw.map((line) => JSON.parse(line) as Line);
    },
  };
}

const ID = /^[0-9a-f]{32}$/;

class Failing extends APIView {
  @get('/fails') fails() {
    throw Object.assign(
      new Error('could not reach https://u:pw@db/x?key=42 with Bearer abcdefgh', {
        cause: new Error('password=hunter2'),
      }),
      {
        config: { headers: { Authorization: 'Bearer deep' } },
        code: 'ECONN',
      },
    );
  }
  @get('/gone') gone() {
    throw new NotFound();
  }
}

function appOf(options: object): Express {
  const router = ViewRouter({ prefix: '/items' });
  router.register(itemViewSet());
  const failing = ViewRouter();
  failing.register(Failing);
  const app = express();
  app.use('/api', router);
  app.use(failing);
  app.get('/old/:id', (req, res) => void res.json({ id: requestIdOf(req) }));
  configureApp(app, { info, ...options });
  return app;
}

/** Lines are written when a response is closed, which is after a client has it. */
async function settled(lines: () => readonly unknown[], count: number): Promise<void> {
  while (lines().length < count) await new Promise(setImmediate);
  // One too many would come now.
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  expect(lines()).toHaveLength(count);
}

describe('request ids', () => {
  test('one that came is kept and sent, else a new one is made', async () => {
    const app = appOf({ requestId: true });
    await request(app)
      .get('/old/1')
      .set('X-Request-Id', 'abc-1')
      .expect('X-Request-Id', 'abc-1')
      .expect({ id: 'abc-1' });
    const { headers, body } = await request(app).get('/old/1');
    expect(headers['x-request-id']).toMatch(ID);
    expect(body.id).toBe(headers['x-request-id']);
    await request(app).get('/nowhere').expect(404).expect('X-Request-Id', ID);
  });

  test('no two are alike, of more than are made at once', async () => {
    const app = appOf({ requestId: true });
    const ids = new Set<string>();
    for (let round = 0; round < 30; round += 1) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => request(app).get('/old/1')));
      for (const { headers } of answers) ids.add(headers['x-request-id'] as string);
    }
    expect(ids.size).toBe(600);
  });

  test.each([
    ['too long', 'a'.repeat(129)],
    ['a space', 'a b'],
    ['markup', '<script>'],
    ['a quote', 'a"b'],
    ['a list of two', 'a, b'],
    ['nothing', ''],
    ['letters beyond ASCII', 'é'],
  ])('what is no id is replaced: %s', async (_name, id) => {
    const { headers } = await request(appOf({ requestId: true }))
      .get('/old/1')
      .set('X-Request-Id', id);
    expect(headers['x-request-id']).toMatch(ID);
  });

  test('it is the correlation id of problems, unless the app has one of its own', async () => {
    const app = appOf({ requestId: true, logger: lineLogger() });
    for (const path of ['/nowhere', '/fails', '/gone', '/api/items/x']) {
      const { body } = await request(app).get(path).set('X-Request-Id', 'r1');
      expect(body.correlation_id).toBe('r1');
    }
    const own = appOf({ requestId: true, correlationId: () => 'mine' });
    expect((await request(own).get('/nowhere')).body.correlation_id).toBe('mine');
    expect((await request(appOf({})).get('/nowhere')).body).not.toHaveProperty('correlation_id');
  });

  test("another header, no trust, ids of one's own", async () => {
    const app = appOf({ requestId: { header: 'X-Trace', trust: false, generate: () => 'g1' } });
    await request(app).get('/old/1').set('X-Trace', 'theirs').expect('X-Trace', 'g1').expect({ id: 'g1' });
    expect(() => appOf({ requestId: { header: 'a b' } })).toThrow(/no name of a header/);
  });

  test.each([
    [
      'fails',
      () => {
        throw new Error('no');
      },
    ],
    ['makes a line of its own', () => 'a\r\nX-Evil: 1'],
    ['makes nothing', () => undefined],
  ])("where an id of one's own %s, it is another, and the log tells it", async (_name, generate) => {
    const logger = lineLogger();
    const app = appOf({ requestId: { generate }, logger });
    const { headers } = await request(app).get('/old/1').expect(200);
    expect(headers['x-request-id']).toMatch(ID);
    expect(headers).not.toHaveProperty('x-evil');
    expect(logger.lines.map(({ msg }) => msg)).toEqual(['`requestId.generate` makes no id.']);
  });

  test('off, there is none', async () => {
    const { headers, body } = await request(appOf({})).get('/old/1').set('X-Request-Id', 'x');
    expect(headers).not.toHaveProperty('x-request-id');
    expect(body).toEqual({});
  });
});

describe('access lines', () => {
  test('one for each request, with the template and without the query', async () => {
    const logger = lineLogger();
    const app = appOf({ logs: { logger } });
    await request(app)
      .get('/api/items/7?token=secret')
      .set('Authorization', 'Bearer secret')
      .set('X-Request-Id', 'r1');
    await settled(() => logger.lines, 1);
    expect(logger.lines[0]).toEqual({
      level: 'info',
      time: expect.any(String),
      msg: 'request completed',
      method: 'GET',
      route: '/api/items/:id',
      path: '/api/items/7',
      status: 404,
      duration_ms: expect.any(Number),
      bytes: expect.any(Number),
      operation_id: 'retrieve_item',
      request_id: 'r1',
    });
    expect(logger.lines[0]?.bytes).toBeGreaterThan(100);
    expect(logger.raw.join()).not.toContain('secret');
  });

  test('has a correlation id where that is not the id of the request', async () => {
    const logger = lineLogger();
    const app = appOf({
      logs: { logger },
      correlationId: ({ url }: { url: string }) => (url === '/nowhere' ? 'r1' : 'c1'),
    });
    await request(app).get('/api/items/1').set('X-Request-Id', 'r1');
    await request(app).get('/nowhere').set('X-Request-Id', 'r1');
    await settled(() => logger.lines, 2);
    expect(logger.lines[0]).toMatchObject({ request_id: 'r1', correlation_id: 'c1' });
    expect(logger.lines[1]).not.toHaveProperty('correlation_id');
  });

  test('of routes of the app itself, of unknown paths and wrong methods', async () => {
    const logger = lineLogger();
    const app = appOf({ logs: { logger } });
    await request(app).get('/old/5');
    await request(app).get('/nowhere');
    await request(app).delete('/api/items');
    await settled(() => logger.lines, 3);
    expect(logger.lines.map(({ route, status }) => [route, status])).toEqual([
      ['/old/:id', 200],
      ['(unmatched)', 404],
      ['/api/items', 405],
    ]);
    // No action has taken it.
    expect(logger.lines[2]).not.toHaveProperty('operation_id');
  });

  test('bytes are those of one response, also on a connection that is used again', async () => {
    const logger = lineLogger();
    const server = createServer(appOf({ logs: { logger } })).listen(0);
    const { port } = server.address() as AddressInfo;
    for (let turn = 0; turn < 3; turn += 1)
      await (await fetch(`http://127.0.0.1:${port}/old/1`, { headers: { 'X-Request-Id': 'same' } })).text();
    server.close();
    await settled(() => logger.lines, 3);
    const bytes = logger.lines.map((line) => line.bytes as number);
    expect(new Set(bytes).size).toBe(1);
    expect(bytes[0]).toBeLessThan(600);
  });

  test('an error is one line of its own, and secrets are not in it', async () => {
    const logger = lineLogger();
    await request(appOf({ logs: { logger } }))
      .get('/fails?password=hunter1')
      .set('Cookie', 'session=s1')
      .expect(500);
    await settled(() => logger.lines, 2);
    const [error, access] = logger.lines as [Line, Line];
    expect(error).toMatchObject({
      level: 'error',
      method: 'GET',
      status: 500,
      route: '/fails',
      path: '/fails',
      operation_id: 'fails_failing',
      err: { type: 'Error', code: 'ECONN', cause: { type: 'Error', message: 'password=[redacted]' } },
    });
    expect(access).toMatchObject({ level: 'info', status: 500, request_id: error.request_id });
    expect(error.request_id).toMatch(ID);
    for (const secret of ['hunter', 'deep', 'abcdefgh', 'pw@', 'key=42', 's1'])
      expect(logger.raw.join('')).not.toContain(secret);
  });

  test('what is meant for clients is no error line', async () => {
    const logger = lineLogger();
    await request(appOf({ logs: { logger } }))
      .get('/gone')
      .expect(404);
    await settled(() => logger.lines, 1);
  });

  test('headers are written when asked for, and those with secrets never', async () => {
    const logger = lineLogger();
    const logs = {
      logger,
      headers: ['User-Agent', 'Authorization', 'X-Own', 'X-Missing'],
      redact: ['X-Own'],
      fields: () => ({ tenant: 't1' }),
    };
    await request(appOf({ logs })).get('/old/1').set({ 'User-Agent': 'u', Authorization: 'a', 'X-Own': 'o' });
    await settled(() => logger.lines, 1);
    expect(logger.lines[0]).toMatchObject({
      headers: { 'user-agent': 'u', authorization: '[redacted]', 'x-own': '[redacted]' },
      tenant: 't1',
    });
  });

  test('a path can not write a line of its own', async () => {
    const logger = lineLogger();
    await request(appOf({ logs: { logger } })).get('/%0a{"level":"error"}\\u2028');
    await settled(() => logger.raw, 1);
    expect(logger.raw[0]?.trimEnd().split('\n')).toHaveLength(1);
  });

  test('a client that leaves is told as such, without a status that nobody saw', async () => {
    const logger = lineLogger();
    const app = express();
    app.get('/slow', () => {});
    configureApp(app, { info, logs: { logger } });
    const server = createServer(app).listen(0);
    const { port } = server.address() as AddressInfo;
    const arrived = new Promise((resolve) => server.once('request', resolve));
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n'));
    await arrived;
    socket.destroy();
    await settled(() => logger.lines, 1);
    server.close();
    expect(logger.lines[0]).toMatchObject({ msg: 'request aborted', aborted: true, route: '/slow' });
    expect(logger.lines[0]).not.toHaveProperty('status');
  });

  test('a logger or fields that fail cost no answer', async () => {
    const told = jest.spyOn(console, 'error').mockImplementation(() => {});
    const logger = {
      info: () => {
        throw new Error('full');
      },
      error: () => {
        throw new Error('full');
      },
    };
    await request(appOf({ logs: { logger } }))
      .get('/old/1')
      .expect(200);
    while (told.mock.calls.length === 0) await new Promise(setImmediate);
    expect(told.mock.calls[0]?.[0]).toContain('access log');
    told.mockRestore();
  });

  test('configured twice, or mounted in another configured app, a request is one line', async () => {
    const logger = lineLogger();
    const inner = appOf({ logs: { logger } });
    configureApp(inner, { info, logs: { logger } });
    const app = express();
    app.use('/inner', inner);
    configureApp(app, { info, logs: { logger } });
    await request(app).get('/inner/old/1').set('X-Request-Id', 'one').expect({ id: 'one' });
    await settled(() => logger.lines, 1);
    expect(logger.lines[0]).toMatchObject({ route: '/inner/old/:id', path: '/inner/old/1' });
  });

  test('what the app says of a fault stays when it is configured again', async () => {
    const logger = lineLogger();
    const app = appOf({ logs: { logger }, describe: () => ({ region: 'north' }), correlationId: () => 'c1' });
    configureApp(app, { info });
    await request(app).get('/fails').expect(500);
    await settled(() => logger.lines, 2);
    expect(logger.lines[0]).toMatchObject({ region: 'north', correlation_id: 'c1' });
    expect(logger.lines[1]).toMatchObject({ correlation_id: 'c1' });
  });

  test('switched off again, nothing is written', async () => {
    const logger = lineLogger();
    const app = appOf({ logs: { logger } });
    configureApp(app, { info, logs: false });
    const { headers } = await request(app).get('/old/1');
    expect(headers).not.toHaveProperty('x-request-id');
    const told = jest.spyOn(console, 'error').mockImplementation(() => {});
    await request(app).get('/fails').expect(500);
    expect(told).toHaveBeenCalledTimes(1);
    told.mockRestore();
    await settled(() => logger.lines, 0);
  });
});

test('of fields that fail, no secret is written', async () => {
  const logger = lineLogger();
  const fields = () => {
    throw Object.assign(new Error('no tenant for token=hunter2'), { headers: { cookie: 'hunter2' } });
  };
  await request(appOf({ logs: { logger, fields } }))
    .get('/old/1')
    .expect(200);
  await settled(() => logger.lines, 1);
  expect(logger.lines[0]).toMatchObject({
    msg: 'A line of the access log can not be written.',
    err: { type: 'Error', message: 'no tenant for token=[redacted]' },
  });
  expect(logger.raw[0]).not.toContain('hunter2');
});

test('a logger that is none is told when the app is configured', () => {
  const logger = { error() {} } as never;
  expect(() => appOf({ logs: { logger } })).toThrow('`logs.logger` has no method `info`');
});

test('headers whose name says that they carry a secret are not written, and no secret of another', async () => {
  const logger = lineLogger();
  const headers = ['X-Amz-Security-Token', 'X-Session-Id', 'Referer'];
  await request(appOf({ logs: { logger, headers } }))
    .get('/old/1')
    .set({ 'X-Amz-Security-Token': 's1', 'X-Session-Id': 's2', Referer: 'https://u:s3@host/x?code=s4' });
  await settled(() => logger.lines, 1);
  expect(logger.lines[0]?.headers).toEqual({
    'x-amz-security-token': '[redacted]',
    'x-session-id': '[redacted]',
    referer: 'https://[redacted]@host/x?[redacted]',
  });
});

describe('where a logger fails, the console is told, and no secret is', () => {
  const secretly = () =>
    Object.assign(new Error('no Cookie: a=1; b=hunter2', { cause: new Error('password=hunter2') }), {
      request: { headers: { authorization: 'hunter2' } },
      response: { config: { auth: { password: 'hunter2' } } },
    });
  class Leaky extends APIView {
    @get('/leaky') leaky() {
      throw secretly();
    }
  }
  const throwing = () => {
    throw secretly();
  };
  test.each([
    ['throws', throwing],
    ['rejects', async () => throwing()],
  ])('it %s', async (_name, error) => {
    const told = jest.spyOn(console, 'error').mockImplementation(() => {});
    for (const options of [{ logger: { error } }, { logs: { logger: { info: error, error } } }]) {
      const app = express().use(ViewRouter().register(Leaky));
      configureApp(app, { info, ...options });
      await request(app).get('/leaky').expect(500);
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    }
    // A fault each, and the line of the request that could not be written.
    expect(told.mock.calls.length).toBe(3);
    const text = inspect(told.mock.calls, { depth: null });
    told.mockRestore();
    expect(text).toContain('Internal Server Error: no Cookie: [redacted]');
    expect(text).toContain('[cause]: Error: password=[redacted]');
    expect(text).not.toContain('hunter2');
  });

  test('without a logger of its own, an app is told of on the console the same way', async () => {
    const told = jest.spyOn(console, 'error').mockImplementation(() => {});
    const app = express().use(ViewRouter().register(Leaky));
    configureApp(app, { info });
    await request(app).get('/leaky?token=hunter2').set('Authorization', 'Bearer hunter2').expect(500);
    expect(told).toHaveBeenCalledTimes(1);
    const text = inspect(told.mock.calls, { depth: null });
    told.mockRestore();
    expect(text).toContain('Error: no Cookie: [redacted]');
    expect(text).not.toContain('hunter2');
  });
});

test('the errors of an error are told, within bounds', async () => {
  const logger = lineLogger();
  const many = Array.from(
    { length: 1000 },
    (_, index) => new Error(`address ${index} with password=hunter2`),
  );
  structured(logger).error({ err: new AggregateError(many, 'no address answers') }, 'x');
  const [line] = logger.lines as [Line & { err: { errors: object[]; errors_omitted: number } }];
  expect(line.err).toMatchObject({
    type: 'AggregateError',
    message: 'no address answers',
    errors_omitted: 990,
  });
  expect(line.err.errors).toHaveLength(10);
  expect(line.err.errors[0]).toMatchObject({
    type: 'Error',
    message: 'address 0 with password=[redacted]',
    stack: expect.stringContaining('logging.spec.ts'),
  });
  expect(logger.raw.join('')).not.toContain('hunter2');
});

test('a pino of your own tells the kind of an error, too, which it reads its own way', () => {
  const raw: string[] = [];
  const logger = pino({}, { write: (line: string) => void raw.push(line) });
  const cause = new RangeError('password=hunter2');
  structured(logger).error({ err: new TypeError('a reason', { cause }) }, 'x');
  structured(logger).error({ err: new AggregateError([cause], 'some') }, 'y');
  const [first, second] = raw.map((line) => JSON.parse(line).err);
  expect(first).toMatchObject({ type: 'TypeError', message: 'a reason: password=[redacted]' });
  expect(second).toMatchObject({ type: 'AggregateError', errors: [{ type: 'RangeError' }] });
  expect(raw.join('')).not.toContain('hunter2');
});

test('errors within errors within errors make no line without end', () => {
  const logger = lineLogger();
  const deep = (depth: number): Error =>
    new AggregateError(
      depth === 0 ? ['a reason'] : Array.from({ length: 10 }, () => deep(depth - 1)),
      'deep',
      {
        cause: new Error('why'),
      },
    );
  structured(logger).error({ err: deep(4) }, 'x');
  expect(logger.raw[0]?.match(/"type":/g)?.length).toBeLessThanOrEqual(25);
  const circular = new AggregateError([], 'round');
  circular.errors.push(circular, 'a reason', { password: 'hunter2' });
  circular.cause = circular;
  structured(logger).error({ err: circular }, 'y');
  expect(logger.raw[1]?.match(/"type":/g)?.length).toBeLessThanOrEqual(25);
  expect(logger.raw[1]).toContain('"message":"a reason"');
  expect(logger.raw[1]).not.toContain('hunter2');
});

test('the longest of errors make no line without end', () => {
  const logger = lineLogger();
  const long = () => new Error('x'.repeat(1_000_000));
  const many = new AggregateError(Array.from({ length: 20 }, long), 'y'.repeat(1_000_000), { cause: long() });
  structured(logger).error({ err: many }, 'z'.repeat(1_000_000));
  expect(logger.raw[0]?.length).toBeLessThan(200_000);
});

test('the faults of a validation are no errors: they may have the values that came', () => {
  const logger = lineLogger();
  const err = Object.assign(new Error('not valid'), {
    errors: [{ path: '/x', value: 'hunter2' }, 'hunter2'],
  });
  structured(logger).error({ err }, 'x');
  expect(logger.raw[0]).not.toContain('hunter2');
});

test.each([
  [
    'a proxy that fails',
    new Proxy(new Error('x'), {
      get: () => {
        throw new Error('no');
      },
    }),
  ],
  [
    'a property that fails',
    Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('no');
      },
    }),
  ],
  ['a message that is no text', Object.assign(new Error('x'), { message: { toString: null }, stack: null })],
  ['no prototype', Object.create(null)],
  ['a symbol', Symbol('x')],
  ['a function', () => 'hunter2'],
])('what is thrown can not make the log fail: %s', (_name, err) => {
  const logger = lineLogger();
  structured(logger).error({ err }, 'x');
  expect(logger.lines).toHaveLength(1);
  expect(logger.raw[0]).not.toContain('hunter2');
});

test('what is thrown that is no error is told without its contents', () => {
  const logger = lineLogger();
  structured(logger).error({ err: { password: 'p' } }, 'x');
  structured(logger).error({ err: 'token=abc' }, 'Authorization: abc');
  const circular = new Error('a');
  circular.cause = circular;
  structured(logger).error({ err: circular }, 'y');
  expect(logger.raw.join('')).not.toMatch(/"p"|abc/);
  expect(logger.lines).toHaveLength(3);
});
