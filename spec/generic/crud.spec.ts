import { type Static, Type } from '@sinclair/typebox';
import {
  FieldsFilter,
  Forbidden,
  GenericViewSet,
  MemoryRepository,
  type Repository,
  UniqueViolation,
} from 'express-viewsets';
import request from 'supertest';
import { appOf, memoryLogger } from '../support/app.js';
import { type Item, Item as ItemSchema, ink, NewItem, pen, shop, spied } from './fixtures.js';

const paper = { id: 3, name: 'paper', price: 5 };

describe('the six actions with nothing but a repository', () => {
  test('list is 200 with a page', async () => {
    const { app } = shop();
    await request(app)
      .get('/items')
      .expect(200, {
        items: [pen, ink],
        current_page: 1,
        page_size: 100,
        total_pages: 1,
        total_items: 2,
      });
  });

  test('create is 201 with the resource and a Location that answers', async () => {
    const { app } = shop();
    const { headers } = await request(app).post('/items').send(paper).expect(201, paper);
    expect(headers.location).toBe('/items/3');
    await request(app)
      .get(headers.location as string)
      .expect(200, paper);
  });

  test('retrieve is 200 with the resource', async () => {
    await request(shop().app).get('/items/1').expect(200, pen);
  });

  test('update is 200 with the resource as it is then', async () => {
    const { app, store } = shop();
    await request(app)
      .put('/items/1')
      .send({ ...pen, price: 4 })
      .expect(200, { ...pen, price: 4 });
    expect(store.get({ id: 1 })).toEqual({ ...pen, price: 4 });
  });

  test('partial update is 200 with the resource as it is then', async () => {
    const { app } = shop();
    await request(app)
      .patch('/items/1')
      .send({ price: 4 })
      .expect(200, { ...pen, price: 4 });
  });

  test('destroy is 204 without a body, and the resource is gone', async () => {
    const { app } = shop();
    const { headers } = await request(app).delete('/items/1').expect(204, '');
    expect(headers['content-type']).toBeUndefined();
    await request(app).get('/items/1').expect(404);
  });

  test.each(['get', 'put', 'patch', 'delete'] as const)('%s of a missing resource is 404', async (method) => {
    const { app } = shop();
    const body = method === 'put' ? { ...pen, id: 9 } : method === 'patch' ? { price: 1 } : undefined;
    const { body: problem } = await request(app)
      [method]('/items/9')
      .send(body)
      .expect(404)
      .expect('Content-Type', 'application/problem+json');
    expect(problem.detail).toBe('There is no such resource.');
  });

  test('W-31: a second destroy is 404, as there is nothing to remove', async () => {
    const { app } = shop();
    await request(app).delete('/items/1').expect(204);
    await request(app).delete('/items/1').expect(404);
  });

  test('HEAD of the list and of a resource is 200 without a body', async () => {
    const { app } = shop();
    await request(app).head('/items').expect(200);
    await request(app).head('/items/1').expect(200);
  });

  test('a key that is no number is 400 and reaches no repository', async () => {
    const { app, calls } = shop();
    for (const key of ['x', '1.0', '+1', '01', '%201', '0x1', '1e0', '9007199254740993', '__proto__'])
      await request(app).get(`/items/${key}`).expect(400);
    expect(calls).toEqual([]);
  });
});

