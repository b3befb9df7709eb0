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
  for (let turn = 0; turn < 30; turn += 1) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    expect(response.status).toBe(200);
    await response.text();
  }
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** Whether the last of them have classes in common, which is asked where they do not by themselves. V8 decides on the room of objects by the first ones, and may forget a class and make it again. */
function areShared(messages: readonly Messages[]): boolean {
  if (!isLost) return true;
  const last = messages.slice(-20);
  return [0, 1].every((kind) => classesOf(last.map((pair) => pair[kind] as object)) < 5);
}

type Serve = (app: Application) => Server;

/**
 * For one app of some: V8 keeps classes in 64 places, and forgets those of requests and of responses at once where they have the same one. The
 * place depends on the constructors too, which are Node's in all apps of a process: messages of the later apps have constructors of their own.
 */
async function someShare(ask: (serve: Serve) => Promise<readonly Messages[]>): Promise<boolean> {
  if (areShared(await ask((app) => http.createServer(app)))) return true;
  for (let turn = 1; turn < 5; turn += 1) {
    const classes = {
      IncomingMessage: class extends http.IncomingMessage {},
      ServerResponse: class extends http.ServerResponse {},
    };
    if (areShared(await ask((app) => http.createServer(classes, app)))) return true;
  }
  return false;
}

function classesOf(objects: readonly object[]): number {
  const known: object[] = [];
  for (const object of objects) if (!known.some((one) => haveSameMap(one, object))) known.push(object);
  return known.length;
}

const info = { title: 'Items', version: '1' };

test('messages that a view serves on a server of Node share their hidden classes, and are no dictionaries where that costs nothing', async () => {
  const shared = await someShare(async (serve) => {
    const { app, views } = appWith();
    await ask(serve(app), '/items/1');
    expect(views).toHaveLength(30);
    for (const message of views.flat()) expect(hasFastProperties(message)).toBe(!isLost);
    return views;
  });
  expect(shared).toBe(true);
});

test('those of routes of Express are as ever, unless the app is configured', async () => {
  const plain = appWith();
  await ask(http.createServer(plain.app), '/old');
  expect(areShared(plain.routes)).toBe(!isLost);
  const shared = await someShare(async (serve) => {
    const { app, routes } = appWith((own) => configureApp(own, { info }));
    await ask(serve(app), '/old');
    return routes;
  });
  expect(shared).toBe(true);
});

test('those that were born as they are stay so, in the app that the server was made for and in no other', async () => {
  const own = appWith((app) => configureApp(app, { info }));
  await ask(createServer(own.app), '/items/1');
  expect(own.views.flat().map(hasFastProperties)).not.toContain(false);
  const shared = await someShare(async () => {
    const { app, views } = appWith();
    await ask(createServer(express().use('/api', app)), '/api/items/1');
    return views;
  });
  expect(shared).toBe(true);
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
