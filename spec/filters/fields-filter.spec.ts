import { Type } from '@sinclair/typebox';
import {
  FieldsFilter,
  type FieldsFilterOptions,
  Filter,
  get,
  showSubset,
  TokenPaginationFilter,
} from 'express-viewsets';
import request from 'supertest';
import { type Item, Item as ItemSchema, pen, shop } from '../generic/fixtures.js';

const Product = Type.Object({
  id: Type.Integer(),
  name: Type.String({ minLength: 1 }),
  created_at: Type.String({ format: 'date-time' }),
  seller: Type.Optional(
    Type.Union([
      Type.Object({
        name: Type.String(),
        address: Type.Object({ city: Type.String(), street: Type.String() }),
      }),
      Type.Null(),
    ]),
  ),
  tags: Type.Array(Type.Object({ name: Type.String(), hue: Type.Integer() })),
  password: Type.Optional(Type.String({ writeOnly: true })),
});

const first = {
  id: 1,
  name: 'pen',
  created_at: new Date('2024-01-01T00:00:00Z'),
  seller: { name: 'Ada', address: { city: 'London', street: 'St James Square' } },
  tags: [
    { name: 'a', hue: 1 },
    { name: 'b', hue: 2 },
  ],
  password: 'hidden',
};
const second = { ...first, id: 2, name: 'ink', seller: null, tags: [] };

function shown(options: FieldsFilterOptions = {}, rows: object[] = [first, second]) {
  const made = shop<object>({ schema: Product, filter: FieldsFilter(Product, options) }, rows);
  return { ...made, query: (text: string) => request(made.app).get(`/items?${text}`) };
}

const itemsOf = async (text: string) => (await shown().query(text).expect(200)).body.items;