describe('what is there already', () => {
  test('a key that is taken is 409, with the pointer of the key', async () => {
    const { app, store } = shop();
    const { body } = await request(app)
      .post('/items')
      .send({ ...paper, id: 1 })
      .expect(409);
    expect(body.errors).toEqual([{ detail: 'must be unique', pointer: '#/id', code: 'unique' }]);
    expect(store.get({ id: 1 })).toEqual(pen);
  });

  test.each(['post', 'put', 'patch'] as const)(
    '%s with a unique value that is taken is 409, with its pointer',
    async (method) => {
      const { app, store } = shop<Item>({}, [pen, ink], { unique: ['name'] });
      const path = method === 'post' ? '/items' : '/items/1';
      const sent =
        method === 'patch' ? { name: 'ink' } : { ...(method === 'post' ? paper : pen), name: 'ink' };
      const { body } = await request(app)[method](path).send(sent).expect(409);
      expect(body.errors).toEqual([{ detail: 'must be unique', pointer: '#/name', code: 'unique' }]);
      expect(store.list({})).toEqual([pen, ink]);
    },
  );

  test('values that are unique together have a pointer each', async () => {
    const { app } = shop<Item>({}, [pen], { unique: [['name', 'price']] });
    const { body } = await request(app)
      .post('/items')
      .send({ ...pen, id: 9 })
      .expect(409);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['#/name', '#/price']);
  });

  test('a repository that returns nothing of a create says 409', async () => {
    const { repository } = spied<Item>();
    class Items extends GenericViewSet({ name: 'Item', schema: ItemSchema }) {
      repository = { ...repository, create: () => null };
    }
    await request(appOf([Items]))
      .post('/')
      .send(pen)
      .expect(409);
  });

  test('a violation of fields that the client did not send names none of them', async () => {
    const { repository } = spied<Item>();
    class Items extends GenericViewSet({ name: 'Item', schema: ItemSchema }) {
      repository: Repository<Item> = {
        ...repository,
        create: () => {
          throw new UniqueViolation(['secret_slug'], { cause: new Error('duplicate key secret_slug') });
        },
      };
    }
    const response = await request(appOf([Items]))
      .post('/')
      .send(pen)
      .expect(409);
    expect(response.body.errors).toEqual([]);
    expect(response.text).not.toContain('secret_slug');
  });
});

describe('what is sent back', () => {
  test('returnOnCreate false: 201 with Location and no body', async () => {
    const { app, store } = shop({ returnOnCreate: false });
    await request(app).post('/items').send(paper).expect(201, '').expect('Location', '/items/3');
    expect(store.get({ id: 3 })).toEqual(paper);
  });

  test('returnOnUpdate false: 204 for PUT and PATCH, and 404 all the same', async () => {
    const { app, store } = shop({ returnOnUpdate: false });
    await request(app)
      .put('/items/1')
      .send({ ...pen, price: 4 })
      .expect(204, '');
    await request(app).patch('/items/1').send({ name: 'quill' }).expect(204, '');
    await request(app).patch('/items/9').send({ name: 'quill' }).expect(404);
    expect(store.get({ id: 1 })).toEqual({ ...pen, price: 4, name: 'quill' });
  });

  test('only declared properties of what a repository returns leave the server', async () => {
    const { app } = shop<Item>({}, [{ ...pen, password: 'hidden' } as Item]);
    await request(app).get('/items/1').expect(200, pen);
    expect((await request(app).get('/items')).body.items).toEqual([pen]);
    await request(app).patch('/items/1').send({}).expect(200, pen);
  });
});

