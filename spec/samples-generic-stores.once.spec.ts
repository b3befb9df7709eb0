import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/sqlite-proxy';
import express from 'express';
import { configureApp, GenericViewSet, type Repository, UniqueViolation, ViewRouter } from 'express-viewsets';
import { documentsOf, type ProductDocument, repositoryCases } from 'express-viewsets/testing';
import knex from 'knex';
import { Kysely, SqliteDialect } from 'kysely';
import { ObjectId } from 'mongodb';
import request from 'supertest';
import * as drizzleSample from '../samples/generic/databases/drizzle.js';
import * as knexSample from '../samples/generic/databases/knex.js';
import * as kyselySample from '../samples/generic/databases/kysely.js';
import { sessions } from '../samples/generic/databases/memory.js';
import * as mongoSample from '../samples/generic/databases/mongo.js';
import * as prismaSample from '../samples/generic/databases/prisma.js';
import { type Product, productOptions } from '../samples/generic/databases/product.js';
import { FileRepository } from '../samples/generic/file-repository.js';
import { FakeCollection } from './mongo/fake-collection';
import { memoryLogger } from './support/app';
import { WasmClient } from './support/engines/knex-sqlite';
import { openSqlite } from './support/engines/sqlite';

/* The examples of docs/databases.md and docs/generic-views.md, each over its database. */

describe('a repository of its own', () => {
  let directory: string;
  let files = 0;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'file-repository-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const cases = repositoryCases(
    async (fixtures) => {
      files += 1;
      const path = join(directory, `${files}.json`);
      await writeFile(path, JSON.stringify(documentsOf(fixtures)));
      return { repository: new FileRepository<ProductDocument>(path, ['sku']) };
    },
    { lacks: ['closedFields', 'microseconds'] },
  );
  for (const { name, run, skip } of cases) (skip ? test.skip : test)(name, run);
});

const schema = [
  'create table categories (id integer primary key, name text not null)',
  'create table products (id integer primary key, sku text not null unique, price integer, category_id integer)',
  'create table changes (product_id integer not null, text text not null)',
  "insert into categories values (1, 'Kitchen'), (2, 'Garden')",
];

function sqlite() {
  const database = openSqlite();
  for (const statement of schema) database.exec(statement);
  return database;
}

function appOf(repository: Repository<Product>) {
  return served(
    class ProductViewSet extends GenericViewSet(productOptions) {
      repository = repository;
    },
  );
}

function served(view: Parameters<ReturnType<typeof ViewRouter>['register']>[0]) {
  const router = ViewRouter({ prefix: '/products' });
  router.register(view);
  const app = express();
  app.use(router);
  configureApp(app, { info: { title: 'Products', version: '1.0.0' }, logger: memoryLogger() });
  return app;
}

const given = [
  { sku: 'pot', price: 12, category_id: 1 },
  { sku: 'rake', price: 30, category_id: 2 },
  { sku: 'gift', price: null, category_id: null },
];

/** A relation, the order of null, a unique value and a page. */
async function drive(app: express.Express): Promise<void> {
  const ids: unknown[] = [];
  for (const product of given) {
    const { body } = await request(app).post('/products').send(product).expect(201);
    ids.push(body.id);
  }
  const skus = async (query: string) => {
    const { body } = await request(app).get(`/products?${query}`).expect(200);
    return (body.items as Product[]).map(({ sku }) => sku);
  };
  expect(await skus('category__name=Garden')).toEqual(['rake']);
  expect(await skus('price__ge=12&sort=-price')).toEqual(['rake', 'pot']);
  expect(await skus('sort=-price')).toEqual(['gift', 'rake', 'pot']);
  expect(await skus('sort=category.name')).toEqual(['rake', 'pot', 'gift']);
  const taken = await request(app).post('/products').send(given[0]).expect(409);
  expect(taken.body.errors).toEqual([{ detail: 'must be unique', pointer: '#/sku', code: 'unique' }]);
  const { body } = await request(app).get('/products?page_size=2&page=2').expect(200);
  expect(body).toMatchObject({ items: [{ sku: 'gift' }], total_items: 3, total_pages: 2 });
  await request(app).delete(`/products/${ids[0]}`).expect(204);
}

