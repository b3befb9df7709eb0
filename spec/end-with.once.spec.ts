import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { endWith } from '../lib/end-with.js';
import { child } from './support/child.js';

type Answer = (response: ServerResponse, text: string) => void;

/** As Express does it, in two steps. */
const usual: Answer = (response, text) => {
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
};

/** What a client gets for what it sends, and how often something was written to its connection. */
async function exchange(sent: string, answer: (response: ServerResponse) => void) {
  let writes = 0;
  const server = createServer((_request, response) => answer(response));
  server.on('connection', (socket) => {
    const writable = socket as unknown as Record<string, (...args: unknown[]) => void>;
    for (const name of ['_write', '_writev']) {
      const write = writable[name];
      writable[name] = (...args) => {
        writes += 1;
        write?.apply(socket, args);
      };
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let received = '';
  socket.setEncoding('utf8').on('data', (data) => {
    received += data;
  });
  socket.write(sent);
  await once(socket, 'close');
  server.close();
  return { text: received.replace(/Date: [^\r]+/g, 'Date: -'), writes };
}

const get = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const requests: [string, string][] = [
  ['GET', get],
  ['HEAD', get.replace('GET', 'HEAD')],
  ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n'],
  ['HTTP/1.0 with a connection that is kept', `GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n${get}`],
  ['two on one connection', `GET / HTTP/1.1\r\nHost: a\r\n\r\n${get}`],
];
const heads: [string, (response: ServerResponse) => void][] = [
  ['no further head', () => {}],
  [
    'a head',
    (response) => {
      response.statusCode = 404;
      response.statusMessage = 'Gone Fishing';
      response.setHeader('Content-Type', 'application/json');
      response.setHeader('Set-Cookie', ['a=1', 'b=2']);
      response.setHeader('X-Name', 'cafe');
    },
  ],
  ['another method than it came with', (response) => Object.assign(response.req, { method: 'GET' })],
  ['chunks', (response) => void response.setHeader('Transfer-Encoding', 'chunked')],
  ['a status without a body', (response) => Object.assign(response, { statusCode: 204 })],
  ['nothing new', (response) => Object.assign(response, { statusCode: 304 })],
  ['strict lengths', (response) => Object.assign(response, { strictContentLength: true })],
];

describe.each(requests)('the answer to %s', (_, sent) => {
  describe.each(heads)('with %s', (_name, head) => {
    test.each(['{"a":1}', '', '"caf\u00e9 \ud83d\ude00"', 'x'.repeat(100_000)])(
      'is as ever (%#)',
      async (text) => {
        const answers = [usual, endWith].map((answer) =>
          exchange(sent, (response) => {
            head(response);
            answer(response, text);
          }),
        );
        const [expected, found] = await Promise.all(answers);
        expect(found?.text).toBe(expected?.text);
        expect(found?.text).toMatch(/^HTTP\/1\.1 /);
      },
    );
  });
});

test('head and body go out in one write', async () => {
  expect((await exchange(get, (response) => endWith(response, '{"a":1}'))).writes).toBe(1);
});

test('whoever writes down heads finds no body', async () => {
  let head = '';
  await exchange(get, (response) => {
    endWith(response, 'secret');
    response.on('close', () => {
      head = (response as unknown as { _header: string })._header;
    });
  });
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n$/);
  expect(head).not.toContain('secret');
});

test('an agent that was here first gets the text, and nothing before a request', async () => {
  const { exit, output } = child([
    '-e',
    `const { ServerResponse, createServer, get } = require('node:http');
     const { end } = ServerResponse.prototype;
     const texts = [];
     ServerResponse.prototype.end = function (...args) { texts.push(args[0]); return end.apply(this, args); };
     const { endWith } = require('./lib/end-with.ts');
     const server = createServer((_request, response) => endWith(response, 'text')).listen(0, () =>
       get({ port: server.address().port, agent: false }, (response) =>
         response.resume().on('end', () => server.close(() => console.log(JSON.stringify(texts))))));`,
  ]);
  await exit;
  expect(output()).toEqual({ stdout: '["text"]\n', stderr: '' });
});

test('the response finishes, and closes', async () => {
  const events: string[] = [];
  await exchange(get, (response) => {
    for (const name of ['finish', 'close']) response.on(name, () => events.push(name));
    endWith(response, 'a');
    events.push(`ended ${response.writableEnded}`);
    response.on('close', () => events.push(`finished ${response.writableFinished}`));
  });
  expect(events).toEqual(['ended true', 'finish', 'close', 'finished true']);
});

test('what came later is answered later', async () => {
  const waiting: ServerResponse[] = [];
  const { text } = await exchange(`GET / HTTP/1.1\r\nHost: a\r\n\r\n${get}`, (response) => {
    waiting.push(response);
    if (waiting.length < 2) return;
    for (const [index, held] of [...waiting.entries()].reverse()) endWith(held, `answer ${index}`);
  });
  expect(text.match(/answer \d/g)).toEqual(['answer 0', 'answer 1']);
});

test.each(['end', 'writeHead'] as const)('what stands in the place of %s is called', async (name) => {
  const calls: unknown[][] = [];
  const { text } = await exchange(get, (response) => {
    const own = response[name] as (...args: unknown[]) => never;
    response[name] = (...args: unknown[]) => {
      calls.push(args);
      return own.apply(response, args);
    };
    endWith(response, 'text');
  });
  expect(calls).toHaveLength(1);
  expect(calls[0]?.[0]).toBe(name === 'end' ? 'text' : 200);
  expect(text).toMatch(/\r\n\r\ntext$/);
});

test('a connection that has gone is no fault', async () => {
  await exchange(get, (response) => {
    response.socket?.destroy();
    endWith(response, 'a');
  });
});
