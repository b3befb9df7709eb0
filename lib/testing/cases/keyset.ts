import { keysetAfter, reversed, type Scalar, type Sort } from '../../operations/index.js';
import type { Feature } from '../features.js';
import { microsecondFixtures } from '../fixtures.js';
import {
  type Bench,
  by,
  type CaseDefinition,
  defineCase,
  expectEqual,
  expectIds,
  frozen,
  idsOf,
} from '../harness.js';
import type { Fixtures } from '../product.js';
import { productOrder } from './order.js';

type Position = readonly (Scalar | null)[];

/** Pages of two, each found by the values of the last item of the one before. */
async function walk(
  { repository, fixtures }: Bench,
  sort: readonly Sort[],
  where?: typeof north,
): Promise<number[]> {
  const found: number[] = [];
  let after: Position | undefined;
  while (found.length <= fixtures.products.length) {
    const beyond = after && keysetAfter(sort, after);
    const conditions = [where, beyond].filter((condition) => condition !== undefined);
    const page = await repository.getFilteredPage(
      frozen({
        ...(conditions.length > 0 && { where: { op: 'and' as const, conditions } }),
        sort,
        limit: 2,
        total: false,
        positions: true,
      }),
    );
    found.push(...idsOf(page.items));
    if (page.items.length === 0) return found;
    after = positionOf(page.items.at(-1) as object, page.positions?.at(-1), sort);
  }
  return found;
}

function positionOf(item: object, given: Position | undefined, sort: readonly Sort[]): Position {
  if (given) return given;
  return sort.map(({ field }) => {
    const value = valueAt(item, field);
    return field === 'created_at' && typeof value === 'string' ? new Date(value) : value;
  });
}

/** The value behind a path, where the relation is in the entity. */
function valueAt(item: object, path: string): Scalar | null {
  let value: unknown = item;
  for (const name of path.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[name];
  return (value as Scalar | undefined) ?? null;
}

const north = { op: 'eq', field: 'tenant', value: 'north' } as const;

function defineWalk(
  name: string,
  sort: readonly Sort[],
  options: { needs?: readonly Feature[]; fixtures?: () => Fixtures } = {},
): CaseDefinition {
  return defineCase(
    name,
    async (bench) => {
      const expected = idsOf([...bench.fixtures.products].sort(productOrder(sort)));
      expectEqual(await walk(bench, sort), expected, 'the ids of all pages, forwards');
      expectEqual(await walk(bench, reversed(sort)), expected.reverse(), 'the ids of all pages, backwards');
    },
    options,
  );
}

/** Where a relation leads to nothing the position is null; the order of the names is the store's. */
function defineRelationWalk(direction: 'asc' | 'desc'): CaseDefinition {
  const sort = [
    { field: 'category.name', direction, nullable: true },
    { field: 'id', direction: 'asc', nullable: false },
  ] as const;
  return defineCase(
    `a walk by a relation that may lead to nothing sees each entity once: ${direction}`,
    async (bench) => {
      const items = [...(await bench.repository.list(frozen({ sort })))];
      expectIds(items, idsOf(bench.fixtures.products), 'the list by the relation');
      const listed = idsOf(items);
      expectEqual(await walk(bench, sort), listed, 'the ids of all pages, forwards');
      expectEqual(await walk(bench, reversed(sort)), listed.reverse(), 'the ids of all pages, backwards');
    },
    { needs: ['relationToOne'] },
  );
}

export const keysetCases: readonly CaseDefinition[] = [
  defineRelationWalk('asc'),
  defineRelationWalk('desc'),
  defineWalk('a walk by the key sees each entity once', by('id')),
  defineWalk('a walk by a field with ties and null sees each entity once', by('price', 'id')),
  defineWalk('a walk by a field with ties and null, descending, sees each entity once', by('-price', 'id')),
  defineWalk('a walk by instants sees each entity once', by('created_at', 'id')),
  defineWalk('a walk by floats sees each entity once', by('-rating', 'id')),
  defineWalk('a walk by booleans and days sees each entity once', by('active', '-released_on', 'id')),
  defineWalk(
    'a walk by three fields in two directions sees each entity once',
    by('-price', 'created_at', 'id'),
  ),
  defineWalk('a walk by texts sees each entity once', by('tenant', '-sku')),
  defineWalk('a walk by texts of any script sees each entity once', by('name', 'id'), {
    needs: ['codePointOrder'],
  }),
  defineWalk('a walk by instants with microseconds sees each entity once', by('created_at', 'id'), {
    needs: ['microseconds'],
    fixtures: microsecondFixtures,
  }),
  defineWalk(
    'a walk by null, microseconds and ties sees each entity once',
    by('-price', '-created_at', 'id'),
    {
      needs: ['microseconds'],
      fixtures: microsecondFixtures,
    },
  ),
  defineCase('a walk under a condition sees what fulfils it once', async (bench) => {
    const sort = by('-price', 'created_at', 'id');
    const matching = bench.fixtures.products.filter(({ tenant }) => tenant === 'north');
    expectEqual(
      await walk(bench, sort, north),
      idsOf(matching.sort(productOrder(sort))),
      'the ids of all pages',
    );
  }),
  defineCase(
    'positions, where a page has them, are one for each item and one value for each sort field',
    async ({ repository }) => {
      const sort = by('-price', 'created_at', 'id');
      const page = await repository.getFilteredPage(
        frozen({ sort, limit: 4, total: false, positions: true }),
      );
      expectEqual(page.items.length, 4, 'the number of items');
      if (!page.positions) return;
      expectEqual(
        page.positions.map(({ length }) => length),
        [3, 3, 3, 3],
        'the number of values in each position',
      );
      expectEqual(
        page.positions.map((position) => Number(position[2])),
        idsOf(page.items),
        'the keys in the positions',
      );
    },
  ),
];