describe('Kysely', () => {
  const database = sqlite();
  const db = new Kysely<kyselySample.Tables>({ dialect: new SqliteDialect({ database }) });
  afterAll(() => db.destroy());

  test('the example answers', () => drive(appOf(kyselySample.products(db))));

  test('the example of a transaction is all or nothing', async () => {
    const app = served(kyselySample.productViewSet(db));
    const changes = () => db.selectFrom('changes').select('text').execute();
    await request(app).post('/products').send({ sku: 'saw', price: 1, category_id: null }).expect(201);
    expect(await changes()).toEqual([{ text: 'new: saw' }]);
    database.exec("create trigger no_change before insert on changes begin select raise(abort, 'full'); end");
    await request(app).post('/products').send({ sku: 'axe', price: 1, category_id: null }).expect(500);
    const { body } = await request(app).get('/products').expect(200);
    expect((body.items as Product[]).map(({ sku }) => sku)).not.toContain('axe');
  });
});

describe('Knex', () => {
  const db = knex({ client: WasmClient, connection: { filename: ':memory:' }, useNullAsDefault: true });
  beforeAll(async () => {
    for (const statement of schema) await db.raw(statement);
  });
  afterAll(() => db.destroy());

  test('the example answers', () => drive(appOf(knexSample.products(db))));

  test('the example of a transaction is all or nothing', async () => {
    const { id } = (await knexSample.products(db).create({ sku: 'saw' })) as Product;
    await knexSample.rename(db, id, 'fretsaw');
    expect(await db('changes').select('text')).toEqual([{ text: 'renamed: fretsaw' }]);
    await db.raw("create trigger no_change before insert on changes begin select raise(abort, 'full'); end");
    await expect(knexSample.rename(db, id, 'jigsaw')).rejects.toThrow(/full/);
    expect(await knexSample.products(db).get({ id })).toMatchObject({ sku: 'fretsaw' });
  });
});

test('the example of Drizzle answers', async () => {
  const database = sqlite();
  const db = drizzle(async (sql, parameters) => {
    const statement = database.prepare(sql);
    if (!statement.reader) return { rows: [statement.run(parameters)] };
    return { rows: statement.all(parameters).map((row) => Object.values(row as object)) };
  });
  await drive(appOf(drizzleSample.productsOf(db)));
});

test('the example of MongoDB answers', async () => {
  // The driver makes the keys.
  class Collection extends FakeCollection {
    override insertOne(document: object, options?: object) {
      return super.insertOne({ _id: new ObjectId(), ...document }, options);
    }
  }
  const products = mongoSample.products(new Collection([['sku']]));
  const pot = await products.create({ sku: 'pot', price: 12, category: { name: 'Kitchen' } });
  const gift = await products.create({ sku: 'gift', price: null, category: null });
  expect(pot).toEqual({
    id: expect.stringMatching(/^[\da-f]{24}$/),
    sku: 'pot',
    price: 12,
    category: { name: 'Kitchen' },
  });
  const where = { op: 'eq', field: 'category.name', value: 'Kitchen' } as const;
  expect(await products.list({ where })).toEqual([pot]);
  const sort = [{ field: 'price', direction: 'desc' }] as const;
  expect(await products.getFilteredPage({ sort, limit: 1, total: true })).toEqual({
    items: [gift],
    total: 2,
  });
  expect(await products.get({ id: pot.id })).toEqual(pot);
  expect(await products.get({ id: 'none' })).toBeUndefined();
  await expect(products.create({ sku: 'pot' })).rejects.toThrow(UniqueViolation);
  expect(await products.delete({ id: pot.id })).toBe(true);
});

test('the example of Prisma asks for what its model has', async () => {
  const asked: unknown[] = [];
  const types = { id: 'Int', sku: 'String', price: 'Int', category_id: 'Int' };
  const unused = () => {
    throw new Error('This is not called here.');
  };
  const product = {
    fields: Object.fromEntries(Object.entries(types).map(([name, typeName]) => [name, { typeName }])),
    findMany: async (args: object) => {
      asked.push(args);
      return [{ id: 1, sku: 'pot', price: 12, category_id: 1 }];
    },
    count: async () => 1,
    create: unused,
    findFirst: unused,
    update: unused,
    deleteMany: unused,
  };
  const app = appOf(prismaSample.products({ product } as never));
  const { body } = await request(app).get('/products?category__name=Kitchen&sort=-price').expect(200);
  expect(body.items).toEqual([{ id: 1, sku: 'pot', price: 12, category_id: 1 }]);
  expect(JSON.stringify(asked)).toContain('"category":{"is":{"name":{"equals":"Kitchen"}}}');
});

test('the example in memory makes its keys', async () => {
  const started_at = new Date(0);
  const session = sessions.create({ user: 'ada', started_at });
  expect(session).toEqual({ id: expect.stringMatching(/^[\da-f-]{36}$/), user: 'ada', started_at });
  expect(() => sessions.create({ user: 'ada', started_at })).toThrow(UniqueViolation);
});