describe('a schema for each body', () => {
  const options = {
    create: NewItem,
    update: Type.Object({ name: Type.String(), price: Type.Integer() }),
    patch: Type.Object({ price: Type.Optional(Type.Integer({ maximum: 100 })) }),
  };

  test('create takes its own, and the repository makes the key', async () => {
    const { app, called } = shop({ create: NewItem });
    await request(app)
      .post('/items')
      .send({ name: 'paper', price: 5 })
      .expect(201, paper)
      .expect('Location', '/items/3');
    expect(called('create')).toEqual([[{ name: 'paper', price: 5 }]]);
  });

  test('a key that the create schema does not have is dropped', async () => {
    const { app } = shop({ create: NewItem });
    await request(app).post('/items').send({ id: 77, name: 'paper', price: 5 }).expect(201, paper);
  });

  test('update takes its own', async () => {
    const { app, called } = shop(options);
    await request(app).put('/items/1').send({ name: 'quill' }).expect(400);
    await request(app).put('/items/1').send({ name: 'quill', price: 1, note: 'x' }).expect(200);
    expect(called('updateOne')).toEqual([[{ id: 1 }, { name: 'quill', price: 1 }]]);
  });

  test('patch takes its own: mass assignment ends at its properties', async () => {
    const { app, called } = shop(options);
    await request(app).patch('/items/1').send({ price: 101 }).expect(400);
    await request(app).patch('/items/1').send({ price: 7, name: 'mine', role: 'admin' }).expect(200);
    expect(called('updateOne')).toEqual([[{ id: 1 }, { price: 7 }]]);
  });

  test('the response has a schema of its own: a password that is created is not shown', async () => {
    const User = Type.Object({ id: Type.Integer(), login: Type.String() });
    const NewUser = Type.Object({ login: Type.String(), password: Type.String({ minLength: 8 }) });
    const { app, store } = shop<Static<typeof User>>({ name: 'User', schema: User, create: NewUser }, []);
    await request(app)
      .post('/items')
      .send({ login: 'ada', password: 'correct horse' })
      .expect(201, { id: 1, login: 'ada' });
    expect(store.get({ id: 1 })).toEqual({ id: 1, login: 'ada', password: 'correct horse' });
  });
});

describe('PATCH', () => {
  test('hands over what was sent alone', async () => {
    const { app, called } = shop();
    await request(app).patch('/items/2').send({ price: 1 }).expect(200);
    expect(called('updateOne')).toEqual([[{ id: 2 }, { price: 1 }]]);
  });

  test('null is not absent', async () => {
    const { app, store, called } = shop<Item>({}, [{ ...pen, note: 'sharp' }]);
    await request(app).patch('/items/1').send({ price: 1 }).expect(200);
    expect(store.get({ id: 1 })?.note).toBe('sharp');
    await request(app).patch('/items/1').send({ note: null }).expect(200);
    expect(store.get({ id: 1 })?.note).toBeNull();
    expect(called('updateOne').at(-1)).toEqual([{ id: 1 }, { note: null }]);
  });

  test('of nothing changes nothing, and shows the resource', async () => {
    const { app, store, called } = shop();
    await request(app).patch('/items/1').send({}).expect(200, pen);
    await request(app).patch('/items/1').send({ nope: 1 }).expect(200, pen);
    await request(app).patch('/items/9').send({}).expect(404);
    expect(called('updateOne')).toEqual([]);
    expect(store.list({})).toEqual([pen, ink]);
  });

  test('fills in no defaults', async () => {
    const Note = Type.Object({
      id: Type.Integer(),
      colour: Type.String({ default: 'red' }),
      text: Type.String(),
    });
    const { app, store } = shop({ schema: Note }, [{ id: 1, colour: 'blue', text: 'a' }]);
    await request(app).patch('/items/1').send({ text: 'b' }).expect(200);
    expect(store.get({ id: 1 })).toEqual({ id: 1, colour: 'blue', text: 'b' });
  });

  test('W-14: a null where none is allowed is 400, and nothing is written', async () => {
    const { app, calls, store } = shop();
    await request(app).patch('/items/1').send({ name: null }).expect(400);
    expect(calls).toEqual([]);
    expect(store.get({ id: 1 })).toEqual(pen);
  });
});