describe('fields', () => {
  test('W-2: keep the page around the items', async () => {
    const { body } = await shown().query('fields=id,name').expect(200);
    expect(body).toEqual({
      items: [
        { id: 1, name: 'pen' },
        { id: 2, name: 'ink' },
      ],
      current_page: 1,
      page_size: 100,
      total_pages: 1,
      total_items: 2,
    });
  });

  test('W-4: are not mandatory', async () => {
    const [item] = await itemsOf('');
    expect(Object.keys(item)).toEqual(['id', 'name', 'created_at', 'seller', 'tags']);
  });

  test.each([
    [
      'fields=id&fields=name',
      [
        { id: 1, name: 'pen' },
        { id: 2, name: 'ink' },
      ],
    ],
    ['fields=id,id', [{ id: 1 }, { id: 2 }]],
    [
      'fields=created_at',
      [{ created_at: '2024-01-01T00:00:00.000Z' }, { created_at: '2024-01-01T00:00:00.000Z' }],
    ],
    ['fields=seller.name', [{ seller: { name: 'Ada' } }, { seller: null }]],
    [
      'fields=seller.address.city,seller.name',
      [{ seller: { name: 'Ada', address: { city: 'London' } } }, { seller: null }],
    ],
    ['fields=seller.name,seller', [{ seller: first.seller }, { seller: null }]],
    ['fields=seller,seller.name', [{ seller: first.seller }, { seller: null }]],
    ['fields=tags.name', [{ tags: [{ name: 'a' }, { name: 'b' }] }, { tags: [] }]],
    ['fields=tags', [{ tags: first.tags }, { tags: [] }]],
  ])('%s', async (text, expected) => {
    expect(await itemsOf(text)).toEqual(expected);
  });

  test.each([
    'fields=nope',
    'fields=',
    'fields=id,',
    'fields=password',
    'fields=*',
    'fields=__proto__',
    'fields=constructor',
    'fields=seller.password',
    'fields=seller.address.city.length',
    'fields=name.length',
    'fields[]=id',
    'fields=-id',
  ])('%s is 400', async (text) => {
    const { query, calls } = shown();
    const { body } = await query(text).expect(400);
    expect(body.errors[0]).toMatchObject({ in: 'query' });
    expect(calls).toEqual([]);
  });

  test('W-5: change no stored object', async () => {
    const row = structuredClone(first);
    const { app, store } = shop<object>({ schema: Product, filter: FieldsFilter(Product) }, [row]);
    await request(app).get('/items?fields=seller.name').expect(200);
    await request(app).get('/items?fields=tags.name').expect(200);
    expect(store.get({ id: 1 })).toEqual(first);
    const { body } = await request(app).get('/items').expect(200);
    expect(body.items[0].seller).toEqual(first.seller);
  });

  test('are those that may be chosen', async () => {
    const { query } = shown({ fields: ['id', 'seller.name'] });
    expect((await query('fields=seller.name').expect(200)).body.items[0]).toEqual({
      seller: { name: 'Ada' },
    });
    await query('fields=name').expect(400);
    await query('fields=seller').expect(400);
  });

  test('are told to the repository', async () => {
    const { query, called } = shown();
    await query('fields=name,seller.address.city').expect(200);
    expect(called('getFilteredPage')[0]?.[0].fields).toEqual(['name', 'seller.address.city']);
  });

  test('that are chosen have to fit their schema all the same', async () => {
    const { query } = shown({}, [{ ...first, name: '' }]);
    await query('fields=name').expect(500);
    await query('fields=id').expect(200);
  });

  test('of instances of classes are read by their getters', async () => {
    class Row {
      id = 1;
      get name() {
        return 'got';
      }
      get created_at() {
        return new Date(0);
      }
      tags = new Set([{ name: 'a', hue: 1 }]);
    }
    const { query } = shown({}, [new Row()]);
    expect((await query('fields=name,tags.name').expect(200)).body.items).toEqual([
      { name: 'got', tags: [{ name: 'a' }] },
    ]);
  });

  test('of a plain list', async () => {
    const { app } = shop<Item>({ filter: FieldsFilter(ItemSchema), pagination: false });
    await request(app)
      .get('/items?fields=name')
      .expect(200, [{ name: 'pen' }, { name: 'ink' }]);
  });

  test('of pages by token, which need the sort fields and do not show them', async () => {
    const filter = Filter(FieldsFilter(ItemSchema), TokenPaginationFilter({ pageSize: 1 }));
    const { app } = shop<Item>({ filter });
    const { body } = await request(app).get('/items?fields=name').expect(200);
    expect(body.items).toEqual([{ name: 'pen' }]);
    const { body: next } = await request(app)
      .get(`/items?fields=name&page_token=${body.next_page}`)
      .expect(200);
    expect(next.items).toEqual([{ name: 'ink' }]);
  });

  test('of an intersection and of a union', async () => {
    const Shape = Type.Union([
      Type.Object({ kind: Type.Literal('circle'), radius: Type.Number() }),
      Type.Object({ kind: Type.Literal('square'), side: Type.Number() }),
    ]);
    const Both = Type.Intersect([
      Type.Object({ id: Type.Integer(), shape: Shape }),
      Type.Object({ size: Type.Object({ width: Type.Integer(), height: Type.Integer() }) }),
    ]);
    const key = Type.Object({ id: Type.Integer() });
    const shape = { kind: 'circle', radius: 2 };
    const { app } = shop({ schema: Both, key, filter: FieldsFilter(Both as never) }, [
      { id: 1, shape, size: { width: 1, height: 2 } },
    ]);
    const { body } = await request(app).get('/items?fields=shape,size.width').expect(200);
    expect(body.items).toEqual([{ shape, size: { width: 1 } }]);
  });

  test('of a tree', async () => {
    const Node = Type.Recursive(
      (This) => Type.Object({ id: Type.Integer(), name: Type.String(), children: Type.Array(This) }),
      { $id: 'Node' },
    );
    const leaf = { id: 2, name: 'leaf', children: [] };
    const { app } = shop(
      { name: 'Node', schema: Node, patch: Type.Object({}), filter: FieldsFilter(Node as never) },
      [{ id: 1, name: 'root', children: [leaf] }],
    );
    const { body } = await request(app).get('/items?fields=name,children').expect(200);
    expect(body.items).toEqual([{ name: 'root', children: [leaf] }]);
  });
});

describe('what shows a subset', () => {
  const { app } = (() => {
    const made = shop<Item>();
    return made;
  })();

  test('is for actions that say so: others have to answer in full', async () => {
    const { appOf, memoryLogger } = await import('../support/app.js');
    const { APIView } = await import('express-viewsets');
    class Some extends APIView {
      static override readonly actions = { one: get('/one', { response: ItemSchema }) };
      one() {
        showSubset(this.request);
        return { id: 1 } as Item;
      }
    }
    await request(appOf([Some], { logger: memoryLogger() }))
      .get('/one')
      .expect(500);
    await request(app).get('/items/1').expect(200, pen);
  });
});
