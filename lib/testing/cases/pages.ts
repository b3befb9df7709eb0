import type { FieldPath, Selection } from '../../operations/index.js';
import {
  by,
  type CaseDefinition,
  defineCase,
  expectEqual,
  expectIds,
  expectOrder,
  expectStored,
  frozen,
  idsOf,
} from '../harness.js';
import type { Product } from '../product.js';

const north = { op: 'eq', field: 'tenant', value: 'north' } as const;
const byId = by('id');

function idsInOrder(products: readonly Product[]): number[] {
  return idsOf(products).sort((a, b) => a - b);
}

/** What is asked of `list` and of `getFilteredPage` alike: a part of all products by id. */
function definePart(name: string, part: Pick<Selection, 'offset'> & { limit: number }): CaseDefinition {
  return defineCase(name, async ({ repository, fixtures }) => {
    const start = part.offset ?? 0;
    const expected = idsInOrder(fixtures.products).slice(start, start + part.limit);
    const selection = frozen({ sort: byId, ...part });
    expectOrder(await repository.list(selection), expected, 'the list');
    const page = await repository.getFilteredPage(frozen({ ...selection, total: true }));
    expectOrder(page.items, expected, 'the page');
    expectEqual(page.total, fixtures.products.length, 'the total');
  });
}

function defineFields(name: string, fields: readonly FieldPath[]): CaseDefinition {
  return defineCase(name, async (bench) => {
    const { repository, fixtures } = bench;
    const selection = frozen({ fields, sort: byId });
    const page = await repository.getFilteredPage(frozen({ ...selection, limit: 1000, total: true }));
    const expected = [...fixtures.products].sort((a, b) => a.id - b.id);
    for (const items of [[...(await repository.list(selection))], page.items]) {
      expectEqual(items.length, expected.length, 'the number of items');
      for (const [index, item] of items.entries()) {
        expectEqual(
          pick(item, fields),
          pick(expected[index] as Product, fields),
          `these fields of item ${index}`,
        );
      }
    }
    await expectStored(bench, fixtures.products);
  });
}

function pick(item: object, fields: readonly FieldPath[]): object {
  return Object.fromEntries(fields.map((field) => [field, (item as Record<string, unknown>)[field]]));
}

export const pageCases: readonly CaseDefinition[] = [
  defineCase('lists all entities where nothing is asked for', async (bench) => {
    await expectStored(bench, bench.fixtures.products);
  }),
  definePart('limits the number of items', { limit: 4 }),
  definePart('leaves out the items before the offset', { limit: 6, offset: 20 }),
  definePart('takes an offset of zero', { limit: 3, offset: 0 }),
  definePart('has no items behind the last', { limit: 10, offset: 100 }),
  definePart('takes a limit that is larger than the store', { limit: 10_000, offset: 1 }),
  definePart('has no items where the limit is zero', { limit: 0 }),
  defineCase('lists without a limit from an offset on', async ({ repository, fixtures }) => {
    const expected = idsInOrder(fixtures.products).slice(7);
    expectOrder(await repository.list(frozen({ sort: byId, offset: 7 })), expected, 'the list from offset 7');
  }),
  defineCase('counts what fulfils the condition, and not the page', async ({ repository, fixtures }) => {
    const matching = fixtures.products.filter(({ tenant }) => tenant === 'north');
    const page = await repository.getFilteredPage(
      frozen({ where: north, sort: byId, limit: 3, offset: 2, total: true }),
    );
    expectOrder(page.items, idsInOrder(matching).slice(2, 5), 'the page');
    expectEqual(page.total, matching.length, 'the total');
  }),
  defineCase('counts nothing where nothing fulfils the condition', async ({ repository }) => {
    const where = { op: 'eq', field: 'sku', value: 'none' } as const;
    const page = await repository.getFilteredPage(frozen({ where, limit: 3, total: true }));
    expectEqual(page.items.length, 0, 'the number of items');
    expectEqual(page.total, 0, 'the total');
  }),
  defineCase('counts only where the total is asked for', async ({ repository }) => {
    const page = await repository.getFilteredPage(frozen({ sort: byId, limit: 3, total: false }));
    expectEqual(page.items.length, 3, 'the number of items');
    expectEqual(page.total, undefined, 'the total');
  }),
  defineCase('filters first, then sorts, then cuts', async ({ repository, fixtures }) => {
    const expected = idsInOrder(fixtures.products.filter(({ tenant }) => tenant === 'north')).reverse();
    const selection = frozen({ where: north, sort: by('-id'), limit: 5, offset: 1 });
    expectOrder(await repository.list(selection), expected.slice(1, 6), 'the list');
  }),
  defineCase('pages put together are the list', async ({ repository, fixtures }) => {
    const found: number[] = [];
    const sort = by('tenant', 'id');
    for (let offset = 0; offset < fixtures.products.length; offset += 4) {
      found.push(
        ...idsOf((await repository.getFilteredPage(frozen({ sort, limit: 4, offset, total: false }))).items),
      );
    }
    expectIds(await repository.list({}), found, 'the list, as against the pages');
    expectEqual(found, idsOf(await repository.list({ sort })), 'the pages put together');
  }),
  defineFields('returns the fields that are asked for', ['id', 'name', 'price']),
  defineFields('returns a field that is asked for twice', ['sku', 'sku']),
  defineCase('sorts and filters by fields that are not asked for', async ({ repository, fixtures }) => {
    const expected = fixtures.products
      .filter(({ tenant }) => tenant === 'north')
      .sort((a, b) => (a.sku < b.sku ? -1 : 1));
    const selection = frozen({ fields: ['id'], where: north, sort: by('sku') });
    expectOrder(await repository.list(selection), idsOf(expected), 'the list');
  }),
];
