import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import * as http2 from 'node:http2';
import * as https from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import * as tls from 'node:tls';
import { Type } from '@sinclair/typebox';
import express, { type Request, type Response } from 'express';
import { APIView, configureApp, gracefulShutdown, shutdownSignal, ViewRouter } from 'express-viewsets';
import { sse } from 'express-viewsets/sse';
import { info } from '../support/app';
import { until } from '../support/streams';

/* What a shutdown waits for on each connection, and what it does not wait for. */

/** TLS by a key that both have: it needs no certificate. */
const psk = Buffer.alloc(32, 7);
const secret = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const;
const secure = { ...secret, pskCallback: () => psk, pskIdentityHint: 'server' };
const secureClient = {
  ...secret,
  pskCallback: () => ({ psk, identity: 'client' }),
  checkServerIdentity: () => undefined,
};

const Tick = Type.Object({ n: Type.Integer() });
let streamed: string[] = [];
class Streams extends APIView {
  @sse('/ticks', { event: Tick, retry: 50 }) async *ticks() {
    try {
      yield { n: 1 };
      await new Promise((resolve) => this.signal.addEventListener('abort', resolve));
    } finally {
      streamed.push('over');
    }
  }
}

type Handler = (request: http2.Http2ServerRequest, response: http2.Http2ServerResponse) => void;

let slow: Response[] = [];
const clients: (Socket | http2.ClientHttp2Session)[] = [];
const stops: (() => void)[] = [];

function application() {
  const app = express();
  app.get('/quick', (_req, res) => void res.send('quick'));
  app.get('/slow', (_req, res) => void slow.push(res));
  app.post('/body', (req, res) => {
    let size = 0;
    req.on('data', (chunk) => {
      size += chunk.length;
    });
    req.on('end', () => void res.send(`${size} bytes`));
  });
  app.use(ViewRouter().register(Streams));
  configureApp(app, { info, openapi: false, docs: false });
  return app;
}

async function started<S extends Server | https.Server | http2.Http2SecureServer | http2.Http2Server>(
  server: S,
  options: { delay?: number; deadline?: number; app?: object } = {},
) {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { shutdown, dispose } = gracefulShutdown(server, {
    exit: false,
    // What does not end by itself fails the test, as it is then cut.
    deadline: 15_000,
    onError: () => {},
    signals: [],
    ...options,
  });
  stops.push(() => {
    dispose();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, sockets, shutdown };
}

/** A client that writes what it likes. */
async function dial(port: number, encrypted = false) {
  const socket = encrypted
    ? tls.connect({ port, host: '127.0.0.1', ...secureClient })
    : connect(port, '127.0.0.1');
  clients.push(socket);
  socket.on('error', () => {});
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, encrypted ? 'secureConnect' : 'connect');
  return { socket, closed, text: () => text };
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const half = 'GET /quick HTTP/1.1\r\nHost: x\r\nX-Never';

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  for (const stop of stops.splice(0)) stop();
  slow = [];
  streamed = [];
});

describe.each([
  ['HTTP', (app: express.Express) => createServer(app), false],
  ['HTTPS', (app: express.Express) => https.createServer(secure, app), true],
  [
    'HTTP/1.1 of an HTTP/2 server',
    (app: express.Express) => http2.createSecureServer({ ...secure, allowHTTP1: true }, app as never),
    true,
  ],
] as const)('%s', (_name, make, encrypted) => {
  test('half a header is no request, and holds nothing', async () => {
    const { port, sockets, shutdown } = await started(make(application()));
    const first = await dial(port, encrypted);
    first.socket.write(half);
    const second = await dial(port, encrypted);
    second.socket.write(get('/quick'));
    await until(() => second.text().endsWith('quick'));
    const before = sockets[1]?.bytesRead ?? 0;
    second.socket.write(half);
    const silent = await dial(port, encrypted);
    await until(() => (sockets[0]?.bytesRead ?? 0) > 0 && (sockets[1]?.bytesRead ?? 0) > before);
    expect(await shutdown()).toBe(true);
    await Promise.all([first.closed, second.closed, silent.closed]);
  });

  test('a connection that was just taken has a moment for its request', async () => {
    const { port, sockets, shutdown } = await started(make(application()));
    const client = await dial(port, encrypted);
    await until(() => sockets.length === 1);
    const over = shutdown();
    await new Promise((resolve) => setTimeout(resolve, 60));
    client.socket.write(get('/quick'));
    await client.closed;
    expect(client.text()).toMatch(/quick$/);
    expect(await over).toBe(true);
  });

  test('a body that is on its way is waited for', async () => {
    const { port, shutdown } = await started(make(application()));
    const client = await dial(port, encrypted);
    client.socket.write('POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc');
    const other = await dial(port, encrypted);
    other.socket.write(get('/slow'));
    await until(() => slow.length === 1);
    const over = shutdown();
    await new Promise((resolve) => setTimeout(resolve, 100));
    client.socket.write('def');
    await until(() => client.text().endsWith('6 bytes'));
    expect(client.text()).toMatch(/^connection: close/im);
    slow[0]?.send('slow');
    expect(await over).toBe(true);
    await other.closed;
    expect(other.text()).toMatch(/slow$/);
    // It is told not to come back, also where it had come before.
    expect(other.text()).toMatch(/^connection: close/im);
  });

  test('requests that stand in a row are all answered', async () => {
    const { port, shutdown } = await started(make(application()));
    const client = await dial(port, encrypted);
    client.socket.write(get('/slow') + get('/quick') + get('/slow') + half);
    await until(() => slow.length === 2);
    const over = shutdown();
    await new Promise((resolve) => setTimeout(resolve, 100));
    slow[0]?.send('one');
    slow[1]?.send('two');
    expect(await over).toBe(true);
    await client.closed;
    expect(client.text().match(/^(one|quick|two)/gm)).toEqual(['one', 'quick', 'two']);
  });

  test('a stream that begins while the server ends is ended as the others are', async () => {
    const server = make(application());
    const { port, shutdown } = await started(server, { delay: 400 });
    const early = await dial(port, encrypted);
    early.socket.write(get('/slow'));
    await until(() => slow.length === 1);
    const over = shutdown();
    // New connections are taken, and each is used once: none is idle when the last ones are closed.
    const asked = await dial(port, encrypted);
    asked.socket.write(get('/quick'));
    await asked.closed;
    expect(asked.text()).toMatch(/^connection: close/im);
    expect(asked.text()).toMatch(/quick$/);
    const during = await dial(port, encrypted);
    during.socket.write(get('/ticks'));
    await until(() => during.text().includes('data: {"n":1}'));
    await during.closed;
    expect(streamed).toEqual(['over']);
    // No connection is taken any more, but this one is open yet.
    early.socket.write(get('/ticks'));
    await once(server, 'request');
    slow[0]?.send('slow');
    expect(await over).toBe(true);
    await early.closed;
    const [, answer] = early.text().split('slow');
    // An EventSource goes to another process: it would give up on anything but 200.
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(answer).toMatch(/retry: 50\n\n\r\n0\r\n\r\n$/);
  });
});

