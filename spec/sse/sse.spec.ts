import { getEventListeners } from 'node:events';
import { text as textOf } from 'node:stream/consumers';
import { type Static, Type } from '@sinclair/typebox';
import compression from 'compression';
import express from 'express';
import {
  APIView,
  configureApp,
  get,
  ListMixin,
  NotFound,
  post,
  Resource,
  Unauthorized,
  View,
  ViewRouter,
} from 'express-viewsets';
import {
  EventHub,
  openStreams,
  responseEvent,
  responseEvents,
  ServerSentEventsMixin,
  sse,
} from 'express-viewsets/sse';
import request from 'supertest';
import { appOf, info, memoryLogger } from '../support/app';
import { closeServers, framesOf, open, serve, until } from '../support/streams';

const Tick = Type.Object({ n: Type.Integer() }, { $id: 'Tick' });
type Tick = Static<typeof Tick>;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(closeServers);

describe('a stream of events', () => {
  class Ticks extends APIView {
    @sse('/ticks', { event: Tick, retry: 3000 })
    async *ticks() {
      yield { n: 1, secret: 'x' };
      await wait(1);
      yield { event: 'tick', id: 7, data: { n: 2 }, retry: 50 };
    }

    @sse('/sync', { events: { tick: Tick, done: Type.String() } })
    *sync() {
      yield { event: 'tick', data: { n: 1 } } as const;
      yield { event: 'done', data: 'a\nb' } as const;
    }

    @sse('/list', { event: Tick }) list() {
      return [{ n: 1 }, { n: 2 }];
    }

    @sse('/text', { event: Type.String(), text: true }) *text() {
      yield 'a\nb\r\nc\rd\n';
      yield ' lead';
    }

    @sse('/none', { event: Tick }) async *none(): AsyncGenerator<Tick> {}

    @sse('/asked', { method: 'post', body: Type.Object({ up_to: Type.Integer() }), event: Tick })
    async *asked({ up_to }: { up_to: number }) {
      for (let n = 1; n <= up_to; n += 1) yield { n };
    }
  }
  const app = appOf([Ticks]);

  test('is framed, checked and serialized, with the headers that proxies need', async () => {
    const { text, headers } = await request(app).get('/ticks').expect(200);
    expect(text).toBe('retry: 3000\n\ndata: {"n":1}\n\nevent: tick\nid: 7\nretry: 50\ndata: {"n":2}\n\n');
    expect(headers['content-type']).toBe('text/event-stream');
    expect(headers['cache-control']).toBe('no-cache, no-transform');
    expect(headers['x-accel-buffering']).toBe('no');
    expect(headers['content-length']).toBeUndefined();
  });

  test('may come of a sync generator, or of anything iterable', async () => {
    const { text } = await request(app).get('/sync').expect(200);
    expect(text).toBe('event: tick\ndata: {"n":1}\n\nevent: done\ndata: "a\\nb"\n\n');
    await request(app).get('/list').expect(200, 'data: {"n":1}\n\ndata: {"n":2}\n\n');
  });

  test('splits text at each kind of line end', async () => {
    await request(app)
      .get('/text')
      .expect(200, 'data: a\ndata: b\ndata: c\ndata: d\ndata: \n\ndata:  lead\n\n');
  });

  test('without an event is answered 204, which tells an EventSource not to come back', async () => {
    await request(app).get('/none').expect(204, '');
  });

  test('answers HEAD with its headers', async () => {
    const { headers } = await request(app).head('/ticks').expect(200);
    expect(headers['content-type']).toBe('text/event-stream');
  });

  test('is negotiated', async () => {
    const { body } = await request(app).get('/ticks').set('Accept', 'application/json').expect(406);
    expect(body.detail).toBe('The response is text/event-stream, which the Accept header excludes.');
    await request(app).get('/ticks').set('Accept', 'text/event-stream;q=0').expect(406);
    await request(app).get('/ticks').set('Accept', 'text/event-stream, */*').expect(200);
    await request(app).get('/ticks').set('Accept', 'text/*').expect(200);
  });

  test('takes checked arguments, of any method', async () => {
    await request(app).post('/asked').send({ up_to: 1 }).expect(200, 'data: {"n":1}\n\n');
    const { body } = await request(app).post('/asked').send({ up_to: 'x' }).expect(400);
    expect(body.errors).toMatchObject([{ pointer: '#/up_to' }]);
  });

  test('passes compression at once', async () => {
    let release = () => {};
    class Slow extends APIView {
      @sse('/slow', { event: Tick })
      async *slow() {
        yield { n: 1 };
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
    }
    const compressed = express();
    compressed.use(compression({ threshold: 0 }), ViewRouter().register(Slow));
    const { url } = await serve(compressed);
    const response = await open(`${url}/slow`, { 'Accept-Encoding': 'gzip' });
    expect(response.headers['content-encoding']).toBeUndefined();
    const [chunk] = (await once1(response)) as [Buffer];
    expect(chunk.toString()).toBe('data: {"n":1}\n\n');
    release();
    expect(await textOf(response)).toBe('');
  });
});

function once1(stream: NodeJS.EventEmitter): Promise<unknown[]> {
  return new Promise((resolve) => stream.once('data', (...args) => resolve(args)));
}

describe('what goes wrong', () => {
  class Broken extends APIView {
    @sse('/unauthorized', { event: Tick }) async *unauthorized() {
      yield* [] as Tick[];
      throw new Unauthorized();
    }
    @sse('/late', { event: Tick }) async *late() {
      yield { n: 1 };
      throw new NotFound('No more.');
    }
    @sse('/leak', { event: Tick }) async *leak() {
      yield { n: 1 };
      throw new Error('the password is hunter2');
    }
    @sse('/misfit', { event: Tick }) async *misfit() {
      yield { n: 1 };
      yield { n: 'hunter2' } as never;
    }
    @sse('/misfit-first', { event: Tick }) async *misfitFirst() {
      yield { n: 'hunter2' } as never;
    }
    @sse('/unknown', { events: { tick: Tick } }) async *unknown() {
      yield { event: 'tock', data: { n: 1 } } as never;
    }
    @sse('/inject', {
      event: Tick,
      query: Type.Object({ field: Type.String(), value: Type.String() }),
    })
    async *inject({ field, value }: { field: string; value: string }) {
      yield { [field]: value, data: { n: 1 } } as never;
    }
    @sse('/nothing', { event: Tick }) nothing(): Tick[] {
      return undefined as never;
    }
    @sse('/cleans', { event: Tick }) async *cleans() {
      try {
        yield { n: 'x' } as never;
      } finally {
        cleaned += 1;
      }
    }
    @sse('/slow', { event: Tick, openAfter: 5 }) async *slow() {
      yield* [] as Tick[];
      await wait(40);
      throw new NotFound();
    }
  }
  let cleaned = 0;
  const logger = memoryLogger();
  const app = appOf([Broken], { logger });
  beforeEach(() => {
    logger.lines.length = 0;
  });

  test('before the first event is a problem with its status', async () => {
    await request(app).get('/unauthorized').expect(401).expect('Content-Type', 'application/problem+json');
    const { body, headers } = await request(app).get('/misfit-first').expect(500);
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(headers['x-accel-buffering']).toBeUndefined();
    expect(logger.lines).toHaveLength(1);
    await request(app).get('/unknown').expect(500);
    await request(app).get('/nothing').expect(500);
    expect(logger.lines.at(-1)?.message).toContain('Broken.nothing has to return something iterable');
  });

  test('later is an event, whose data is the problem, and a clean end', async () => {
    const { text } = await request(app).get('/late').expect(200);
    const [first, last, ...rest] = framesOf(text);
    expect([first, rest]).toEqual(['data: {"n":1}', []]);
    expect(last).toMatch(/^event: error\ndata: \{/);
    expect(JSON.parse((last as string).slice('event: error\ndata: '.length))).toMatchObject({
      status: 404,
      detail: 'No more.',
      instance: '/late',
    });
    expect(logger.lines).toEqual([]);
  });

  test.each(['/leak', '/misfit'])('later leaks nothing, and is logged once: %s', async (path) => {
    const { text } = await request(app).get(path).expect(200);
    expect(framesOf(text)).toHaveLength(2);
    expect(text).toContain('"status":500');
    expect(text).not.toContain('hunter2');
    expect(logger.lines).toHaveLength(1);
  });

  test('behind the time that the first event is waited for is an event too', async () => {
    const { text } = await request(app).get('/slow').expect(200);
    expect(text).toMatch(/^event: error\ndata: .*"status":404/);
  });

  test.each([
    ['event', 'a\nb'],
    ['event', 'a\rb'],
    ['event', 'a\0b'],
    ['id', '1\ndata: x'],
    ['id', '1\r'],
    ['id', '\0'],
    ['retry', '5'],
    ['retry', '1\n'],
  ])('a field that could inject frames is refused: %s %j', async (field, value) => {
    const { text } = await request(app).get('/inject').query({ field, value }).expect(500);
    expect(text).not.toContain('data:');
  });

  test('lets the generator clean up when an event of it does not fit', async () => {
    await request(app).get('/cleans').expect(500);
    expect(cleaned).toBe(1);
  });
});

describe('a client that leaves', () => {
  test('ends a generator that waits at a yield, or with the signal', async () => {
    const ended: string[] = [];
    class Leaving extends APIView {
      @sse('/fast', { event: Tick }) async *fast() {
        try {
          for (let n = 0; ; n += 1) yield { n };
        } finally {
          ended.push('fast');
        }
      }
      @sse('/sync', { event: Tick }) *sync() {
        try {
          for (let n = 0; ; n += 1) yield { n };
        } finally {
          ended.push('sync');
        }
      }
      @sse('/waiting', { event: Tick }) async *waiting() {
        try {
          yield { n: 1 };
          await new Promise((resolve) => this.signal.addEventListener('abort', resolve));
        } finally {
          ended.push('waiting');
        }
      }
      @sse('/iterator', { event: Tick }) iterator() {
        let n = 0;
        return {
          [Symbol.asyncIterator]() {
            return this;
          },
          next: () =>
            n++ === 0 ? Promise.resolve({ done: false, value: { n } }) : new Promise<never>(() => {}),
          return: async () => {
            ended.push('iterator');
            return { done: true as const, value: undefined };
          },
        };
      }
      @sse('/throws', { event: Tick }) async *throws() {
        yield { n: 1 };
        await new Promise((resolve) => this.signal.addEventListener('abort', resolve));
        ended.push('throws');
        throw new Error('while nobody listens');
      }
    }
    const logger = memoryLogger();
    const { url } = await serve(appOf([Leaving], { logger }));
    for (const path of ['fast', 'sync', 'waiting', 'iterator', 'throws']) {
      const response = await open(`${url}/${path}`);
      await once1(response);
      response.destroy();
      await until(() => ended.includes(path));
    }
    await until(() => logger.lines.length > 0);
    expect(logger.lines.map(({ message }) => message)).toEqual([
      'The stream of Leaving.throws broke off: while nobody listens',
    ]);
  });

  test('does not wait for a generator that never ends, and neither does anybody else', async () => {
    const logger = memoryLogger();
    let hanging = 0;
    const hang = () => {
      hanging += 1;
      return new Promise<never>(() => {});
    };
    class Hangs extends APIView {
      @sse('/finally', { event: Tick }) async *finally() {
        try {
          for (let n = 0; ; n += 1) {
            yield { n };
            await wait(1);
          }
        } finally {
          await hang();
        }
      }
      @sse('/misfit', { event: Tick }) async *misfit() {
        try {
          yield { n: 1 };
          yield { n: 'x' } as never;
        } finally {
          await hang();
        }
      }
      @get('/rows', { response: Type.Array(Tick), stream: 'ndjson' }) async *rows() {
        try {
          for (let n = 0; ; n += 1) yield { n };
        } finally {
          await hang();
        }
      }
      @get('/quick', { response: Tick }) quick() {
        return { n: 1 };
      }
    }
    const app = express();
    app.use(ViewRouter().register(Hangs));
    configureApp(app, { info, logger, limits: { concurrency: 1, queue: 1, wait: 10_000, linger: 60_000 } });
    const { server, url } = await serve(app);
    for (const path of ['finally', 'misfit', 'rows']) {
      const before = hanging;
      const response = await open(`${url}/${path}`);
      response.on('error', () => {});
      if (path === 'misfit') expect(await textOf(response)).toContain('"status":500');
      else await once1(response);
      response.destroy();
      await until(() => hanging > before);
      const quick = await open(`${url}/quick`);
      expect([quick.statusCode, await textOf(quick)]).toEqual([200, '{"n":1}']);
    }
    const last = await open(`${url}/finally`);
    await once1(last);
    const closed = new Promise((resolve) => server.close(resolve));
    expect(await textOf(last)).not.toContain('error');
    await closed;
  });

  test('that reads nothing is not written to, and cut off in the end', async () => {
    let made = 0;
    let ended = false;
    class Flood extends APIView {
      @sse('/flood', { event: Type.String(), writeTimeout: 100 }) *flood() {
        try {
          for (;;) {
            made += 1;
            yield 'x'.repeat(100_000);
          }
        } finally {
          ended = true;
        }
      }
    }
    const { url } = await serve(appOf([Flood]));
    const response = await open(`${url}/flood`);
    response.on('error', () => {});
    response.pause();
    await until(() => ended);
    // What the sockets of both ends hold, and no more.
    expect(made).toBeLessThan(1_000);
  });
});

test('comments keep a silent stream alive, and its headers do not wait for an event', async () => {
  class Silent extends APIView {
    @sse('/silent', { event: Tick, heartbeat: 5 }) async *silent(): AsyncGenerator<Tick> {
      await new Promise((resolve) => this.signal.addEventListener('abort', resolve));
    }
  }
  const { url } = await serve(appOf([Silent]));
  const response = await open(`${url}/silent`);
  let text = '';
  response.on('data', (chunk) => {
    text += chunk;
  });
  await until(() => text.length >= 9);
  expect(text.replaceAll(':\n\n', '')).toBe('');
  response.destroy();
});

test('a server that closes ends its streams, so that clients go to another one', async () => {
  const seen: string[] = [];
  class Open extends APIView {
    @sse('/open', { event: Tick }) async *open() {
      try {
        yield { n: 1 };
        await new Promise((resolve) => this.signal.addEventListener('abort', resolve));
        seen.push('aborted');
      } finally {
        seen.push('finally');
      }
    }
    @sse('/unopened', { event: Tick }) async *unopened(): AsyncGenerator<Tick> {
      seen.push('unopened');
      await new Promise((resolve) => this.signal.addEventListener('abort', resolve));
    }
  }
  const { server, url } = await serve(appOf([Open]));
  const response = await open(`${url}/open`);
  const unopened = open(`${url}/unopened`);
  await once1(response);
  await until(() => seen.includes('unopened'));
  const closed = new Promise((resolve) => server.close(resolve));
  expect(await textOf(response)).toBe('');
  const other = await unopened;
  expect([other.statusCode, await textOf(other)]).toEqual([200, '']);
  await closed;
  expect(seen).toEqual(['unopened', 'aborted', 'finally']);
});

describe('the mixin', () => {
  const Price = Type.Object({ id: Type.Integer(), amount: Type.Integer() }, { $id: 'Price' });

  test('adds /events, whose data is the resource', async () => {
    class Prices extends ServerSentEventsMixin(ListMixin(Resource({ name: 'Price', schema: Price }))) {
      list() {
        return [];
      }
      async *events() {
        yield { event: 'changed', data: { id: 1, amount: 2, cost: 1 } };
      }
    }
    const app = appOf([Prices], { prefix: '/prices' });
    await request(app).get('/prices/events').expect(200, 'event: changed\ndata: {"id":1,"amount":2}\n\n');
    await request(app).get('/prices').expect(200, []);
  });

  test('takes options, and its action others from a row', async () => {
    const Query = Type.Object({ from: Type.Integer() });
    const Base = Resource({ name: 'Price', schema: Price });
    class Prices extends ServerSentEventsMixin(Base, {
      path: '/feed',
      query: Query,
      events: { tick: Tick },
    }) {
      static override readonly actions = { events: { summary: 'Follow prices' } };
      *events({ from }: Static<typeof Query>) {
        yield { event: 'tick', data: { n: from } } as const;
      }
    }
    const app = appOf([Prices]);
    await request(app).get('/feed?from=3').expect(200, 'event: tick\ndata: {"n":3}\n\n');
    await request(app).get('/feed?from=x').expect(400);
    const { body } = await request(app).get('/openapi.json');
    expect(body.paths['/feed'].get).toMatchObject({ operationId: 'events_price', summary: 'Follow prices' });
  });
});

test('plain rows say the same', async () => {
  class Plain extends APIView {
    static override readonly actions = {
      ticks: sse('/ticks', { event: Tick }),
      data: { method: 'get', path: '/data', sse: { event: Tick } },
    } as const;
    *ticks() {
      yield { n: 1 };
    }
    *data() {
      yield { n: 2 };
    }
  }
  await request(appOf([Plain]))
    .get('/ticks')
    .expect(200, 'data: {"n":1}\n\n');
  await request(appOf([Plain]))
    .get('/data')
    .expect(200, 'data: {"n":2}\n\n');
});

test('the life of an answer has ready events', async () => {
  class Reports extends APIView {
    @sse('/report', { events: responseEvents(Tick) }) async *report() {
      yield responseEvent.started();
      yield responseEvent.result([{ n: 1 }, { n: 2 }]);
      yield responseEvent.error('The last page is missing.');
      yield responseEvent.cancelled('enough');
      yield responseEvent.finished(1.5);
    }
  }
  const { text } = await request(appOf([Reports]))
    .get('/report')
    .expect(200);
  const events = framesOf(text).map((frame) => {
    const [event, data] = frame.split('\n') as [string, string];
    return [event.slice(7), JSON.parse(data.slice(6))];
  });
  const timestamp = expect.any(Number);
  expect(events).toEqual([
    ['response.started', { timestamp }],
    ['response.result', { items: [{ n: 1 }, { n: 2 }] }],
    ['response.error', { error: 'The last page is missing.' }],
    ['response.cancelled', { timestamp, reason: 'enough' }],
    ['response.finished', { timestamp, duration: 1.5 }],
  ]);
});

test('mistakes are told when the view is mounted', () => {
  const view = (row: object, Base: typeof APIView | typeof View = APIView) =>
    class Wrong extends (Base as typeof APIView) {
      static override readonly actions = { wrong: row };
      *wrong() {}
    } as never;
  const register =
    (...args: Parameters<typeof view>) =>
    () =>
      ViewRouter().register(view(...args));
  expect(register(sse('/x', {}))).toThrow('The events of Wrong.wrong have no schema');
  expect(register(sse({ event: Tick }), View)).toThrow('a View checks nothing: extend APIView instead');
  expect(register(sse({ event: Tick, heartbeat: -1 }))).toThrow(
    '`heartbeat` of Wrong.wrong is a whole number',
  );
  expect(register(sse({ event: Tick, text: true }))).toThrow('their schemas are strings');
  expect(register(sse({ events: { 'a\nb': Tick } }))).toThrow('a name that is empty, or has CR, LF or NUL');
  expect(register({ ...post({ response: Tick }).spec, sse: { event: Tick } })).toThrow('no `response`');
  expect(() => sse('/x', undefined as never)).toThrow('Events need a schema of their data');
});

test('a thousand and a half clients that leave in the middle leave nothing behind', async () => {
  const hub = new EventHub<{ data: Tick }>();
  let running = 0;
  const signals = new Set<AbortSignal>();
  class Many extends APIView {
    @sse('/many', { event: Tick }) async *many() {
      running += 1;
      signals.add(this.signal);
      try {
        yield { n: 1 };
        yield* hub.subscribe('many', { signal: this.signal });
      } finally {
        running -= 1;
      }
    }
  }
  const { server, url } = await serve(appOf([Many]));
  for (let round = 0; round < 15; round += 1) {
    const responses = await Promise.all(Array.from({ length: 100 }, () => open(`${url}/many`)));
    await Promise.all(responses.map(once1));
    await until(() => hub.subscribers >= 100);
    for (const response of responses) response.destroy();
    await until(() => running === 0);
  }
  expect([hub.subscribers, openStreams(server)]).toEqual([0, 0]);
  expect(signals.size).toBe(1_500);
  expect([...signals].every(({ aborted }) => aborted)).toBe(true);
  expect([...signals].flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([]);
}, 120_000);

test('a subscription that is not read to its end is let go with the stream', async () => {
  const hub = new EventHub<{ data: Tick }>();
  class Careless extends APIView {
    @sse('/throws', { event: Tick }) async *throws() {
      hub.subscribe('a', { signal: this.signal });
      yield { n: 1 };
      throw new NotFound();
    }
    @sse('/ends', { event: Tick }) async *ends() {
      hub.subscribe('a', { signal: this.signal });
      yield { n: 1 };
    }
    @get('/rows', { response: Type.Array(Tick) }) async *rows() {
      hub.subscribe('a', { signal: this.signal });
      yield { n: 1 };
    }
    @sse('/filter', { event: Tick }) async *filter() {
      yield* hub.subscribe('a', {
        lastEventId: 'x',
        filter: () => {
          throw new NotFound();
        },
      });
    }
  }
  const app = appOf([Careless]);
  await hub.publish('a', { data: { n: 1 } });
  for (const path of ['/throws', '/ends', '/rows', '/filter']) {
    await request(app).get(path).expect(200);
    expect(hub.subscribers).toBe(0);
  }
});

test('is described with the schemas of its events', async () => {
  class Ticks extends APIView {
    @sse('/ticks', { event: Tick, events: { done: Type.String() } }) *ticks() {
      yield { n: 1 };
    }
  }
  const app = express();
  app.use(ViewRouter().register(Ticks));
  configureApp(app, { info, openapiVersion: '3.2' });
  const { body } = await request(app).get('/openapi.json').expect(200);
  const { responses } = body.paths['/ticks'].get;
  expect(Object.keys(responses)).toEqual(['200', '204', '406', 'default']);
  const { itemSchema } = responses[200].content['text/event-stream'];
  expect(itemSchema.anyOf[0].properties.data).toEqual({
    type: 'string',
    contentMediaType: 'application/json',
    contentSchema: { $ref: '#/components/schemas/Tick' },
  });
  expect(itemSchema.anyOf.slice(1).map((one: any) => one.properties.event.const)).toEqual([
    'done',
    'gap',
    'error',
  ]);
  configureApp(app, { info, openapiVersion: '3.1' });
  const older = (await request(app).get('/openapi.json')).body;
  expect(older.paths['/ticks'].get.responses[200].content['text/event-stream'].schema).toEqual(itemSchema);
});
