import { join } from 'node:path';
import { PrismaRepository } from 'express-viewsets/prisma';
import { standardFixtures } from 'express-viewsets/testing';
import { type Criteria, UniqueViolation } from '../../lib/repository';
import { startPGlite } from '../support/engines/postgres';
import { type Client, execute, generateClient, type OpenClient } from './client';
import { describeConformance } from './conformance';
import { productOptions } from './options';
import { createTables, fill } from './tables';

/* All that runs a generated client is in this file, as Prisma is installed, and the client generated, once. */

let open: OpenClient;

beforeAll(async () => {
  open = await generateClient();
}, 300_000);

describeConformance(() => open);

describe('a repository of Prisma', () => {
  const schema = 'prisma_repository';
  let client: Client;
  let orders: PrismaRepository;
  let products: PrismaRepository;
  let close: () => Promise<unknown>;

  beforeAll(async () => {
    const server = await startPGlite();
    client = open(server.url, schema, server.connections);
    close = async () => {
      await client.$disconnect();
      await server.close();
    };
    await createTables(client, schema);
  }, 60_000);

  afterAll(() => close());

  beforeEach(async () => {
    await fill(client, schema, standardFixtures());
    orders = new PrismaRepository(client.order, { nullable: ['weight', 'notes'], key: ['tenant', 'number'] });
    products = new PrismaRepository(client.product, productOptions);
  });

  test('the types of the generated client fit', async () => {
    const compiler = join(__dirname, '../../node_modules/@typescript/native/bin/tsc');
    expect(await execute({}, process.execPath, compiler, '--project', 'typed', '--pretty', 'false')).toBe('');
  }, 60_000);

  test('a key of two fields, and values as Prisma has them', async () => {
    const created = await orders.create({
      tenant: 'a',
      number: 1,
      total: '0.10',
      weight: 2n ** 60n,
      labels: ['x'],
    });
    expect(created).toMatchObject({
      tenant: 'a',
      number: 1,
      weight: 2n ** 60n,
      labels: ['x'],
      state: 'open',
    });
    expect(String((created as { total: unknown }).total)).toBe('0.1');
    const key = { tenant: 'a', number: 1 };
    expect(await orders.get(key)).toEqual(created);
    expect(await orders.updateOne({ ...key, state: 'closed' }, { total: 2 })).toBeUndefined();
    expect(await orders.updateOne({ ...key, state: 'open' }, { state: 'closed' })).toEqual({
      ...created,
      state: 'closed',
    });
    expect(await orders.delete({ ...key, state: 'open' })).toBe(false);
    expect(await orders.delete({ ...key, state: 'closed' })).toBe(true);
  });

  test('the fields of a violation, of several as of the key', async () => {
    await orders.create({ tenant: 'a', number: 1, total: 5 });
    const violation = (values: object) =>
      orders.create(values).then(
        () => undefined,
        (error: unknown) => error,
      );
    const second = await violation({ tenant: 'a', number: 2, total: 5 });
    expect(second).toBeInstanceOf(UniqueViolation);
    expect(second).toMatchObject({ fields: ['tenant', 'total'], cause: { code: 'P2002' } });
    expect(await violation({ tenant: 'a', number: 1, total: 6 })).toMatchObject({
      fields: ['tenant', 'number'],
    });
  });

  test('any other error is left as it is', async () => {
    await expect(orders.create({ tenant: 'a', number: 1 })).rejects.toMatchObject({
      name: 'PrismaClientValidationError',
    });
  });

  test('what the limits of the database refuse is told, and not repeated', async () => {
    await client.$executeRawUnsafe(
      `alter table ${schema}.products alter column sku type varchar(20), drop constraint if exists above, add constraint above check (price > -99)`,
    );
    const values = { name: 'secret', active: true, created_at: new Date(0), tenant: 'north' };
    const refused: [values: object, status: number][] = [
      [{ sku: 'x', category_id: 99 }, 409],
      [{ sku: 'x'.repeat(80) }, 400],
      [{ sku: 'nul\0' }, 400],
      [{ sku: 'x', price: -100 }, 400],
      [{ sku: 'x', price: 3_000_000_000 }, 400],
    ];
    for (const [more, status] of refused) {
      for (const act of [
        () => products.create({ ...values, ...more }),
        () => products.updateOne({ id: 1 }, more),
      ]) {
        const error = await act().catch((reason: unknown) => reason);
        expect(error).toMatchObject({ status });
        expect((error as Error).message).not.toMatch(/secret|xxx|3000/);
      }
    }
    expect(await products.get({ id: 1 })).toMatchObject({ sku: 'p19', price: 100, category_id: 2 });
    const categories = new PrismaRepository(client.category, { nullable: ['parent_id'] });
    await expect(categories.delete({ id: 2 })).rejects.toMatchObject({ status: 409 });
  });

  test('a field that is none of the model selects all', async () => {
    const where = { op: 'eq', field: 'id', value: 1 } as const;
    const whole = await products.get({ id: 1 });
    expect(await products.list({ where, fields: ['id', 'label'] })).toEqual([whole]);
    expect(await products.list({ where, fields: ['label.name'] })).toEqual([whole]);
    expect(await products.list({ where, fields: ['id', 'sku'] })).toEqual([{ id: 1, sku: 'p19' }]);
  });

  test.each([
    { version: { increment: 1 } },
    { name: { set: 'x' } },
    { category: { create: { name: 'x' } } },
    { tags: { deleteMany: {} } },
    { nope: 1 },
  ])('%j is not written', async (values) => {
    const before = await products.get({ id: 1 });
    await expect(products.updateOne({ id: 1 }, values)).rejects.toThrow(TypeError);
    await expect(products.create(values)).rejects.toThrow(TypeError);
    expect(await products.get({ id: 1 })).toEqual(before);
  });

  test('JSON is data, whatever it says', async () => {
    const notes = { set: { increment: 1 }, equals: null };
    expect(await orders.create({ tenant: 'a', number: 1, total: 1, notes })).toMatchObject({ notes });
  });

  test.each<Criteria>([{ id: 1, tenant: 'north\0' }, { id: 1, name: null }, { id: 2 ** 31 }, { id: 1.5 }])(
    'nothing has the key %j, and no other entity is taken for it',
    async (key) => {
      expect(await products.get(key)).toBeUndefined();
      expect(await products.updateOne(key, { name: 'x' })).toBeUndefined();
      expect(await products.delete(key)).toBe(false);
      const { items, total } = await products.getFilteredPage({
        where: { op: 'eq', field: 'name', value: 'x' },
        limit: 1,
        total: true,
      });
      expect([...items, total]).toEqual([0]);
      expect([...(await products.list({}))]).toHaveLength(standardFixtures().products.length);
    },
  );

  test.each([{}, { id: undefined }, { id: 1, tenant: undefined }])('the key %j is refused', async (key) => {
    await expect(products.get(key as never)).rejects.toThrow(TypeError);
    await expect(products.updateOne(key as never, { name: 'x' })).rejects.toThrow(TypeError);
    await expect(products.delete(key as never)).rejects.toThrow(TypeError);
  });

  test('a comparison with more than 32 bits is none of the database', async () => {
    const where = { op: 'lt', field: 'price', value: 2 ** 40 } as const;
    const priced = standardFixtures().products.filter(({ price }) => price !== null);
    expect([...(await products.list({ where }))]).toHaveLength(priced.length);
    expect([...(await products.list({ where: { ...where, op: 'ge' } }))]).toEqual([]);
  });

  test('fields of relations, and relations that are always there', async () => {
    const where = { op: 'eq', field: 'id', value: 1 } as const;
    expect(await products.list({ where, fields: ['id', 'category.name', 'tags.name'] })).toEqual([
      { id: 1, category: { name: 'fruit' }, tags: [{ name: 'red' }, { name: 'sweet' }] },
    ]);
    const whole = new PrismaRepository(client.product, { ...productOptions, include: { category: true } });
    const category = { id: 2, name: 'fruit', parent_id: 1 };
    expect(await whole.get({ id: 1 })).toMatchObject({ category });
    expect(await whole.updateOne({ id: 1 }, { name: 'x' })).toMatchObject({ name: 'x', category });
  });

  test('what a transaction did is gone when it fails', async () => {
    const failed = client.$transaction(async (tx) => {
      await products.using(tx.product).updateOne({ id: 1 }, { name: 'x' });
      await orders.using(tx.order).create({ tenant: 'a', number: 1, total: 1 });
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await products.get({ id: 1 })).toMatchObject({ name: 'Apple' });
    expect(await orders.get({ tenant: 'a', number: 1 })).toBeUndefined();
  });

  test('wrong options are told at once', () => {
    expect(() => new PrismaRepository(client as never, { nullable: [] })).toThrow(
      'takes the delegate of a model',
    );
    expect(() => new PrismaRepository(client.order, { nullable: [] })).toThrow('has no field "id"');
    expect(() => new PrismaRepository(client.product, { nullable: ['prize'] })).toThrow(
      'has no field "prize"',
    );
  });
});