describe('W-14: what does not fit is never stored', () => {
  test.each([
    ['post', '/items', { id: 3, name: '', price: 5 }],
    ['post', '/items', { id: 3, name: 'x' }],
    ['put', '/items/1', { ...pen, price: -1 }],
    ['patch', '/items/1', { price: 'cheap' }],
    ['patch', '/items/1', []],
    ['post', '/items', null],
  ] as const)('%s %s of %j', async (method, path, body) => {
    const { app, calls } = shop();
    await request(app)
      [method](path)
      .set('Content-Type', 'application/json')
      .send(JSON.stringify(body))
      .expect(400);
    expect(calls).toEqual([]);
  });

  test('a lone surrogate does not become a row that breaks the list', async () => {
    const { app, calls } = shop();
    for (const [method, path] of [
      ['post', '/items'],
      ['patch', '/items/1'],
    ] as const) {
      await request(app)
        [method](path)
        .set('Content-Type', 'application/json')
        .send('{"id":3,"name":"\\ud800","price":1}')
        .expect(400);
    }
    expect(calls).toEqual([]);
  });

  test('keys that would set a prototype are no properties', async () => {
    const { app, store } = shop();
    await request(app)
      .patch('/items/1')
      .set('Content-Type', 'application/json')
      .send('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"price":4}');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expect((store.get({ id: 1 }) as { admin?: boolean }).admin).toBeUndefined();
  });

  class Wrong extends GenericViewSet({ name: 'Item', schema: ItemSchema }) {
    static readonly spy = spied<Item>([pen]);
    repository = Wrong.spy.repository;
    protected override beforeCreate(data: Item) {
      data.price = -1;
    }
    protected override beforeUpdate(data: Item) {
      return { ...data, name: null } as never;
    }
    protected override beforePartialUpdate(data: Partial<Item>) {
      data.price = 'cheap' as never;
    }
  }

  test.each([
    ['post', '/', { ...pen, id: 2 }],
    ['put', '/1', pen],
    ['patch', '/1', {}],
  ] as const)(
    'what a hook makes of a %s neither: 500, which says nothing, and a log line',
    async (method, path, body) => {
      const logger = memoryLogger();
      const app = appOf([Wrong], { logger });
      const response = await request(app)[method](path).send(body).expect(500);
      expect(response.text).not.toMatch(/price|name|cheap/);
      expect(
        JSON.stringify(
          logger.lines.map(({ fields, message }) => [message, String((fields as { err?: Error }).err)]),
        ),
      ).toMatch(/Item, as it is stored/);
      expect(Wrong.spy.store.list({})).toEqual([pen]);
      expect(Wrong.spy.called('create')).toEqual([]);
      expect(Wrong.spy.called('updateOne')).toEqual([]);
    },
  );
});

describe('W-31: the key of the path names the resource', () => {
  test.each(['put', 'patch'] as const)('%s with another key in the body is 400', async (method) => {
    const { app, called, store } = shop();
    const { body } = await request(app)
      [method]('/items/1')
      .send({ ...pen, id: 2 })
      .expect(400);
    expect(body.errors).toEqual([{ detail: 'must be that of the path', pointer: '#/id', code: 'const' }]);
    expect(called('updateOne')).toEqual([]);
    expect(store.list({})).toEqual([pen, ink]);
  });

  test.each(['put', 'patch'] as const)(
    '%s with the same key in the body is fine, and does not write it',
    async (method) => {
      const { app, called } = shop();
      await request(app)
        [method]('/items/1')
        .send({ ...pen, price: 8 })
        .expect(200);
      expect(called('updateOne')).toEqual([[{ id: 1 }, { name: 'pen', price: 8, note: null }]]);
    },
  );

  test('a key of two properties is all of them', async () => {
    const Stock = Type.Object({ shop: Type.String(), sku: Type.Integer(), count: Type.Integer() });
    const { app, store } = shop(
      { schema: Stock, key: ['shop', 'sku'] },
      [
        { shop: 'a', sku: 1, count: 1 },
        { shop: 'b', sku: 1, count: 2 },
      ],
      { key: ['shop', 'sku'] },
    );
    await request(app).get('/items/b/1').expect(200, { shop: 'b', sku: 1, count: 2 });
    await request(app).patch('/items/b/1').send({ count: 5 }).expect(200);
    await request(app).patch('/items/b/1').send({ shop: 'a' }).expect(400);
    await request(app)
      .post('/items')
      .send({ shop: 'c d', sku: 7, count: 0 })
      .expect(201)
      .expect('Location', '/items/c%20d/7');
    await request(app).delete('/items/a/1').expect(204);
    expect(store.list({})).toEqual([
      { shop: 'b', sku: 1, count: 5 },
      { shop: 'c d', sku: 7, count: 0 },
    ]);
  });

  test('properties with the names of methods of every object are properties', async () => {
    const Odd = Type.Object({ id: Type.Integer(), valueOf: Type.Integer(), toString: Type.String() });
    const { app, called } = shop({ schema: Odd }, [{ id: 1, valueOf: 1, toString: 'a' }] as never);
    await request(app).patch('/items/1').send({ valueOf: 2, toString: 'b' }).expect(200);
    expect(called('updateOne')[0]?.[1]).toEqual({ valueOf: 2, toString: 'b' });
  });
});

