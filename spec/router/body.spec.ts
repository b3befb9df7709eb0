import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { Type } from '@sinclair/typebox';
import express from 'express';
import { APIView, post, ViewRouter } from 'express-viewsets';
import request from 'supertest';
import { readBytes } from '../../lib/router/read-stream.js';
import { appOf, memoryLogger } from '../support/app.js';

class Echo extends APIView {
  @post('/echo', {
    body: Type.Object({ text: Type.String() }),
    response: Type.Object({ size: Type.Integer() }),
  })
  echo({ text }: { text: string }) {
    return { size: text.length };
  }
}

const read = async (req: IncomingMessage) => readBytes(req, 1_000);
const body = (size: number) => Buffer.from(JSON.stringify({ text: 'x'.repeat(size) }));
const logger = memoryLogger();
const app = appOf([Echo], { bodyLimit: 1_000, logger });

function send(bytes: Buffer, encoding?: string) {
  const sent = request(app).post('/echo').type('json');
  if (encoding !== undefined) sent.set('Content-Encoding', encoding);
  // superagent would make JSON of a buffer.
  return sent.serialize((data) => data as unknown as string).send(bytes as unknown as string);
}

describe('the body as it comes', () => {
  test.each([
    ['identity', (bytes: Buffer) => bytes],
    ['gzip', gzipSync],
    ['X-GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('%s', async (encoding, encode) => {
    await send(encode(body(300)), encoding).expect(200, { size: 300 });
    await send(encode(body(2_000)), encoding).expect(413);
  });

  test('an encoding that nobody knows, and one that the body does not have', async () => {
    await send(body(3), 'compress').expect(415).expect('Accept-Encoding', 'gzip, deflate, br');
    await send(body(3), 'constructor').expect(415);
    for (const encoding of ['gzip', 'deflate', 'br']) {
      const { text } = await send(body(3), encoding).expect(400);
      expect(JSON.parse(text).detail).toBe('The body is not encoded as it says.');
    }
  });

  test('a byte order mark is no part of it; the connection serves on after a refusal', async () => {
    await send(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body(3)])).expect(200, { size: 3 });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const big = `{"text":"${'x'.repeat(5_000)}"}`;
    const head = (length: number) =>
      `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
    socket.write(
      `${head(big.length)}${big}${head(13)}{"text":"abc"}`.replace(
        'Content-Length: 13',
        'Content-Length: 14',
      ),
    );
    let received = '';
    while (!received.includes('{"size":3}')) received += String((await once(socket, 'data'))[0]);
    expect(received).toMatch(/^HTTP\/1\.1 413 [\s\S]*HTTP\/1\.1 200 OK/);
    socket.destroy();
    server.close();
  });

  test.each([undefined, 'gzip'])('a client that leaves in the middle harms nobody (%s)', async (encoding) => {
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const coding = encoding ? `Content-Encoding: ${encoding}\r\n` : '';
    const arrived = once(server, 'request');
    socket.write(
      `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${coding}Content-Length: 100\r\n\r\n{`,
    );
    const [, response] = await arrived;
    const closed = once(response, 'close');
    socket.destroy();
    await closed;
    await request(server).post('/echo').send({ text: 'abcd' }).expect(200, { size: 4 });
    server.close();
  });

  test.each(['identity', 'gzip'])(
    'a client that has left before the body is asked for is not waited for (%s)',
    async (encoding) => {
      const outcome = new Promise((resolve, reject) => {
        const server = createServer((req) => {
          req.on('error', () => {});
          // As middleware that takes its time does.
          req.once('close', () => {
            setImmediate(() => read(req).then(reject, resolve));
            server.close();
          });
          req.socket.destroy();
        }).listen(0, '127.0.0.1', () => {
          const { port } = server.address() as AddressInfo;
          const socket = connect(port, '127.0.0.1').on('error', () => {});
          socket.write(
            `POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: ${encoding}\r\nContent-Length: 100\r\n\r\n{`,
          );
        });
      });
      await expect(outcome).resolves.toMatchObject({ status: 400, message: 'The request was aborted.' });
    },
  );

  test('no fault of a client is logged', () => {
    expect(logger.lines).toEqual([]);
  });
});

test('what middleware listens to is read all the same', async () => {
  const tapped: string[] = [];
  const tapping = express();
  tapping.use((req, _res, next) => {
    let text = '';
    req.on('data', (chunk) => {
      text += chunk;
    });
    req.on('end', () => tapped.push(text));
    next();
  });
  tapping.use(ViewRouter().register(Echo));
  const server = createServer(tapping).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const json = '{"text":"abc"}';
  const head = `POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n`;
  // In one piece.
  socket.write(head + json);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  server.close();
  expect(answer).toContain('{"size":3}');
  expect(tapped).toEqual([json]);
});

test('of a body in chunks, a length that a lenient parser lets pass is no measure', async () => {
  const server = createServer({ insecureHTTPParser: true }, app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [first, rest] = ['{"text":"a"}', '   '];
  socket.write(
    `POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${first.length}\r\nTransfer-Encoding: chunked\r\n\r\nc\r\n${first}\r\n`,
  );
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  await setTimeout(30);
  expect(answer).toBe('');
  socket.write(`3\r\n${rest}\r\n0\r\n\r\n`);
  await once(socket, 'close');
  expect(answer).toContain('{"size":1}');
  server.close();
});
