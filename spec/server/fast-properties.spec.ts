import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Type } from '@sinclair/typebox';
import express from 'express';
import { CreateMixin, compose, Resource, RetrieveMixin, ViewRouter } from 'express-viewsets';
import { createServer } from 'express-viewsets/server';
import { hasFastProperties } from '../support/natives';

const schema = Type.Object({ id: Type.Integer() });

class ItemViewSet extends compose(Resource({ name: 'Item', schema }), RetrieveMixin, CreateMixin) {
  async retrieve({ id }: { id: number }) {
    return { id };
  }
  async create(item: { id: number }) {
    return item;
  }
}

// An object that has become a dictionary drops out of every inline cache, in Node, in Express and here.
test('messages of createServer keep their hidden classes to the end', async () => {
  const app = express();
  const seen: boolean[] = [];
  app.use((req, res, next) => {
    Object.assign(req, { requestId: '1', session: {}, user: {}, log: {} });
    res.on('close', () => seen.push(hasFastProperties(req), hasFastProperties(res)));
    next();
  });
  app.use(ViewRouter({ prefix: '/items' }).register(ItemViewSet));
  const server = createServer(app).listen(0);
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/items`;
  const headers = { 'content-type': 'application/json' };
  for (let turn = 0; turn < 20; turn += 1) {
    await (await fetch(`${url}/${turn}?a=b`)).text();
    await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ id: turn }) })).text();
  }
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
  expect(seen).toHaveLength(80);
  expect(seen).not.toContain(false);
});
