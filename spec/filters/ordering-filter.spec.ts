import { type Static, Type } from '@sinclair/typebox';
import { OrderingFilter, type OrderingFilterOptions } from 'express-viewsets';
import request from 'supertest';
import { ids, shop } from '../generic/fixtures.js';

const Product = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  price: Type.Integer(),
  weight: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  secret: Type.Integer(),
});
type Product = Static<typeof Product>;

const products: Product[] = [
  { id: 4, name: 'b', price: 2, secret: 1, weight: 5 },
  { id: 2, name: 'b', price: 1, secret: 2, weight: null },
  { id: 3, name: 'a', price: 1, secret: 3 },
  { id: 1, name: 'a', price: 2, secret: 4, weight: 1 },
];

function sorted(options: OrderingFilterOptions = {}) {
  const filter = OrderingFilter(['name', 'price', 'weight'], options);
  const made = shop<Product>({ schema: Product, filter }, products);
  const query = (text: string) => request(made.app).get(`/items?${text}`);
  const asked = () => made.called('getFilteredPage').at(-1)?.[0].sort;
  return { ...made, query, asked };
}

describe('an order', () => {
  test.each([
    ['sort=name', [1, 3, 2, 4]],
    ['sort=-name', [2, 4, 1, 3]],
    ['sort=price,-name', [2, 3, 4, 1]],
    ['sort=-price,name', [1, 4, 3, 2]],
    ['sort=name&sort=-price', [1, 3, 4, 2]],
    ['sort=name,-price', [1, 3, 4, 2]],
    ['sort=name&sort=price&sort=-weight', [3, 1, 2, 4]],
    ['sort=name,name', [1, 3, 2, 4]],
    ['', [1, 2, 3, 4]],
  ])(
    'W-6: of %s, the first field is the major one, and equals are in that of the key',
    async (text, expected) => {
      expect(ids(await sorted().query(text).expect(200))).toEqual(expected);
    },
  );

  test('has null last, and first when descending', async () => {
    const { query } = sorted();
    expect(ids(await query('sort=weight').expect(200))).toEqual([1, 4, 2, 3]);
    expect(ids(await query('sort=-weight').expect(200))).toEqual([2, 3, 4, 1]);
  });

  test('always ends with the key, and tells the store what may be null', async () => {
    const { query, asked } = sorted();
    await query('sort=-weight,name').expect(200);
    expect(asked()).toEqual([
      { field: 'weight', direction: 'desc', nullable: true },
      { field: 'name', direction: 'asc', nullable: false },
      { field: 'id', direction: 'asc', nullable: false },
    ]);
    await query('').expect(200);
    expect(asked()).toEqual([{ field: 'id', direction: 'asc', nullable: false }]);
  });

  test('ends with all properties of a key, and has none of them twice', async () => {
    const filter = OrderingFilter(['name', 'price']);
    const { app, called } = shop<Product>({ schema: Product, key: ['name', 'id'], filter }, []);
    await request(app).get('/items?sort=price,-name').expect(200);
    expect(called('getFilteredPage')[0]?.[0].sort).toEqual([
      { field: 'price', direction: 'asc', nullable: false },
      { field: 'name', direction: 'desc', nullable: false },
      { field: 'id', direction: 'asc', nullable: false },
    ]);
  });

  test.each([
    'sort=secret',
    'sort=nope',
    'sort=--price',
    'sort=+price',
    'sort=%2Bprice',
    'sort=',
    'sort=-',
    'sort=,',
    'sort=name,',
    'sort=Name',
    'sort=name;price',
    'sort=name%20desc',
    'sort=name.length',
    'sort=__proto__',
    'sort=constructor',
    'sort=price;DROP TABLE items',
    'sort=(select 1)',
    'sort[name]=1',
    'order=name',
  ])('%s is 400 and reaches no repository', async (text) => {
    const { query, calls } = sorted();
    const { body } = await query(text).expect(400);
    expect(body.errors[0]).toMatchObject({ in: 'query' });
    expect(calls).toEqual([]);
  });

  test('W-21: a refusal is the same each time, and does not grow with what was sent', async () => {
    const { query } = sorted();
    const { body, text } = await query(`sort=${'nope,'.repeat(1000)}name`).expect(400);
    expect(body.errors.length).toBeLessThanOrEqual(100);
    expect(text.length).toBeLessThan(20_000);
    expect((await query('sort=nope').expect(400)).text).toBe((await query('sort=nope').expect(400)).text);
  });
});

describe('the order where none is asked for', () => {
  test('is the default', async () => {
    const { query, asked } = sorted({ default: ['-price', 'name'] });
    expect(ids(await query('').expect(200))).toEqual([1, 4, 3, 2]);
    expect(asked()).toHaveLength(3);
  });

  test('gives way to what is asked for', async () => {
    expect(
      ids(
        await sorted({ default: ['-price'] })
          .query('sort=name')
          .expect(200),
      ),
    ).toEqual([1, 3, 2, 4]);
  });
});

test('a field that the view does not show is declared by a schema of the filter', async () => {
  const Shown = Type.Object({ id: Type.Integer(), name: Type.String() });
  const filter = OrderingFilter(['secret'], { schema: Product });
  const { app } = shop({ schema: Shown, filter }, products);
  const response = await request(app).get('/items?sort=-secret').expect(200);
  expect(ids(response)).toEqual([1, 3, 2, 4]);
  expect(response.text).not.toContain('secret');
});
