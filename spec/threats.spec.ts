import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Type } from '@sinclair/typebox';
import express, { type Express } from 'express';
import {
  APIView,
  APIViewSet,
  action,
  configureApp,
  get,
  type Logger,
  NotFound,
  PartialUpdateMixin,
  post,
  ViewRouter,
} from 'express-viewsets';
import request from 'supertest';
import { info, memoryLogger } from './support/app';

/*
 * What attackers and bad luck send, over real HTTP. Each test is named after the attack.
 */

const Note = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    rank: Type.Optional(Type.Integer()),
    weight: Type.Optional(Type.Number()),
    data: Type.Optional(Type.Unknown()),
    owner: Type.Optional(Type.String({ readOnly: true })),
    password: Type.Optional(Type.String({ writeOnly: true })),
  },
  { $id: 'Note' },
);
type Note = { id: string; name: string; owner?: string; [property: string]: unknown };

const Tree = Type.Recursive((This) => Type.Object({ next: Type.Optional(This) }), { $id: 'Tree' });
const Query = Type.Object({
  name: Type.Optional(Type.String()),
  page: Type.Optional(Type.Integer({ minimum: 1 })),
  ids: Type.Optional(Type.Array(Type.Integer())),
});

interface Site {
  readonly app: Express;
  readonly notes: Map<string, Note>;
  readonly lines: ReturnType<typeof memoryLogger>['lines'];
  /** What actions were given. */
  readonly seen: unknown[];
}

function site(prepare: (app: Express) => void = () => undefined): Site {
  const notes = new Map<string, Note>([['1', { id: '1', name: 'one', owner: 'admin', password: 'pw' }]]);
  const seen: unknown[] = [];
  const logger = memoryLogger();

  class Notes extends PartialUpdateMixin(
    APIViewSet({ name: 'Note', schema: Note, path: '/notes', query: Query }),
  ) {
    list(query: object) {
      seen.push(query);
      return notes.values() as never;
    }
    create(note: Note) {
      seen.push(note);
      notes.set(note.id, note);
      return note as never;
    }
    retrieve({ id }: { id: string }) {
      return notes.get(id) as never;
    }
    update({ id }: { id: string }, note: Note) {
      notes.set(id, note);
      return note as never;
    }
    partialUpdate({ id }: { id: string }, change: object) {
      seen.push(change);
      const note = { ...(notes.get(id) as Note), ...change };
      notes.set(id, note);
      return note as never;
    }
    destroy({ id }: { id: string }) {
      notes.delete(id);
    }
  }
  class Echo extends APIView {
    @post('/json', { body: Type.Unknown(), response: Type.Unknown() })
    json(body: unknown) {
      seen.push(body);
      return body;
    }
    @post('/tree', { body: Tree, response: Type.Object({ ok: Type.Boolean() }) })
    tree() {
      return { ok: true };
    }
    @post('/flat', { body: Type.Object({ a: Type.Integer() }), response: Type.Unknown() })
    flat(body: object) {
      return body;
    }
    @get('/strict', { query: Query, response: Type.Unknown() })
    strict(query: object) {
      return query;
    }
  }
  const router = ViewRouter()
    .register(Notes as never)
    .register(Echo);
  const app = express();
  prepare(app);
  app.use('/api', router);
  configureApp(app, { info, logger, docs: false });
  return { app, notes, seen, lines: logger.lines };
}

/** What a server answers to bytes that no client library would send. */
async function raw(app: Express, ...chunks: (string | Buffer)[]): Promise<string> {
  const server = await listening(app);
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  const answer: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => answer.push(chunk));
  socket.on('error', () => undefined);
  for (const chunk of chunks) socket.write(chunk);
  await once(socket, 'close');
  server.close();
  return Buffer.concat(answer).toString('latin1');
}

