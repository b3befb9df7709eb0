import { once } from 'node:events';
import http, { type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Type } from '@sinclair/typebox';
import express, { type Application, type Request, type Response } from 'express';
import { compose, configureApp, Resource, RetrieveMixin, ViewRouter } from 'express-viewsets';
import { createServer } from 'express-viewsets/server';
import { hasFastProperties, haveSameMap } from './support/natives';

/*
 * Up to Node.js 22 a message whose prototype Express has changed gets a hidden class of its own, which costs more than all else of a request.
 */

const isLost = Number(process.versions.node.split('.')[0]) < 24;

const schema = Type.Object({ id: Type.Integer() });

type Messages = readonly [Request, Response];

/** An app with a view at `/items/:id`, which tells of the messages that it got there, and of those that came to a route of Express. */
function appWith(prepare?: (app: Application) => void) {
  const views: Messages[] = [];
  const routes: Messages[] = [];
  class ItemViewSet extends compose(Resource({ name: 'Item', schema }), RetrieveMixin) {
    retrieve({ id }: { id: number }) {
      views.push([this.request, this.response]);
      return { id };
    }
  }
  const app = express();
  prepare?.(app);
  app.get('/old', (req, res) => {
    routes.push([req, res]);
    res.json({});
  });
  app.use(ViewRouter({ prefix: '/items' }).register(ItemViewSet));
  return { app, views, routes };
}

async function ask(server: Server, path: string): Promise<void> {
  server.listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (let turn = 0; turn < 4; turn += 1) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    expect(response.status).toBe(200);
    await response.text();
  }
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** Of the last two requests, as the very first ones may have classes that V8 gives up. */
function areShared(messages: readonly Messages[]): boolean {
  const [one, other] = messages.slice(-2) as [Messages, Messages];
  return haveSameMap(one[0], other[0]) && haveSameMap(one[1], other[1]);
}

const info = { title: 'Items', version: '1' };

test('messages that a view serves on a server of Node share their hidden classes, and are no dictionaries where that costs nothing', async () => {
  const { app, views } = appWith();
  await ask(http.createServer(app), '/items/1');
  expect(views).toHaveLength(4);
  expect(areShared(views)).toBe(true);
  for (const [request, response] of views) {
    expect(hasFastProperties(request)).toBe(!isLost);
    expect(hasFastProperties(response)).toBe(!isLost);
  }
});

test('those of routes of Express are as ever, unless the app is configured', async () => {
  const plain = appWith();
  await ask(http.createServer(plain.app), '/old');
  expect(areShared(plain.routes)).toBe(!isLost);
  const configured = appWith((app) => configureApp(app, { info }));
  await ask(http.createServer(configured.app), '/old');
  expect(areShared(configured.routes)).toBe(true);
});

test('those that were born as they are stay so, in the app that the server was made for and in no other', async () => {
  const own = appWith((app) => configureApp(app, { info }));
  await ask(createServer(own.app), '/items/1');
  expect(own.views.flat().map(hasFastProperties)).not.toContain(false);
  const mounted = appWith();
  await ask(createServer(express().use('/api', mounted.app)), '/api/items/1');
  expect(areShared(mounted.views)).toBe(true);
});

test('a message loses no property, and one that can not be taken away stays', async () => {
  const seen: unknown[] = [];
  const { app, views } = appWith((old) => {
    old.use((req, res, next) => {
      Object.defineProperty(req, 'statusMessage', { value: 'mine', configurable: false });
      res.sendDate = false;
      seen.push(Object.getOwnPropertyNames(req).sort(), Object.getOwnPropertyNames(res).sort());
      next();
    });
  });
  const server = http.createServer(app);
  server.on('request', (_, res) => res.on('finish', () => seen.push(res.getHeader('date'))));
  await ask(server, '/items/1');
  const [request, response] = views[0] as Messages;
  expect(Object.getOwnPropertyNames(request)).toEqual(expect.arrayContaining(seen[0] as string[]));
  expect(Object.getOwnPropertyNames(response)).toEqual(expect.arrayContaining(seen[1] as string[]));
  expect(request.statusMessage).toBe('mine');
  expect(response.sendDate).toBe(false);
  expect(seen[2]).toBeUndefined();
});