test('a stream that is the first of its server, and begins when it ends, is ended', async () => {
  const app = application();
  const server = createServer(app);
  const { port, shutdown } = await started(server);
  const client = await dial(port);
  client.socket.write(get('/slow'));
  await until(() => slow.length === 1);
  const over = shutdown();
  expect(shutdownSignal(app).aborted).toBe(true);
  client.socket.write(get('/ticks'));
  await once(server, 'request');
  slow[0]?.send('slow');
  expect(await over).toBe(true);
  await client.closed;
  expect(client.text()).toMatch(/retry: 50\n\n\r\n0\r\n\r\n$/);
});

test('half a TLS handshake holds nothing', async () => {
  const { port, sockets, shutdown } = await started(https.createServer(secure, application()));
  const client = await dial(port);
  client.socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02]));
  await until(() => sockets.length === 1);
  expect(await shutdown()).toBe(true);
  await client.closed;
});

test('what has become another protocol is the business of who took it', async () => {
  const app = application();
  const server = createServer(app);
  const taken: Socket[] = [];
  const { port, shutdown } = await started(server);
  server.on('upgrade', (request: Request, socket: Socket) => {
    taken.push(socket);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    shutdownSignal(app).addEventListener('abort', () =>
      setTimeout(() => socket.end(`bye ${request.url}`), 100),
    );
  });
  const client = await dial(port);
  client.socket.write('GET /up HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  await until(() => taken.length === 1);
  expect(await shutdown()).toBe(true);
  await client.closed;
  expect(client.text()).toMatch(/bye \/up$/);
});

test('what does not end is cut, another protocol as well', async () => {
  const server = createServer(application());
  server.on('upgrade', (_request: Request, socket: Socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  });
  const { port, shutdown } = await started(server, { deadline: 50 });
  const [client, other] = [await dial(port), await dial(port)];
  client.socket.write('GET /up HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  other.socket.write(get('/slow'));
  await until(() => client.text() !== '' && slow.length === 1);
  expect(await shutdown()).toBe(false);
  await Promise.all([client.closed, other.closed]);
});

test.each([
  ['h2', 'https', (handler: Handler) => http2.createSecureServer({ ...secure, allowHTTP1: true }, handler)],
  ['h2c', 'http', (handler: Handler) => http2.createServer(handler)],
] as const)(
  '%s: streams in flight are finished, and idle sessions are closed',
  async (_name, scheme, make) => {
    const held: http2.Http2ServerResponse[] = [];
    const { port, shutdown } = await started(
      make((_request, response) => void held.push(response)),
      { app: {} },
    );
    const session = () => {
      const made = http2.connect(`${scheme}://127.0.0.1:${port}`, secureClient);
      clients.push(made);
      return made;
    };
    const [busy, idle] = [session(), session()];
    await Promise.all([once(busy, 'remoteSettings'), once(idle, 'remoteSettings')]);
    const stream = busy.request({ ':path': '/' });
    let text = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await until(() => held.length === 1);
    const over = shutdown();
    await once(idle, 'close');
    held[0]?.end('whole');
    await once(stream, 'close');
    expect(text).toBe('whole');
    expect(await over).toBe(true);
  },
);