async function listening(app: Express): Promise<Server> {
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const head = (line: string, ...headers: string[]) =>
  `${[`${line} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`;

const posted = (app: Express, path: string, text: string | Buffer, type = 'application/json') =>
  request(app).post(path).set('Content-Type', type).send(text);

const nested = (depth: number, open = '[', close = ']') => open.repeat(depth) + close.repeat(depth);

async function expectAlive({ app }: Site): Promise<void> {
  await request(app).get('/api/notes/1').expect(200);
}

const PROBLEM = 'application/problem+json';

describe('prototype pollution', () => {
  afterEach(() => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test.each([
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"a":[{"__proto__":{"polluted":1}}]}',
  ])('in free-form JSON: %s', async (text) => {
    const { app, seen } = site();
    await posted(app, '/api/json', text).expect(200);
    expect(JSON.stringify(seen)).not.toContain('polluted');
  });

  test('in declared objects', async () => {
    const { app, seen } = site();
    await posted(app, '/api/notes', '{"id":"2","name":"a","__proto__":{"owner":"me"}}').expect(201);
    expect((seen[0] as Note).owner).toBeUndefined();
    expect(Object.getPrototypeOf(seen[0])).toBe(Object.prototype);
  });

  test.each([
    '__proto__[polluted]=1',
    '__proto__.polluted=1',
    'constructor[prototype][polluted]=1',
    '__proto__=1',
  ])('in the query: %s', async (query) => {
    const { app, seen } = site();
    await request(app).get(`/api/notes?${query}`).expect(200);
    expect(seen).toEqual([{}]);
  });

  test('in header names', async () => {
    const { app } = site();
    await request(app).get('/api/notes/1').set('__proto__', 'polluted').set('constructor', 'x').expect(200);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('in the path: %s', async (name) => {
    const { app } = site();
    const { body } = await request(app).get(`/api/notes/${name}`).expect(404).expect('Content-Type', PROBLEM);
    expect(body.title).toBe('Not Found');
    await request(app).get(`/api/${name}`).expect(404);
  });
});

describe('mass assignment and leaking fields', () => {
  test('undeclared and read-only properties do not go in', async () => {
    const { app, seen } = site();
    const { body } = await posted(
      app,
      '/api/notes',
      '{"id":"2","name":"a","owner":"me","isAdmin":true}',
    ).expect(201);
    expect(seen).toEqual([{ id: '2', name: 'a' }]);
    expect(body).toEqual({ id: '2', name: 'a' });
  });

  test('nor by a partial update', async () => {
    const { app, notes } = site();
    await request(app).patch('/api/notes/1').send({ owner: 'me', isAdmin: true, name: 'b' }).expect(200);
    expect(notes.get('1')).toEqual({ id: '1', name: 'b', owner: 'admin', password: 'pw' });
  });

  test('write-only properties do not come out, of one or of a list', async () => {
    const { app } = site();
    const one = await request(app).get('/api/notes/1').expect(200);
    const list = await request(app).get('/api/notes').expect(200);
    expect(one.body).toEqual({ id: '1', name: 'one', owner: 'admin' });
    expect(list.text + one.text).not.toContain('pw');
  });
});

describe('operator injection', () => {
  test.each(['name[$ne]=', 'name[$gt]=a', 'name[]=a&name[]=b', 'name.$ne=a'])(
    'only scalars reach the action: ?%s',
    async (query) => {
      const { app, seen } = site();
      await request(app).get(`/api/notes?${query}`).expect(200);
      expect(seen).toEqual([{}]);
    },
  );

  test('an object where a scalar is declared', async () => {
    const { app } = site();
    const { body } = await posted(app, '/api/notes', '{"id":{"$ne":null},"name":"a"}').expect(400);
    expect(body.errors).toEqual([{ detail: 'must be string', pointer: '#/id', code: 'type' }]);
  });

  test('a scalar that comes twice', async () => {
    const { app } = site();
    const { body } = await request(app).get('/api/notes?name=a&name=b').expect(400);
    expect(body.errors).toEqual([
      { detail: 'must be sent once', in: 'query', parameter: 'name', code: 'duplicate' },
    ]);
  });

  test.each(['0', '-1', '9007199254740992', '1e21', '1.0', '+1', '%201', '', '0x1', '１'])(
    'a page of %j',
    async (page) => {
      const { app } = site();
      await request(app)
        .get(`/api/notes?page=${encodeURI(page).replace('%2520', '%20')}`)
        .expect(400);
    },
  );
});

describe('the "query parser" of the app', () => {
  const queries = ['name=a&page=2', 'ids=1&ids=2', 'name[$ne]=x', 'page=1&page=2', 'name=a%20b+c', 'page=x'];

  test.each(queries)('makes no difference: ?%s', async (query) => {
    const parsers = ['simple', 'extended', false, () => ({ name: { $ne: 1 }, page: '7' })] as const;
    const answers = await Promise.all(
      parsers.map(async (parser) => {
        const { app } = site((made) => made.set('query parser', parser));
        const { status, body } = await request(app).get(`/api/strict?${query}`);
        return { status, body };
      }),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});

describe('content types', () => {
  const valid = '{"id":"2","name":"a"}';

  test.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json;charset=utf-8',
    'application/json; charset=UTF-8',
    'application/json ; charset="utf-8"',
    ' application/json',
    'application/merge-patch+json',
  ])('%j is JSON', async (type) => {
    const { app } = site();
    const answer = await raw(
      app,
      head('POST /api/notes', `Content-Type: ${type}`, `Content-Length: ${valid.length}`) + valid,
    );
    expect(answer).toMatch(/^HTTP\/1.1 201 /);
  });

  test.each([
    'text/plain',
    'text/plain;application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=application/json',
    'text/json',
    'application/jsonp',
    'application/json, text/plain',
    'application/json\t/x',
    'application/json;charset=utf-16',
    'application/json;charset=utf-7',
    'application/json;charset=iso-8859-1',
    'json',
    '',
  ])('JSON as %j is 415, and never parsed', async (type) => {
    const { app, seen } = site();
    const answer = await raw(
      app,
      head('POST /api/notes', `Content-Type: ${type}`, `Content-Length: ${valid.length}`) + valid,
    );
    expect(answer).toMatch(/^HTTP\/1.1 415 /);
    expect(answer).toContain(PROBLEM);
    expect(seen).toEqual([]);
  });

  test('JSON without a type is 415', async () => {
    const { app } = site();
    const answer = await raw(app, head('POST /api/notes', `Content-Length: ${valid.length}`) + valid);
    expect(answer).toMatch(/^HTTP\/1.1 415 /);
  });

  test('what another parser made of a form is not taken for JSON', async () => {
    const { app, seen } = site((made) => made.use(express.urlencoded({ extended: true })));
    await posted(app, '/api/notes', 'id=2&name=a', 'application/x-www-form-urlencoded').expect(415);
    expect(seen).toEqual([]);
  });

  test('no body at all, and an empty one, are a body that is required', async () => {
    const { app } = site();
    const none = await request(app).post('/api/notes').expect(400);
    const empty = await request(app).post('/api/notes').set('Content-Type', 'application/json').expect(400);
    expect(none.body.errors).toEqual([{ detail: 'a body is required', pointer: '#', code: 'required' }]);
    expect(empty.body.errors).toEqual(none.body.errors);
  });
});

describe('bodies that are too large', () => {
  const large = JSON.stringify({ id: '2', name: 'x'.repeat(200_000) });

  test('by their Content-Length', async () => {
    const { app, seen } = site();
    await posted(app, '/api/notes', large).expect(413).expect('Content-Type', PROBLEM);
    expect(seen).toEqual([]);
  });

  test('in chunks of no announced length', async () => {
    const { app, seen } = site();
    const chunk = `${(10_000).toString(16)}\r\n${'x'.repeat(10_000)}\r\n`;
    const answer = await raw(
      app,
      head('POST /api/notes', 'Content-Type: application/json', 'Transfer-Encoding: chunked'),
      chunk.repeat(20),
      '0\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(seen).toEqual([]);
  });

  test('once they are inflated', async () => {
    const { app, seen } = site();
    const bomb = gzipSync(`"${'x'.repeat(20_000_000)}"`);
    expect(bomb.length).toBeLessThan(100_000);
    await request(app)
      .post('/api/json')
      .set('Content-Type', 'application/json')
      .set('Content-Encoding', 'gzip')
      .serialize((body) => body as never)
      .send(bomb as never)
      .expect(413);
    expect(seen).toEqual([]);
  });

  test('of an encoding that nobody knows, or that is broken', async () => {
    const { app } = site();
    const encoded = (encoding: string) =>
      posted(app, '/api/json', '{}').set('Content-Encoding', encoding).expect('Content-Type', PROBLEM);
    await encoded('x-bomb').expect(415);
    await encoded('gzip').expect(400);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '100kb', null])(
    'a limit of %p is refused when it is configured',
    (bodyLimit) => {
      expect(() => ViewRouter({ bodyLimit: bodyLimit as never })).toThrow('bodyLimit');
    },
  );

  test('a body that is shorter than it said ends the connection and nothing else', async () => {
    const running = site();
    const server = await listening(running.app);
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(head('POST /api/json', 'Content-Type: application/json', 'Content-Length: 1000'));
    socket.write('{"a":');
    await once(server, 'request');
    socket.destroy();
    server.close();
    await once(server, 'close');
    await expectAlive(running);
    expect(running.lines).toEqual([]);
  });
});

describe('deep nesting', () => {
  test.each([
    ['lists', nested(20_000)],
    ['objects', nested(20_000, '{"a":', '}').replace('}', '1}')],
  ])('of %s in free-form JSON', async (_, text) => {
    const running = site((made) => made.use(express.json({ limit: '1mb' })));
    const { body } = await posted(running.app, '/api/json', text).expect(400);
    expect(body.errors).toMatchObject([{ code: 'maxDepth', pointer: '#' }]);
    await expectAlive(running);
  });

  test('in a free-form property, read by our own parser', async () => {
    const running = site();
    await posted(running.app, '/api/notes', `{"id":"2","name":"a","data":${nested(20_000)}}`).expect(400);
    await expectAlive(running);
  });

  test('in a recursive schema', async () => {
    const running = site((made) => made.use(express.json({ limit: '1mb' })));
    const { body } = await posted(
      running.app,
      '/api/tree',
      `${'{"next":'.repeat(20_000)}{}${'}'.repeat(20_000)}`,
    ).expect(400);
    expect(body.errors).toMatchObject([{ code: 'maxDepth' }]);
    await expectAlive(running);
  });

  test('in a property that nobody declared', async () => {
    const running = site((made) => made.use(express.json({ limit: '1mb' })));
    await posted(running.app, '/api/flat', `{"a":1,"junk":${nested(20_000)}}`).expect(200, { a: 1 });
    await expectAlive(running);
  });
});

describe('numbers', () => {
  test.each([
    '1e999',
    '-1e999',
    '9'.repeat(400),
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
  ])('an integer of %s', async (text) => {
    const { app, seen } = site();
    const { body } = await posted(app, '/api/notes', `{"id":"2","name":"a","rank":${text}}`).expect(400);
    expect(body.errors[0].pointer).toBe('#/rank');
    expect(seen).toEqual([]);
  });

  test.each(['NaN', 'Infinity', '-Infinity', '01', '+1', '.5', '0x10', '1_0'])(
    '%s, which is not JSON',
    async (text) => {
      const { app } = site();
      const { body } = await posted(app, '/api/notes', `{"id":"2","name":"a","weight":${text}}`).expect(400);
      expect(body.errors).toEqual([{ detail: 'must be JSON in UTF-8', pointer: '#', code: 'json' }]);
    },
  );

  test.each(['-0', '0.1', '1e21', '5e-324', '1.7976931348623157e308', '9007199254740993'])(
    'a number of %s comes back the same each time',
    async (text) => {
      const { app } = site();
      const { body: created } = await posted(
        app,
        '/api/notes',
        `{"id":"2","name":"a","weight":${text}}`,
      ).expect(201);
      const { body: read } = await request(app).get('/api/notes/2').expect(200);
      const { body: again } = await request(app).put('/api/notes/2').send(read).expect(200);
      expect([read, again]).toEqual([created, created]);
      expect(created.weight).toBe(Number(text) + 0);
    },
  );

  test('an infinite number in free-form JSON', async () => {
    const { app } = site();
    await posted(app, '/api/json', '{"a":[1e999]}').expect(400);
  });
});

describe('text', () => {
  test.each(['\\ud800', '\\udc00', 'a\\ud83d', '\\ude00\\ud83d'])(
    'a lone surrogate is 400 and breaks no list: %s',
    async (written) => {
      const { app } = site();
      await posted(app, '/api/notes', `{"id":"2","name":"${written}"}`).expect(400);
      await posted(app, '/api/notes', `{"id":"2","name":"a","data":{"${written}":1}}`).expect(400);
      await posted(app, '/api/json', `"${written}"`).expect(400);
      await posted(app, '/api/json', `{"${written}":1}`).expect(400);
      await request(app).get('/api/notes').expect(200);
    },
  );

  test('one that is in the store already breaks neither its resource nor the list', async () => {
    const { app, notes } = site();
    notes.set('2', { id: '2', name: '\ud800' });
    await request(app).get('/api/notes/2').expect(200);
    await request(app).get('/api/notes').expect(200);
  });

  test.each([
    ['NUL', '\\u0000'],
    ['a mark of direction', '\\u202e\\u2066'],
    ['composed and decomposed letters', '\\u00e9e\\u0301'],
    ['a line separator', '\\u2028'],
    ['an emoji', '\\ud83d\\ude00'],
    ['a byte order mark', '\\ufeff'],
  ])('%s comes back as it was', async (_, written) => {
    const { app } = site();
    const name = JSON.parse(`"${written}"`);
    await posted(app, '/api/notes', `{"id":"2","name":"${written}"}`).expect(201);
    const { body } = await request(app).get('/api/notes/2').expect(200);
    expect(body.name).toBe(name);
  });

  test('bytes that are not UTF-8 in a body', async () => {
    const { app, seen } = site();
    const text = Buffer.from('{"id":"2","name":"\xff\xfe"}', 'latin1');
    const answer = await raw(
      app,
      head('POST /api/notes', 'Content-Type: application/json', `Content-Length: ${text.length}`),
      text,
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(seen).toEqual([]);
  });

  test('bytes that are not UTF-8 in a URL', async () => {
    const { app } = site();
    for (const path of ['/api/notes/\xff', '/api/notes?name=\xff']) {
      const answer = await raw(app, Buffer.from(head(`GET ${path}`), 'latin1'));
      expect(answer).toMatch(/^HTTP\/1.1 [24]\d\d /);
    }
  });
});

describe('URLs', () => {
  test.each(['%', '%zz', '%c3%28', '%ff', '%ed%a0%80', '%u0041'])(
    'bad percent-encoding: %s',
    async (text) => {
      const { app } = site();
      const path = await request(app).get(`/api/notes/${text}`).expect(400).expect('Content-Type', PROBLEM);
      expect(path.body.errors).toMatchObject([{ in: 'path', parameter: 'id', code: 'encoding' }]);
      const value = await request(app).get(`/api/notes?name=${text}`).expect(400);
      expect(value.body.errors).toMatchObject([{ in: 'query', parameter: 'name', code: 'encoding' }]);
      await request(app).get(`/api/notes?${text}=1`).expect(400);
    },
  );

  test('15 kB of path and of query', async () => {
    const { app } = site();
    const long = 'x'.repeat(15_000);
    const { text } = await request(app).get(`/api/notes/${long}`).expect(404);
    expect(text.length).toBeLessThan(1000);
    await request(app).get(`/api/notes?name=${long}`).expect(200);
    await request(app)
      .get(`/api/notes${'/a'.repeat(7000)}`)
      .expect(404);
    await request(app)
      .get(`/api/notes?${'a=1&'.repeat(3500)}`)
      .expect(200);
  });

  test('CRLF in an id reaches no header', async () => {
    const { app } = site();
    const { headers } = await posted(
      app,
      '/api/notes',
      JSON.stringify({ id: 'a\r\nSet-Cookie: x=1', name: 'a' }),
    ).expect(201);
    expect(headers.location).toBe('/api/notes/a%0D%0ASet-Cookie%3A%20x%3D1');
    expect(headers['set-cookie']).toBeUndefined();
    const answer = await raw(app, head('GET /api/notes/a%0D%0ASet-Cookie:%20x=1'));
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).not.toMatch(/^set-cookie/im);
  });

  test.each([
    ['../../admin', '/api/notes/..%2F..%2Fadmin'],
    ['//evil.example', '/api/notes/%2F%2Fevil.example'],
    ['?a#b', '/api/notes/%3Fa%23b'],
    ['..', undefined],
    ['.', undefined],
    ['', undefined],
  ])('an id of %j leads nowhere else', async (id, location) => {
    const { app } = site();
    const { headers } = await posted(app, '/api/notes', JSON.stringify({ id, name: 'a' })).expect(201);
    expect(headers.location).toBe(location);
  });

  test('a forged Host does not appear in Location', async () => {
    const { app } = site();
    const { headers } = await posted(app, '/api/notes', '{"id":"2","name":"a"}')
      .set('Host', 'evil.example')
      .set('X-Forwarded-Host', 'evil.example')
      .expect(201);
    expect(headers.location).toBe('/api/notes/2');
    expect(JSON.stringify(headers)).not.toContain('evil');
  });
});

describe('problems tell nothing', () => {
  const SECRET = 'hunter2';

  test('of the input', async () => {
    const { app } = site();
    const answers = await Promise.all([
      posted(app, '/api/notes', JSON.stringify({ id: 1, name: { SECRET }, rank: SECRET })),
      posted(app, '/api/notes', `{"id": ${SECRET}`),
      posted(app, '/api/notes', SECRET, 'text/plain'),
      request(app).get(`/api/notes?page=${SECRET}`),
    ]);
    for (const { status, text } of answers) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(text).not.toContain(SECRET);
    }
  });

  test('of the input, where the app parses bodies itself', async () => {
    const { app } = site((made) => made.use(express.json()));
    const { text } = await posted(app, '/api/notes', `{"id": ${SECRET}`)
      .expect(400)
      .expect('Content-Type', PROBLEM);
    expect(text).not.toContain(SECRET);
  });

  test('and are no longer for more faults', async () => {
    const { app } = site();
    const { body, text } = await request(app)
      .get(`/api/notes?${'ids=x&'.repeat(2500)}`)
      .expect(400);
    expect(body.errors.length).toBeLessThanOrEqual(50);
    expect(text.length).toBeLessThan(10_000);
  });

  const thrown: [string, unknown][] = [
    [
      'an Error',
      Object.assign(new Error(`password=${SECRET} at /srv/app.js`), { sql: `SELECT '${SECRET}'` }),
    ],
    ['an Error with a status of its own', Object.assign(new Error(SECRET), { status: 503 })],
    ['undefined', undefined],
    ['null', null],
    ['a string', SECRET],
    ['a number', 42],
    ['a symbol', Symbol(SECRET)],
    ['an object', { message: SECRET, stack: SECRET }],
    [
      'an object that can not be read',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error(SECRET);
          },
        },
      ),
    ],
  ];

  describe.each(thrown)('when an action throws %s', (_, error) => {
    class Failing extends APIView {
      @get('/sync', { response: Type.Unknown() })
      sync(): unknown {
        throw error;
      }
      @get('/async', { response: Type.Unknown() })
      async async(): Promise<unknown> {
        await Promise.resolve();
        throw error;
      }
      @get('/rejected', { response: Type.Unknown() })
      rejected(): Promise<unknown> {
        return Promise.reject(error);
      }
      @get('/fine', { response: Type.Unknown() })
      fine() {
        return 'fine';
      }
    }
    const failing = (logger: Logger) => {
      const app = express();
      app.use(ViewRouter().register(Failing));
      configureApp(app, { info, logger, docs: false });
      return app;
    };

    test.each(['/sync', '/async', '/rejected'])(
      '%s is a problem of the server that is logged once',
      async (path) => {
        const logger = memoryLogger();
        const app = failing(logger);
        const { status, text, body } = await request(app).get(path).expect('Content-Type', PROBLEM);
        expect(status).toBeGreaterThanOrEqual(500);
        expect(body).toMatchObject({ status, errors: [], instance: path });
        expect(text).not.toMatch(/hunter2|\/srv|SELECT|at .*\.[jt]s/);
        expect(logger.lines).toHaveLength(1);
        await request(app).get('/fine').expect(200);
      },
    );
  });

  describe.each([
    [
      'the mapping of an error',
      {
        raises: [
          [
            RangeError,
            () => {
              throw new Error(SECRET);
            },
          ],
        ] as const,
      },
      {},
    ],
    [
      'the correlation id',
      {},
      {
        correlationId: () => {
          throw new Error(SECRET);
        },
      },
    ],
  ])('when %s throws itself', (_, options, settings) => {
    class Failing extends APIView {
      @get('/sync', { ...options, response: Type.Unknown() })
      sync(): unknown {
        throw new RangeError('of the action');
      }
      @get('/async', { ...options, response: Type.Unknown() })
      async async(): Promise<unknown> {
        throw new RangeError('of the action');
      }
    }

    test.each(['/sync', '/async'])('%s is a problem of the server all the same', async (path) => {
      const logger = memoryLogger();
      const app = express();
      app.use(ViewRouter().register(Failing));
      configureApp(app, { info, logger, docs: false, ...settings });
      const { text } = await request(app).get(path).expect(500).expect('Content-Type', PROBLEM);
      expect(text).not.toMatch(/hunter2|of the action/);
      expect(logger.lines.length).toBeGreaterThan(0);
    });
  });

  test('when the logger itself throws', async () => {
    class Failing extends APIView {
      @get('/', { response: Type.Unknown() })
      async failing(): Promise<unknown> {
        throw new Error(SECRET);
      }
    }
    const app = express();
    app.use(ViewRouter().register(Failing));
    const error = () => {
      throw new Error('the disk is full');
    };
    configureApp(app, { info, logger: { error }, docs: false });
    const told = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const { text } = await request(app).get('/').expect(500).expect('Content-Type', PROBLEM);
    expect(text).not.toMatch(/hunter2|disk/);
    expect(told).toHaveBeenCalledTimes(1);
    told.mockRestore();
  });

  test('when the result does not fit its schema', async () => {
    const { app, notes, lines } = site();
    notes.set('2', { id: '2', name: { SECRET } as never });
    const { text } = await request(app).get('/api/notes/2').expect(500);
    expect(text).not.toMatch(/SECRET|hunter2|name/);
    expect(lines).toMatchObject([{ message: expect.stringContaining('#/name must be string') }]);
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });
});

describe('an error after the headers were sent', () => {
  test('ends the connection, is logged once, and writes nothing more', async () => {
    class Streaming extends APIView {
      @get('/', { response: Type.Unknown() })
      async stream(): Promise<unknown> {
        this.response.writeHead(200, { 'Content-Type': 'text/plain' });
        this.response.write('begun');
        await Promise.resolve();
        throw new Error('too late');
      }
    }
    const logger = memoryLogger();
    const app = express();
    app.use(ViewRouter().register(Streaming));
    configureApp(app, { info, logger, docs: false });
    const answer = await raw(app, head('GET /'));
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).not.toContain('problem');
    // The last chunk of a complete answer.
    expect(answer).not.toMatch(/0\r\n\r\n$/);
    expect(logger.lines).toHaveLength(1);
  });
});

describe('a client that leaves', () => {
  function slowApp() {
    const entered = deferred<AbortSignal>();
    const release = deferred<void>();
    const left = deferred<void>();
    class Slow extends APIView {
      @action({ method: 'get', path: '/slow', response: Type.Unknown() })
      async slow() {
        this.signal.addEventListener('abort', () => left.resolve());
        entered.resolve(this.signal);
        await release.promise;
        return 'done';
      }
      @get('/gone', { response: Type.Unknown(), errors: [NotFound] })
      async gone(): Promise<unknown> {
        this.signal.addEventListener('abort', () => left.resolve());
        entered.resolve(this.signal);
        await release.promise;
        throw new Error('the query was cancelled');
      }
      @get('/fine', { response: Type.Unknown() })
      fine() {
        return this.signal.aborted;
      }
    }
    const logger = memoryLogger();
    const app = express();
    app.use(ViewRouter().register(Slow));
    configureApp(app, { info, logger, docs: false });
    return { app, entered, release, left };
  }

  test.each(['/slow', '/gone'])('before the answer aborts `signal`, and harms nobody (%s)', async (path) => {
    const { app, entered, release, left } = slowApp();
    const server = await listening(app);
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(head(`GET ${path}`));
    const signal = await entered.promise;
    expect(signal.aborted).toBe(false);
    socket.destroy();
    await left.promise;
    expect(signal.aborted).toBe(true);
    release.resolve();
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/fine`);
    expect(await answer.json()).toBe(false);
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  test('after the answer aborts nothing', async () => {
    const { app, entered, release } = slowApp();
    release.resolve();
    await request(app).get('/slow').expect(200);
    expect((await entered.promise).aborted).toBe(false);
  });
});
