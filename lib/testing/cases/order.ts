import type { Sort } from '../../operations/index.js';
import type { Feature } from '../features.js';
import { by, type CaseDefinition, defineCase, expectOrder, frozen, idsOf, shown } from '../harness.js';
import type { Product } from '../product.js';

/** The order of the fixtures, null being larger than any value. */
export function productOrder(sort: readonly Sort[]): (a: Product, b: Product) => number {
  return (a, b) => {
    for (const { field, direction } of sort) {
      const order = compareValues(a[field as keyof Product], b[field as keyof Product]);
      if (order !== 0) return direction === 'asc' ? order : -order;
    }
    return 0;
  };
}

function compareValues(a: Product[keyof Product], b: Product[keyof Product]): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

/** `sort` has to end with what no two products share. */
function defineOrder(name: string, sort: readonly Sort[], needs: readonly Feature[] = []): CaseDefinition {
  return defineCase(
    name,
    async ({ repository, fixtures }) => {
      const expected = idsOf([...fixtures.products].sort(productOrder(sort)));
      expectOrder(await repository.list(frozen({ sort })), expected, () => `the list by ${shown(sort)}`);
      const page = await repository.getFilteredPage(frozen({ sort, limit: 10, offset: 5, total: false }));
      expectOrder(page.items, expected.slice(5, 15), () => `the page by ${shown(sort)}`);
    },
    { needs },
  );
}

export const orderCases: readonly CaseDefinition[] = [
  defineOrder('sorts integers as numbers, ascending', by('id')),
  defineOrder('sorts integers as numbers, descending', by('-id')),
  defineOrder('sorts texts ascending', by('sku')),
  defineOrder('sorts texts descending', by('-sku')),
  defineOrder('sorts null last when ascending', by('price', 'id')),
  defineOrder('sorts null first when descending', by('-price', 'id')),
  defineOrder('sorts floats', by('rating', 'id')),
  defineOrder('sorts floats descending', by('-rating', 'id')),
  defineOrder('sorts false before true', by('active', 'id')),
  defineOrder('sorts true before false when descending', by('-active', 'id')),
  defineOrder('sorts instants by the millisecond', by('created_at', 'id')),
  defineOrder('sorts instants descending', by('-created_at', 'id')),
  defineOrder('sorts days, null last', by('released_on', 'id')),
  defineOrder('sorts days descending, null first', by('-released_on', 'id')),
  defineOrder('takes the first sort field for the major one', by('tenant', '-price', 'id')),
  defineOrder('takes a direction for each sort field', by('-active', 'tenant', '-id')),
  defineOrder('sorts by many fields', by('tenant', 'active', '-released_on', 'price', '-sku')),
  defineOrder('sorts a field that is said never to be null', [
    { field: 'tenant', direction: 'desc', nullable: false },
    { field: 'id', direction: 'asc', nullable: false },
  ]),
  defineOrder('sorts a field that is said to be null at times', [
    { field: 'price', direction: 'asc', nullable: true },
    { field: 'id', direction: 'desc', nullable: false },
  ]),
  defineOrder('sorts texts by code points', by('name', 'id'), ['codePointOrder']),
  defineOrder('sorts texts by code points, descending', by('-name', 'id'), ['codePointOrder']),
];