describe('hooks', () => {
  function hooking(told: string[]) {
    const spy = spied<Item>([pen]);
    class Items extends GenericViewSet({ name: 'Item', schema: ItemSchema }) {
      repository: Repository<Item> = {
        ...spy.repository,
        create: (values) => {
          told.push('create');
          return spy.repository.create(values);
        },
        updateOne: (key, values) => {
          told.push('updateOne');
          return spy.repository.updateOne(key, values);
        },
        delete: (key) => {
          told.push('delete');
          return spy.repository.delete(key);
        },
      };
      protected override async beforeCreate(data: Item) {
        told.push('beforeCreate');
        data.name = data.name.toUpperCase();
      }
      protected override afterCreate(entity: Item) {
        told.push('afterCreate');
        return { ...entity, note: 'new' };
      }
      protected override beforeUpdate(data: Item, key: Pick<Item, 'id'>) {
        told.push(`beforeUpdate ${key.id}`);
        return { ...data, name: `${data.name}!` };
      }
      protected override async afterUpdate(entity: Item) {
        told.push(`afterUpdate ${entity.price}`);
      }
      protected override beforePartialUpdate(data: Partial<Item>, key: Pick<Item, 'id'>) {
        told.push(`beforePartialUpdate ${key.id}`);
        if (data.price === 13) throw new Forbidden('Bad luck.');
        return { ...data, note: 'patched' };
      }
      protected override afterPartialUpdate(entity: Item) {
        told.push(`afterPartialUpdate ${entity.price}`);
      }
      protected override beforeDestroy({ id }: Pick<Item, 'id'>) {
        told.push(`beforeDestroy ${id}`);
      }
      protected override async afterDestroy({ id }: Pick<Item, 'id'>) {
        told.push(`afterDestroy ${id}`);
      }
    }
    return { app: appOf([Items]), store: spy.store };
  }

  test('of a create stand around it, change the data, and the answer alone', async () => {
    const told: string[] = [];
    const { app, store } = hooking(told);
    await request(app)
      .post('/')
      .send(ink)
      .expect(201, { ...ink, name: 'INK', note: 'new' });
    expect(store.get({ id: 2 })).toEqual({ ...ink, name: 'INK' });
    expect(told).toEqual(['beforeCreate', 'create', 'afterCreate']);
  });

  test('of an update get the key, and return other data', async () => {
    const told: string[] = [];
    const { app, store } = hooking(told);
    await request(app)
      .put('/1')
      .send({ ...pen, price: 7 })
      .expect(200);
    expect(store.get({ id: 1 })).toEqual({ ...pen, price: 7, name: 'pen!' });
    expect(told).toEqual(['beforeUpdate 1', 'updateOne', 'afterUpdate 7']);
  });

  test('of a partial update get what was sent, and may refuse it', async () => {
    const told: string[] = [];
    const { app, store } = hooking(told);
    await request(app).patch('/1').send({ price: 13 }).expect(403);
    expect(store.get({ id: 1 })).toEqual(pen);
    await request(app).patch('/1').send({ price: 8 }).expect(200);
    expect(store.get({ id: 1 })).toEqual({ ...pen, price: 8, note: 'patched' });
    expect(told).toEqual([
      'beforePartialUpdate 1',
      'beforePartialUpdate 1',
      'updateOne',
      'afterPartialUpdate 8',
    ]);
  });

  test('of a destroy stand around it', async () => {
    const told: string[] = [];
    const { app } = hooking(told);
    await request(app).delete('/1').expect(204);
    expect(told.splice(0)).toEqual(['beforeDestroy 1', 'delete', 'afterDestroy 1']);
    await request(app).delete('/1').expect(404);
    expect(told).toEqual([]);
  });

  test('do not run for what is not there, or is in another scope', async () => {
    const told: string[] = [];
    const { app } = hooking(told);
    await request(app).patch('/99').send({ price: 8 }).expect(404);
    await request(app)
      .put('/99')
      .send({ ...pen, id: 99 })
      .expect(404);
    await request(app).delete('/99').expect(404);
    expect(told).toEqual([]);
  });

  test('do not change what is stored by changing what is shown', async () => {
    const spy = spied<Item>([pen]);
    class Items extends GenericViewSet({ name: 'Item', schema: ItemSchema }) {
      repository = spy.repository;
      protected override afterPartialUpdate(entity: Item) {
        entity.note = 'for this answer';
      }
    }
    await request(appOf([Items]))
      .patch('/1')
      .send({})
      .expect(200, { ...pen, note: 'for this answer' });
    expect(spy.store.get({ id: 1 })).toEqual(pen);
  });
});

