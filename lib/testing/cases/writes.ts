import { BadRequest } from '../../errors/index.js';
import { UniqueViolation } from '../../repository/index.js';
import { largeFixtures, plainProduct } from '../fixtures.js';
import {
  type Bench,
  type CaseDefinition,
  defineCase,
  expectEqual,
  expectNothing,
  expectProduct,
  expectStored,
  frozen,
  productOf,
  shown,
  thrownBy,
} from '../harness.js';
import type { Product } from '../product.js';

const without = ({ products }: Bench['fixtures'], id: number) =>
  products.filter((product) => product.id !== id);

/** The products with one of them changed. */
function changed({ products }: Bench['fixtures'], id: number, values: Partial<Product>): Product[] {
  return products.map((product) => (product.id === id ? { ...product, ...values } : product));
}

/** The values as this store wants them written, frozen, as they are not the store's to change. */
function writable({ dateTime }: Bench, values: Partial<Product>): object {
  return frozen(
    values.created_at === undefined ? { ...values } : { ...values, created_at: dateTime(values.created_at) },
  );
}

async function expectViolation(
  { lacks }: Bench,
  act: () => unknown,
  fields: readonly string[],
  what: string,
) {
  const error = await thrownBy(act, what);
  if (!(error instanceof UniqueViolation)) {
    throw new Error(`${what}: a UniqueViolation was expected, and this came: ${shown(error)}`, {
      cause: error,
    });
  }
  if (!lacks.has('uniqueFields')) expectEqual(error.fields, fields, `${what}: the fields of the violation`);
}

/** An update of product 1, by the values that are sent. */
function defineUpdate(name: string, values: Partial<Product>): CaseDefinition {
  return defineCase(name, async (bench) => {
    const { repository, fixtures } = bench;
    const updated = await repository.updateOne(frozen({ id: 1 }), writable(bench, values));
    expectProduct(updated, { ...productOf(bench, 1), ...values }, 'what updateOne returns');
    await expectStored(bench, changed(fixtures, 1, values));
  });
}

/** Keys that name no entity, as a scope or a version does not match. */
const mismatches: Record<string, Record<string, string | number | null>> = {
  'a key that is not there': { id: 999 },
  'a scope that does not match': { id: 1, tenant: 'south' },
  'a version that does not match': { id: 1, version: 7 },
  'a scope that is null where the value is not': { id: 1, category_id: null },
  'a scope with another case': { id: 1, tenant: 'North' },
};

