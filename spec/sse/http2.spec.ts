import { once } from 'node:events';
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type Http2Server,
  Http2ServerRequest,
  Http2ServerResponse,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { Type } from '@sinclair/typebox';
import express, { type Express } from 'express';
import { APIView, get, ViewRouter } from 'express-viewsets';
import { sse } from 'express-viewsets/sse';
import { until } from '../support/streams';

/*
 * Express gives its messages the prototypes of HTTP/1.1. With those of HTTP/2 below them, as bridges do, it serves the
 * compatibility API of Node.
 */

function overHTTP2(app: Express): Express {
  for (const [name, Base] of [
    ['request', Http2ServerRequest],
    ['response', Http2ServerResponse],
  ] as const) {
    const own = Object.getOwnPropertyDescriptors(app[name]);
    const methods = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(app[name]));
    Object.assign(app, { [name]: Object.create(Object.create(Base.prototype, methods), own) });
  }
  return app;
}

const Tick = Type.Object({ n: Type.Integer() });
const seen: string[] = [];

const signals: AbortSignal[] = [];
let goOn = () => {};

class Streams extends APIView {
  @sse('/ticks', { event: Tick }) async *ticks() {
    yield { n: 1 };
    yield { n: 2 };
  }
  @sse('/open', { event: Tick, heartbeat: 5 }) async *open() {
    try {
      yield { n: 1 };
      await new Promise((resolve) => this.signal.addEventListener('abort', resolve));
    } finally {
      seen.push('open');
    }
  }
  @sse('/flood', { event: Type.String() }) *flood() {
    try {
      for (;;) yield 'x'.repeat(10_000);
    } finally {
      seen.push('flood');
    }
  }
  @get('/rows', { response: Type.Array(Tick) }) async *rows() {
    for (let n = 0; n < 20_000; n += 1) yield { n };
  }
  @get('/waits', { response: Tick }) async waits() {
    signals.push(this.signal);
    await new Promise((resolve) => this.signal.addEventListener('abort', resolve));
    return { n: 1 };
  }
  @get('/asks-late', { response: Tick }) async asksLate() {
    seen.push('asks-late');
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    signals.push(this.signal);
    return { n: 1 };
  }
  @get('/answers', { response: Tick }) answers() {
    signals.push(this.signal);
    return { n: 1 };
  }
  @get('/cut', { response: Type.Array(Tick) }) async *cut() {
    for (let n = 0; n < 20_000; n += 1) yield { n };
    throw new Error('cut');
  }
}

let server: Http2Server;
let session: ClientHttp2Session;

beforeAll(async () => {
  const app = overHTTP2(express());
  app.use(ViewRouter().register(Streams));
  server = createServer(app as never);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterAll(async () => {
  session.destroy();
  if (server.listening) await new Promise((done) => server.close(done));
});

async function ask(path: string) {
  const stream = session.request({ ':path': path });
  const [headers] = (await once(stream, 'response')) as [Record<string, string | number>];
  return { stream, headers };
}

test('events have headers that HTTP/2 allows', async () => {
  const { stream, headers } = await ask('/ticks');
  expect(headers).toMatchObject({
    ':status': 200,
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['connection']));
  expect(headers).not.toHaveProperty('transfer-encoding');
  expect(await textOf(stream)).toBe('data: {"n":1}\n\ndata: {"n":2}\n\n');
});

test.each(['open', 'flood'])('a client that resets its stream ends the generator: %s', async (name) => {
  const { stream } = await ask(`/${name}`);
  await once(stream, 'data');
  stream.close(constants.NGHTTP2_CANCEL);
  await until(() => seen.includes(name));
});

test('a client that resets its stream aborts the signal, and one that is answered does not', async () => {
  signals.length = 0;
  const answered = await ask('/answers');
  expect(await textOf(answered.stream)).toBe('{"n":1}');
  const waits = session.request({ ':path': '/waits' });
  await until(() => signals.length === 2);
  waits.close(constants.NGHTTP2_CANCEL);
  await until(() => signals[1]?.aborted === true);
  const late = session.request({ ':path': '/asks-late' });
  await until(() => seen.includes('asks-late'));
  late.close(constants.NGHTTP2_CANCEL);
  await once(late, 'close');
  // The server hears of it before it hears of the next one.
  await textOf((await ask('/ticks')).stream);
  goOn();
  await until(() => signals.length === 3);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true, true]);
});

test('rows come whole, or the stream is reset', async () => {
  const { stream } = await ask('/rows');
  expect(JSON.parse(await textOf(stream))).toHaveLength(20_000);
  const logged = jest.spyOn(console, 'error').mockImplementation(() => {});
  const cut = await ask('/cut');
  await expect(textOf(cut.stream)).rejects.toThrow('NGHTTP2_INTERNAL_ERROR');
  expect(logged).toHaveBeenCalledTimes(1);
  logged.mockRestore();
});

test('a server that closes ends its streams', async () => {
  const { stream } = await ask('/open');
  seen.length = 0;
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  await until(() => text !== '');
  const closed = new Promise((done) => server.close(done));
  await once(stream, 'end');
  expect(text).toMatch(/^data: \{"n":1\}\n\n/);
  await until(() => seen.includes('open'));
  session.destroy();
  await closed;
});