describe('schemas that are more than an object', () => {
  test('an intersection is created, changed and listed', async () => {
    const Both = Type.Intersect([ItemSchema, Type.Object({ stock: Type.Integer() })]);
    const key = Type.Object({ id: Type.Integer() });
    const { app } = shop({ schema: Both, key }, [{ ...pen, stock: 1 }]);
    await request(app)
      .post('/items')
      .send({ ...ink, stock: 2 })
      .expect(201);
    await request(app)
      .patch('/items/1')
      .send({ stock: 5 })
      .expect(200, { ...pen, stock: 5 });
    expect((await request(app).get('/items').expect(200)).body.items).toHaveLength(2);
  });

  test('a tree is created, changed and listed', async () => {
    const Node = Type.Recursive(
      (This) => Type.Object({ id: Type.Integer(), name: Type.String(), children: Type.Array(This) }),
      { $id: 'Node' },
    );
    const { app } = shop({ name: 'Node', schema: Node, patch: Type.Object({ children: Type.Array(Node) }) }, [
      { id: 1, name: 'root', children: [] },
    ]);
    const leaf = { id: 3, name: 'leaf', children: [] };
    await request(app)
      .post('/items')
      .send({ id: 2, name: 'two', children: [leaf] })
      .expect(201);
    await request(app)
      .patch('/items/1')
      .send({ children: [leaf] })
      .expect(200, { id: 1, name: 'root', children: [leaf] });
    expect((await request(app).get('/items').expect(200)).body.items).toHaveLength(2);
  });

  test('a union is created and read', async () => {
    const Shape = Type.Union([
      Type.Object({ id: Type.Integer(), kind: Type.Literal('circle'), radius: Type.Number() }),
      Type.Object({ id: Type.Integer(), kind: Type.Literal('square'), side: Type.Number() }),
    ]);
    const key = Type.Object({ id: Type.Integer() });
    const patch = Type.Object({ radius: Type.Optional(Type.Number()), side: Type.Optional(Type.Number()) });
    const circle = { id: 1, kind: 'circle', radius: 2 };
    const { app } = shop({ name: 'Shape', schema: Shape, key, patch }, [circle]);
    const square = { id: 2, kind: 'square', side: 1 };
    await request(app).post('/items').send(square).expect(201, square);
    await request(app)
      .patch('/items/1')
      .send({ radius: 3 })
      .expect(200, { ...circle, radius: 3 });
    expect((await request(app).get('/items')).body.items).toEqual([{ ...circle, radius: 3 }, square]);
  });
});

