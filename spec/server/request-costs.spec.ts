import { createHook } from 'node:async_hooks';
import { once } from 'node:events';
import * as http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Type } from '@sinclair/typebox';
import express from 'express';
import { CreateMixin, compose, configureApp, Resource, RetrieveMixin, ViewRouter } from 'express-viewsets';
import { messageClasses } from 'express-viewsets/server';
import { collect } from '../support/natives';

const schema = Type.Object({ id: Type.Integer() });
const headers = { 'content-type': 'application/json' };

function appOf(notice: (object: object) => void = () => {}): express.Express {
  class ItemViewSet extends compose(Resource({ name: 'Item', schema }), RetrieveMixin, CreateMixin) {
    retrieve({ id }: { id: number }) {
      notice(this);
      return { id };
    }
    create(item: { id: number }) {
      notice(item);
      return item;
    }
  }
  return express().use(ViewRouter({ prefix: '/items' }).register(ItemViewSet));
}

async function served(
  listener: (app: express.Express) => http.RequestListener,
  app: express.Express,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server = http.createServer(messageClasses(app), listener(app)).listen(0);
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/items`);
  } finally {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
}

test('an action that is not async is answered in the tick of its request', async () => {
  const ended: boolean[] = [];
  const noting = (app: express.Express): http.RequestListener => {
    return (request, response) => {
      app(request, response);
      ended.push(response.writableEnded);
    };
  };
  await served(noting, appOf(), async (url) => {
    for (const path of ['1', '1?a=b', 'x']) await (await fetch(`${url}/${path}`)).text();
  });
  expect(ended).toEqual([true, true, true]);
});

test('a body that came with its head is taken without a listener, and whoever waits for the end of the request is told', async () => {
  const listeners: unknown[] = [];
  const told: string[] = [];
  const noting = (app: express.Express): http.RequestListener => {
    return (request, response) => {
      for (const event of ['end', 'close'])
        request.on(event, () => told.push(`${event} ${request.readableLength}`));
      request.on('newListener', (event) => listeners.push(event));
      app(request, response);
    };
  };
  await served(noting, appOf(), async (url) => {
    const { port, pathname } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    const body = '{"id":1}';
    const head = `POST ${pathname} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
    let text = '';
    // Two at once, and one in pieces.
    socket.write(`${head}\r\n${body}${head}\r\n${body}`);
    while (text.split(body).length < 3) text += String((await once(socket, 'data'))[0]);
    await setTimeout(20);
    expect(listeners).not.toContain('data');
    expect(told).toEqual(['end 0', 'close 0', 'end 0', 'close 0']);
    const rest = [body.slice(0, 3), body.slice(3)];
    socket.write(`${head}Connection: close\r\n\r\n`);
    for (const piece of rest) {
      await setTimeout(20);
      socket.write(piece);
    }
    for await (const chunk of socket) text += String(chunk);
    expect(text.match(/HTTP\/1\.1 201 Created/g)).toHaveLength(3);
    expect(listeners).toContain('data');
  });
});

const production = {
  info: { title: 'Test', version: '1' },
  metrics: true,
  logs: { logger: { info() {}, error() {} } },
};

test.each([
  ['', appOf],
  [
    ', where metrics and logs watch',
    (notice: (object: object) => void) => {
      const app = appOf(notice);
      configureApp(app, production);
      return app;
    },
  ],
])('nothing holds on to a request that was answered%s', async (_, make) => {
  const refs: WeakRef<object>[] = [];
  const notice = (object: object) => refs.push(new WeakRef(object));
  const noting = (app: express.Express): http.RequestListener => {
    return (request, response) => {
      notice(request);
      notice(response);
      app(request, response);
    };
  };
  await served(noting, make(notice), async (url) => {
    for (let id = 0; id < 10; id += 1) {
      await (await fetch(`${url}/${id}`)).text();
      await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ id }) })).text();
      await (await fetch(`${url}/x`)).text();
      await (await fetch(url, { method: 'POST', headers, body: '{' })).text();
    }
  });
  // A `WeakRef` holds its object until the present job is over.
  await setTimeout(10);
  collect();
  expect(refs).toHaveLength(100);
  expect(refs.filter((ref) => ref.deref() !== undefined)).toHaveLength(0);
});

// One for each costs as much as to count it.
test('metrics and logs make no async resource for a request', async () => {
  const app = appOf();
  configureApp(app, production);
  const made = new Set<string>();
  const hook = createHook({ init: (_id, type) => made.add(type) });
  await served(
    () => app,
    app,
    async (url) => {
      await (await fetch(`${url}/1`)).text();
      hook.enable();
      for (let id = 0; id < 5; id += 1) await (await fetch(`${url}/${id}`)).text();
      hook.disable();
      const text = await (await fetch(url.replace('items', 'metrics'))).text();
      expect(text).toContain('http_requests_total{method="GET",path="/items/:id",status_code="200"} 6');
    },
  );
  expect(made).toContain('Immediate');
  expect(made).not.toContain('bound-anonymous-fn');
});
