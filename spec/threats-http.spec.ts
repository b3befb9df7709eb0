import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Type } from '@sinclair/typebox';
import { compose, ListMixin, Resource, ViewRouter } from 'express-viewsets';
import request from 'supertest';
import { appOf, type Item, itemViewSet } from './support/app.js';

const pen: Item = { id: 1, name: 'pen', price: 3 };

describe('what a client may do to the connection, while others are served', () => {
  let server: Server;
  beforeEach(async () => {
    server = createServer(appOf([itemViewSet(new Map([[1, pen]]))], { prefix: '/items' })).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const open = () =>
    connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  const othersAreServed = () => request(server).get('/items/1').expect(200, pen);

  test('a request that never ends, and a body that never comes', async () => {
    const slow = open();
    slow.write('GET /items HTTP/1.1\r\nHost: a\r\nX-Slow: ');
    const bodiless = open();
    const arrived = once(server, 'request');
    bodiless.write(
      'POST /items HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    );
    await arrived;
    await othersAreServed();
    slow.destroy();
    bodiless.destroy();
    await othersAreServed();
  });

  test('requests in one pipeline are answered in their order', async () => {
    const socket = open();
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
    socket.write(get('/items/1') + get('/items/2') + get('/items'));
    let received = '';
    while (!received.includes('[{"id":1')) received += String((await once(socket, 'data'))[0]);
    expect([...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '200',
      '404',
      '200',
    ]);
    socket.destroy();
  });

  test.each([
    ['what is no HTTP', 'nonsense\r\n\r\n'],
    ['two lengths', 'POST /items HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    [
      'a length and chunks',
      'POST /items HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a bomb of headers', `GET /items HTTP/1.1\r\nHost: a\r\n${'X-A: b\r\n'.repeat(5_000)}\r\n`],
  ])('%s is refused', async (_name, bytes) => {
    const socket = open();
    socket.write(bytes);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 4\d\d /);
    await othersAreServed();
  });

  test('a client that half-closes gets its answer', async () => {
    const socket = open();
    socket.end('GET /items/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    let received = '';
    for await (const chunk of socket) received += String(chunk);
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('headers from outside', () => {
  test('a forwarded host does not appear in Location, trusted proxy or not', async () => {
    for (const trust of [false, true]) {
      const app = appOf([itemViewSet()], { prefix: '/items' });
      app.set('trust proxy', trust);
      const { headers } = await request(app)
        .post('/items')
        .set({
          Host: 'evil.example',
          'X-Forwarded-Host': 'evil.example',
          'X-Forwarded-Proto': 'gopher',
          Forwarded: 'host=evil.example',
        })
        .send(pen)
        .expect(201);
      expect(headers.location).toBe('/items/1');
    }
  });

  test('a flood of media ranges, languages and entity tags is read through', async () => {
    const app = appOf([itemViewSet(new Map([[1, pen]]))], { prefix: '/items' });
    const ranges = Array.from({ length: 600 }, (_, index) => `text/x${index};q=0.${index % 10}`).join(',');
    await request(app).get('/items/1').set('Accept', ranges).expect(406);
    await request(app).get('/items/1').set('Accept', `${ranges},application/json`).expect(200);
    await request(app).get('/items/1').set('Accept-Language', 'a-b,'.repeat(2_000)).expect(200);
    await request(app).get('/items/1').set('If-None-Match', '"a",'.repeat(2_000)).expect(200);
    await request(app)
      .get('/items/1')
      .set('Range', `bytes=${'0-1,'.repeat(1_000)}`)
      .expect(200);
  });

  test('an id as long as a URL may be, of any segments', async () => {
    const app = appOf([itemViewSet()], { prefix: '/items' });
    for (const path of [
      'a'.repeat(14_000),
      'a-'.repeat(7_000),
      '%61'.repeat(4_500),
      'a/'.repeat(7_000),
      '/'.repeat(14_000),
    ]) {
      const { status } = await request(app).get(`/items/${path}`);
      expect([400, 404]).toContain(status);
    }
  });
});

test('`$data` is off: a schema that takes its bounds from the value is refused', () => {
  const schema = Type.Object({
    id: Type.Integer(),
    max: Type.Unsafe({ type: 'integer', maximum: { $data: '1/id' } }),
  });
  class Bounded extends compose(Resource({ name: 'Bounded', schema }), ListMixin) {
    list() {
      return [];
    }
  }
  expect(() => ViewRouter().register(Bounded)).toThrow('is no JSON Schema');
});
