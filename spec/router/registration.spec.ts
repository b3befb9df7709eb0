import { Type } from '@sinclair/typebox';
import Ajv from 'ajv/dist/2020';
import express from 'express';
import { APIViewSet, ViewRouter } from 'express-viewsets';
import request from 'supertest';

const Item = Type.Object(
  { id: Type.Integer({ minimum: 1 }), name: Type.String({ minLength: 1 }), tags: Type.Array(Type.String()) },
  { $id: 'Item' },
);
const item = { id: 1, name: 'a', tags: [] };
const NewItem = Type.Omit(Item, ['id']);

function viewset(name: string, schema: typeof Item, create: typeof NewItem) {
  return class extends APIViewSet({ name, path: name.toLowerCase(), schema, create, update: create }) {
    list() {
      return [item];
    }
    create() {
      return item;
    }
    retrieve() {
      return item;
    }
    update() {
      return item;
    }
    destroy() {}
  };
}

afterEach(() => jest.restoreAllMocks());

/* What makes an app with a thousand views start quickly. */
describe('registration', () => {
  test('has ajv do nothing before the first request, and then compile once', async () => {
    const compile = jest.spyOn(Ajv.prototype, 'compile');
    const validate = jest.spyOn(Ajv.prototype, 'validateSchema');
    const app = express().use(ViewRouter().register(viewset('Item', Item, NewItem)));
    expect([compile.mock.calls.length, validate.mock.calls.length]).toEqual([0, 0]);
    await request(app).get('/item/1').expect(200);
    const first = compile.mock.calls.length;
    expect(first).toBeGreaterThan(0);
    await request(app).get('/item/1').expect(200);
    expect(compile).toHaveBeenCalledTimes(first);
  });

  test('reads a schema once, however many views have it', () => {
    let reads = 0;
    const counted = new Proxy(NewItem, {
      ownKeys(target) {
        reads += 1;
        return Reflect.ownKeys(target);
      },
    });
    const router = ViewRouter().register(viewset('First', Item, counted));
    const first = reads;
    expect(first).toBeGreaterThan(0);
    router.register(viewset('Second', Item, counted));
    expect(reads).toBe(first);
  });
});