test('a tree has a default patch: its properties, each optional', async () => {
  const Node = Type.Recursive(
    (This) => Type.Object({ id: Type.Integer(), name: Type.String(), children: Type.Array(This) }),
    { $id: 'Node' },
  );
  class Nodes extends GenericViewSet({ name: 'Node', schema: Node }) {
    repository = new MemoryRepository([{ id: 1, name: 'root', children: [] as unknown[] }]) as never;
  }
  const app = appOf([Nodes as never]);
  const patched = await request(app)
    .patch('/1')
    .send({ children: [{ id: 2, name: 'leaf', children: [] }] });
  expect([patched.status, patched.body]).toEqual([
    200,
    { id: 1, name: 'root', children: [{ id: 2, name: 'leaf', children: [] }] },
  ]);
  const refused = await request(app)
    .patch('/1')
    .send({ children: [{ id: 2, name: 3, children: [] }] });
  expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '#/children/0/name']);
});

describe('what a store makes of a new entity', () => {
  const Bare = Type.Object({ name: Type.String() });

  test('is taken back when it can not be shown, so that the list goes on', async () => {
    const { app, store } = shop({ create: Bare });
    await request(app).post('/items').send({ name: 'no price' }).expect(500);
    expect(store.list({}).map(({ id }) => id)).toEqual([1, 2]);
    await request(app).get('/items').expect(200);
  });

  test('is checked inside of `perform`, so that a transaction takes it back', async () => {
    const told: string[] = [];
    class Items extends GenericViewSet({ name: 'Item', schema: ItemSchema, create: Bare }) {
      repository = spied<Item>([pen]).repository as never;
      protected override async perform(call: () => unknown) {
        try {
          const result = await call();
          told.push('commit');
          return result;
        } catch (error) {
          told.push('rollback');
          throw error;
        }
      }
    }
    await request(appOf([Items], { logger: memoryLogger() }))
      .post('/')
      .send({ name: 'no price' })
      .expect(500);
    expect(told).toEqual(['rollback']);
  });
});

test('an entity of another scope that a repository hands out is 404', async () => {
  class Items extends GenericViewSet({ name: 'Item', schema: ItemSchema }) {
    repository = { ...spied<Item>([pen]).repository, get: () => ({ ...pen, tenant: 'b' }) } as never;
    protected override getKwargs() {
      return { tenant: 'a' };
    }
  }
  const app = appOf([Items]);
  await request(app).get('/1').expect(404);
  await request(app).patch('/1').send({ price: 1 }).expect(404);
  await request(app).delete('/1').expect(404);
});

test('a list that is changed after `super.list` still shows the fields that were asked for', async () => {
  class Items extends GenericViewSet({ name: 'Item', schema: ItemSchema, filter: FieldsFilter(ItemSchema) }) {
    repository = spied<Item>([pen, ink]).repository as never;
    override async list(query: object) {
      const page = await super.list(query);
      return { ...page, items: page.items.map((item) => ({ ...item })) };
    }
  }
  const { body } = await request(appOf([Items]))
    .get('/?fields=id')
    .expect(200);
  expect(body.items).toEqual([{ id: 1 }, { id: 2 }]);
});

test('an accessor with a setter is a field: one for all requests', async () => {
  class Items extends GenericViewSet({ name: 'Item', schema: ItemSchema }) {
    accessor repository = spied<Item>([pen]).repository as never;
  }
  const app = appOf([Items]);
  await request(app).post('/').send(ink).expect(201);
  await request(app).get('/2').expect(200, ink);
});
