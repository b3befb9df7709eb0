import { text as textOf } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { type Static, Type } from '@sinclair/typebox';
import compression from 'compression';
import express from 'express';
import { APIView, get, ListMixin, NotFound, Resource, ViewRouter } from 'express-viewsets';
import { sse } from 'express-viewsets/sse';
import request from 'supertest';
import { appOf, memoryLogger } from '../support/app';
import { closeServers, open, serve, until } from '../support/streams';

const Row = Type.Object(
  { id: Type.Integer(), at: Type.Optional(Type.String({ format: 'date-time' })) },
  { $id: 'Row' },
);
type Row = Static<typeof Row>;
const Rows = Type.Array(Row);

afterEach(closeServers);

const released: string[] = [];
class Results extends APIView {
  @get('/async', { response: Rows }) async *async() {
    yield { id: 1, secret: 'x', at: new Date(0) };
    yield { id: 2 };
  }
  @get('/empty', { response: Rows }) async *empty() {
    yield* [] as Row[];
  }
  @get('/lines', { response: Rows, stream: 'ndjson' }) *lines() {
    yield { id: 1 };
    yield { id: 2 };
  }
  @get('/no-lines', { response: Rows, stream: 'ndjson' }) noLines() {
    return [];
  }
  @get('/either', { response: Rows, stream: ['json', 'ndjson'] }) either() {
    return [{ id: 1 }, { id: 2 }];
  }
  @get('/maybe', { response: Rows, stream: 'ndjson', notFound: true }) maybe() {
    return null;
  }
  @get('/first', { response: Rows }) async *first() {
    yield* [] as Row[];
    throw new NotFound('No such report.');
  }
  @get('/early', { response: Rows }) async *early() {
    try {
      yield { id: 1 };
      yield { id: 'hunter2' } as never;
    } finally {
      released.push('early');
    }
  }
  @get('/late', { response: Rows }) async *late() {
    yield { id: 1 };
    await new Promise((resolve) => setTimeout(resolve, 20));
    throw new NotFound();
  }
  @get('/late-lines', { response: Rows, stream: 'ndjson' }) async *lateLines() {
    for (let id = 0; id < 100_000; id += 1) yield { id };
    yield { id: 'x' } as never;
  }
  @get('/endless', { response: Rows }) async *endless() {
    try {
      for (let id = 0; ; id += 1) yield { id };
    } finally {
      released.push('endless');
    }
  }
  @get('/endless-sync', { response: Rows, stream: 'json' }) *endlessSync() {
    try {
      for (let id = 0; ; id += 1) yield { id };
    } finally {
      released.push('endless-sync');
    }
  }
  @get('/slow', { response: Rows, stream: 'ndjson' }) async *slow() {
    yield { id: 1 };
    await new Promise((resolve) => this.signal.addEventListener('abort', resolve));
    released.push('slow');
  }
}

const logger = memoryLogger();
const app = appOf([Results], { logger });
beforeEach(() => {
  released.length = 0;
  logger.lines.length = 0;
});

describe('an async iterable', () => {
  test('is sent as an array, each item checked and serialized', async () => {
    const { text, headers } = await request(app).get('/async').expect(200);
    expect(text).toBe('[{"id":1,"at":"1970-01-01T00:00:00.000Z"},{"id":2}]');
    expect(headers['content-type']).toBe('application/json');
    await request(app).get('/empty').expect(200, '[]');
    await request(app).get('/async').set('Accept', 'text/html').expect(406);
  });

  test('answers HEAD without an item of it', async () => {
    await request(app).head('/endless').expect(200).expect('Content-Type', 'application/json');
  });

  test('may be what a list returns', async () => {
    class List extends ListMixin(Resource({ name: 'Row', schema: Row })) {
      async *list() {
        yield { id: 1 };
      }
    }
    await request(appOf([List], { prefix: '/rows' }))
      .get('/rows')
      .expect(200, [{ id: 1 }]);
  });

  test('that fails before anything is sent is a problem', async () => {
    const { body } = await request(app).get('/first').expect(404);
    expect(body.detail).toBe('No such report.');
    const { text } = await request(app).get('/early').expect(500);
    expect(text).not.toContain('hunter2');
    expect(released).toEqual(['early']);
    expect(logger.lines).toHaveLength(1);
  });

  test.each(['/late', '/late-lines'])('that fails later cuts the connection: %s', async (path) => {
    const { url } = await serve(app);
    const response = await open(url + path);
    await expect(textOf(response)).rejects.toThrow('aborted');
    expect(logger.lines.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The stream of Results\.late(Lines)? broke off: /),
    ]);
  });

  test.each(['endless', 'endless-sync'])('is let go when the client leaves: %s', async (path) => {
    const { url } = await serve(app);
    const response = await open(`${url}/${path}`);
    await new Promise((resolve) => response.once('data', resolve));
    response.destroy();
    await until(() => released.includes(path));
    expect(logger.lines).toEqual([]);
  });
});