export const writeCases: readonly CaseDefinition[] = [
  defineCase('gets an entity by its key', async (bench) => {
    const { repository } = bench;
    for (const id of [1, 2, 25]) {
      expectProduct(await repository.get(frozen({ id })), productOf(bench, id), `product ${id}`);
    }
  }),
  defineCase('gets an entity by its key and its scope', async (bench) => {
    const key = frozen({ id: 1, tenant: 'north', version: 1 });
    expectProduct(await bench.repository.get(key), productOf(bench, 1), 'product 1');
  }),
  defineCase('gets an entity by a scope that is null', async (bench) => {
    const key = frozen({ id: 2, category_id: null });
    expectProduct(await bench.repository.get(key), productOf(bench, 2), 'product 2');
  }),
  defineCase('gets an entity by another unique field', async (bench) => {
    expectProduct(await bench.repository.get(frozen({ sku: 'p03' })), productOf(bench, 2), 'product 2');
  }),
  ...Object.entries(mismatches).map(([name, key]) =>
    defineCase(`gets nothing by ${name}`, async ({ repository }) => {
      expectNothing(await repository.get(frozen({ ...key })), () => `what is found by ${shown(key)}`);
    }),
  ),
  defineCase(
    'returns booleans as booleans',
    async ({ repository }) => {
      const first = (await repository.get({ id: 1 })) as Product;
      const second = (await repository.get({ id: 2 })) as Product;
      expectEqual([first.active, second.active], [true, false], 'the booleans of the products 1 and 2');
    },
    { needs: ['booleans'] },
  ),
  defineCase(
    'returns large integers as they are',
    async (bench) => {
      await expectStored(bench, bench.fixtures.products);
    },
    { needs: ['largeIntegers'], fixtures: largeFixtures },
  ),
  defineCase('creates an entity, and returns it as it is stored', async (bench) => {
    const product = plainProduct(100, { description: 'new', rating: 0.25, released_on: '2024-09-02' });
    expectProduct(await bench.repository.create(writable(bench, product)), product, 'what create returns');
    await expectStored(bench, [...bench.fixtures.products, product]);
  }),
  defineCase('leaves the values that an entity is created from as they are', async (bench) => {
    const values = writable(bench, plainProduct(100));
    const before = { ...values };
    await bench.repository.create(values);
    expectEqual(values, before, 'the values that create was given');
  }),
  defineCase('creates with values that mean something elsewhere', async (bench) => {
    const product = plainProduct(100, {
      name: `'); drop table products; -- $1 ? :id ?? \${x} {{x}}`,
      description: '{"$gt":""}\\\'"`%_',
      sku: '__proto__',
    });
    expectProduct(await bench.repository.create(writable(bench, product)), product, 'what create returns');
    await expectStored(bench, [...bench.fixtures.products, product]);
  }),
  defineCase(
    'makes a key of its own for what is created without one',
    async (bench) => {
      const { id: _first, ...first } = plainProduct(100);
      const { id: _second, ...second } = plainProduct(101);
      const created = [
        await bench.repository.create(writable(bench, first)),
        await bench.repository.create(writable(bench, second)),
      ] as Product[];
      const products = [first, second].map((product, index) => ({
        ...product,
        id: created[index]?.id as number,
      }));
      const ids = products.map(({ id }) => id);
      expectEqual(
        ids.map((id) => Number.isSafeInteger(id)),
        [true, true],
        () => `whether the keys ${shown(ids)} are integers`,
      );
      await expectStored(bench, [...bench.fixtures.products, ...products]);
    },
    { needs: ['generatedKeys'] },
  ),
  defineCase('refuses to create what has a key that is taken', async (bench) => {
    // The protocol has two words for it: a violation, or nothing.
    let created: object | null | undefined;
    try {
      created = await bench.repository.create(writable(bench, plainProduct(1)));
    } catch (error) {
      if (!(error instanceof UniqueViolation)) {
        throw new Error(`A UniqueViolation was expected, and this came: ${shown(error)}`, { cause: error });
      }
      if (!bench.lacks.has('uniqueFields')) expectEqual(error.fields, ['id'], 'the fields of the violation');
    }
    expectNothing(created, 'what create returns');
    await expectStored(bench, bench.fixtures.products);
  }),
  defineCase('refuses to create what has a unique value that is taken', async (bench) => {
    const values = writable(bench, plainProduct(100, { sku: 'p19' }));
    await expectViolation(bench, () => bench.repository.create(values), ['sku'], 'a second "p19"');
    await expectStored(bench, bench.fixtures.products);
  }),
  defineCase('works on after a violation', async (bench) => {
    const { repository, fixtures } = bench;
    await thrownBy(
      () => repository.create(writable(bench, plainProduct(100, { sku: 'p19' }))),
      'a second "p19"',
    );
    await repository.create(writable(bench, plainProduct(100)));
    await expectStored(bench, [...fixtures.products, plainProduct(100)]);
  }),
  defineCase('creates 20 entities at once', async (bench) => {
    const products = Array.from({ length: 20 }, (_, index) => plainProduct(100 + index));
    await Promise.all(products.map(async (product) => bench.repository.create(writable(bench, product))));
    await expectStored(bench, [...bench.fixtures.products, ...products]);
  }),
  defineCase('creates one of 20 entities with the same unique value', async (bench) => {
    const attempts = Array.from({ length: 20 }, (_, index) => plainProduct(100 + index, { sku: 'same' }));
    const outcomes = await Promise.allSettled(
      attempts.map(async (product) => bench.repository.create(writable(bench, product))),
    );
    const won = attempts.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    expectEqual(won.length, 1, 'the number of entities that were created');
    const strange = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' && !(outcome.reason instanceof UniqueViolation) ? [outcome.reason] : [],
    );
    expectEqual(strange, [], 'errors that are no UniqueViolation');
    await expectStored(bench, [...bench.fixtures.products, ...won]);
  }),
  defineUpdate('changes one property, and no other', { name: 'Pear' }),
  defineUpdate('changes several properties', {
    name: 'Pear',
    price: -7,
    rating: 0.5,
    active: false,
    created_at: '2025-02-03T04:05:06.789Z',
    released_on: '2025-02-03',
    version: 2,
  }),
  defineUpdate('stores null as null', { description: null, price: null, rating: null, released_on: null }),
  defineUpdate('stores what is empty, zero or false as it is', {
    description: '',
    price: 0,
    rating: 0,
    active: false,
  }),
  defineUpdate('stores values that mean something elsewhere as they are', {
    name: `'; drop table products; -- $1 ? :id`,
    description: '$set',
  }),
  defineUpdate('takes the values that are there already', { name: 'Apple', sku: 'p19' }),
  defineUpdate('takes no values at all', {}),
  defineCase('updates by key and scope', async (bench) => {
    const key = frozen({ id: 1, tenant: 'north', version: 1 });
    const updated = await bench.repository.updateOne(key, frozen({ version: 2 }));
    expectProduct(updated, { ...productOf(bench, 1), version: 2 }, 'what updateOne returns');
    await expectStored(bench, changed(bench.fixtures, 1, { version: 2 }));
  }),
  defineCase('returns what is updated, also where the update changes what it was found by', async (bench) => {
    const key = frozen({ id: 1, tenant: 'north' });
    const updated = await bench.repository.updateOne(key, frozen({ tenant: 'south' }));
    expectProduct(updated, { ...productOf(bench, 1), tenant: 'south' }, 'what updateOne returns');
    await expectStored(bench, changed(bench.fixtures, 1, { tenant: 'south' }));
  }),
  defineCase('leaves the values of an update as they are', async (bench) => {
    const values = writable(bench, { name: 'Pear', price: null });
    await bench.repository.updateOne(frozen({ id: 1 }), values);
    expectEqual(values, { name: 'Pear', price: null }, 'the values that updateOne was given');
  }),
  ...Object.entries(mismatches).map(([name, key]) =>
    defineCase(`updates nothing by ${name}`, async (bench) => {
      const result = await bench.repository.updateOne(frozen({ ...key }), frozen({ name: 'Pear' }));
      expectNothing(result, () => `what updateOne returns by ${shown(key)}`);
      await expectStored(bench, bench.fixtures.products);
    }),
  ),
  defineCase('updates nothing by no values and a scope that does not match', async (bench) => {
    const result = await bench.repository.updateOne(frozen({ id: 1, tenant: 'south' }), frozen({}));
    expectNothing(result, 'what updateOne returns');
  }),
  ...[2 ** 31, -(2 ** 31) - 1, 1e16, -1e16].map((version) =>
    defineCase(`finds nothing by a criterion that its column can not hold: ${version}`, async (bench) => {
      const { repository } = bench;
      const key = frozen({ id: 1, version });
      expectNothing(await repository.get(key), 'what is found');
      expectNothing(await repository.updateOne(key, frozen({ name: 'Pear' })), 'what updateOne returns');
      expectNothing(await repository.updateOne(key, frozen({})), 'what updateOne returns by no values');
      expectEqual(await repository.delete(key), false, 'what delete returns');
      await expectStored(bench, bench.fixtures.products);
    }),
  ),
  defineCase(
    'finds nothing, or refuses the value, where the next version is beyond 32 bits',
    async (bench) => {
      const key = frozen({ id: 1, version: 2 ** 31 - 1 });
      let updated: object | null | undefined;
      try {
        updated = await bench.repository.updateOne(key, frozen({ version: 2 ** 31 }));
      } catch (error) {
        if (!(error instanceof BadRequest)) {
          throw new Error(`A BadRequest was expected, and this came: ${shown(error)}`, { cause: error });
        }
      }
      expectNothing(updated, 'what updateOne returns');
      await expectStored(bench, bench.fixtures.products);
    },
  ),
  defineCase('refuses an update to a unique value that is taken', async (bench) => {
    const act = () => bench.repository.updateOne(frozen({ id: 1 }), frozen({ sku: 'p03', name: 'Pear' }));
    await expectViolation(bench, act, ['sku'], 'a second "p03"');
    await expectStored(bench, bench.fixtures.products);
  }),
  defineCase('updates a unique value to one that was freed', async (bench) => {
    await bench.repository.delete(frozen({ id: 2 }));
    const updated = await bench.repository.updateOne(frozen({ id: 1 }), frozen({ sku: 'p03' }));
    expectProduct(updated, { ...productOf(bench, 1), sku: 'p03' }, 'what updateOne returns');
  }),
  defineCase('lets one of 20 writers with the same version through', async (bench) => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, async (_, index) =>
        bench.repository.updateOne(
          frozen({ id: 1, version: 1 }),
          frozen({ name: `writer ${index}`, version: 2 }),
        ),
      ),
    );
    const won = outcomes.filter((outcome) => outcome !== null && outcome !== undefined) as Product[];
    expectEqual(won.length, 1, 'the number of writers that got through');
    await expectStored(bench, changed(bench.fixtures, 1, { name: won[0]?.name as string, version: 2 }));
  }),
  defineCase('deletes an entity once', async (bench) => {
    const { repository, fixtures } = bench;
    expectEqual(await repository.delete(frozen({ id: 13 })), true, 'what the first delete returns');
    expectEqual(await repository.delete(frozen({ id: 13 })), false, 'what the second delete returns');
    expectNothing(await repository.get(frozen({ id: 13 })), 'what is deleted');
    await expectStored(bench, without(fixtures, 13));
  }),
  defineCase('deletes by key and scope', async (bench) => {
    const key = frozen({ id: 13, tenant: 'north', version: 1 });
    expectEqual(await bench.repository.delete(key), true, 'what delete returns');
    await expectStored(bench, without(bench.fixtures, 13));
  }),
  ...Object.entries(mismatches).map(([name, key]) =>
    defineCase(`deletes nothing by ${name}`, async (bench) => {
      expectEqual(
        await bench.repository.delete(frozen({ ...key })),
        false,
        () => `what delete returns by ${shown(key)}`,
      );
      await expectStored(bench, bench.fixtures.products);
    }),
  ),
  defineCase('lets one of 20 deletions through', async (bench) => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, async () => bench.repository.delete(frozen({ id: 13 }))),
    );
    expectEqual(outcomes.filter(Boolean).length, 1, 'the number of deletions that got through');
    await expectStored(bench, without(bench.fixtures, 13));
  }),
  defineCase('creates again what was deleted', async (bench) => {
    await bench.repository.delete(frozen({ id: 13 }));
    const product = productOf(bench, 13);
    expectProduct(await bench.repository.create(writable(bench, product)), product, 'what create returns');
    await expectStored(bench, bench.fixtures.products);
  }),
];