test('a reader that keeps up does not keep the process from all else', async () => {
  const size = 20_000;
  let made = 0;
  let turns: number[] = [];
  const look = () => {
    turns.push(made);
    if (made < 200) setImmediate(look);
  };
  function* texts() {
    made = 0;
    turns = [];
    for (; made < 200; made += 1) {
      if (made === 0) setImmediate(look);
      yield 'x'.repeat(size);
    }
  }
  class Fast extends APIView {
    @get('/rows', { response: Type.Array(Type.String()), stream: 'json' }) rows() {
      return texts();
    }
    @get('/async', { response: Type.Array(Type.String()) }) async *async() {
      yield* texts();
    }
    @sse('/events', { event: Type.String() }) events() {
      return texts();
    }
  }
  const { url } = await serve(appOf([Fast]));
  for (const path of ['/rows', '/async', '/events']) {
    await textOf(await open(url + path));
    const between = turns.map((count, index) => count - (turns[index - 1] ?? 0));
    // 64 kB, and the last piece beyond.
    expect(Math.max(...between) * size).toBeLessThan(100_000);
  }
});

describe('NDJSON', () => {
  const lines = '{"id":1}\n{"id":2}\n';

  test('is one item a line', async () => {
    const { text, headers } = await request(app)
      .get('/lines')
      .buffer()
      .parse(asText)
      .expect(200)
      .then(textBody);
    expect([text, headers['content-type']]).toEqual([lines, 'application/x-ndjson']);
    expect((await request(app).get('/no-lines').buffer().parse(asText).expect(200).then(textBody)).text).toBe(
      '',
    );
    await request(app).get('/lines').set('Accept', 'application/json').expect(406);
    await request(app).get('/maybe').expect(404);
  });

  test('is negotiated where both are offered', async () => {
    const asked = (accept: string) =>
      request(app).get('/either').set('Accept', accept).buffer().parse(asText);
    const { text, headers } = await asked('application/x-ndjson').expect(200).then(textBody);
    expect([text, headers['content-type'], headers.vary]).toEqual([lines, 'application/x-ndjson', 'Accept']);
    const json = await asked('*/*').expect(200).then(textBody);
    expect([json.text, json.headers.vary]).toEqual(['[{"id":1},{"id":2}]', 'Accept']);
    await asked('application/json;q=0.5, application/x-ndjson').expect(
      'Content-Type',
      'application/x-ndjson',
    );
    const { body: problem } = await asked('text/html').expect(406);
    expect(problem).toContain('The response is application/json or application/x-ndjson, which');
  });

  test('sends a row at once when the next is long in coming', async () => {
    const { url } = await serve(app);
    const response = await open(`${url}/slow`);
    const chunk = await new Promise((resolve) => response.once('data', resolve));
    expect(String(chunk)).toBe('{"id":1}\n');
    response.destroy();
    await until(() => released.includes('slow'));
  });

  test('does so also through compression', async () => {
    const compressed = express();
    compressed.use(compression({ threshold: 0, filter: () => true }), app);
    const { url } = await serve(compressed);
    const response = await open(`${url}/slow`, { 'Accept-Encoding': 'gzip' });
    expect(response.headers['content-encoding']).toBe('gzip');
    const row = await new Promise((resolve) => response.pipe(createGunzip()).once('data', resolve));
    expect(String(row)).toBe('{"id":1}\n');
    response.destroy();
    await until(() => released.includes('slow'));
  });

  test('is described', async () => {
    const { body } = await request(app).get('/openapi.json').expect(200);
    const contentOf = (path: string) => body.paths[path].get.responses[200].content;
    const items = { $ref: '#/components/schemas/Row' };
    expect(contentOf('/lines')).toEqual({ 'application/x-ndjson': { schema: items } });
    expect(contentOf('/either')).toEqual({
      'application/json': { schema: { type: 'array', items } },
      'application/x-ndjson': { schema: items },
    });
  });
});

function asText(response: any, done: (error: Error | null, body: unknown) => void): void {
  textOf(response).then(
    (text) => done(null, text),
    (error) => done(error, undefined),
  );
}

function textBody({ body, headers }: { body: unknown; headers: Record<string, string> }) {
  return { text: body, headers };
}

test('mistakes are told when the view is mounted', () => {
  const register = (options: object) => () =>
    ViewRouter().register(
      class Wrong extends APIView {
        static override readonly actions = { wrong: { method: 'get', ...options } } as never;
        wrong() {}
      },
    );
  expect(register({ stream: 'ndjson' })).toThrow('give it `response: Type.Array(...)`');
  expect(register({ stream: 'ndjson', response: Row })).toThrow('give it `response: Type.Array(...)`');
  expect(register({ stream: 'xml', response: Rows })).toThrow("`stream` of Wrong.wrong is 'json', 'ndjson'");
  expect(register({ stream: [], response: Rows })).toThrow("`stream` of Wrong.wrong is 'json', 'ndjson'");
});
