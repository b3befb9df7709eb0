import type { Condition, FieldCondition } from '../../operations/index.js';
import type { Feature } from '../features.js';
import { by, type CaseDefinition, defineCase, defineWhere, expectOrder, frozen, idsOf } from '../harness.js';
import type { ProductDocument } from '../product.js';

/** Conditions on one text that is behind a path, or on each of several. */
interface Relation {
  readonly feature: Feature;
  readonly field: string;
  readonly many: boolean;
  readonly values: (product: ProductDocument) => readonly (string | null | undefined)[];
  readonly present: string;
  readonly part: string;
  /** Less than some and more than others, in any collation. */
  readonly bound: string;
}

const relations: readonly Relation[] = [
  {
    feature: 'relationToOne',
    field: 'category.name',
    many: false,
    values: ({ category }) => [category?.name],
    present: 'fruit',
    part: 'food',
    bound: 's',
  },
  {
    feature: 'nestedRelations',
    field: 'category.parent.name',
    many: false,
    values: ({ category }) => [category?.parent?.name],
    present: 'Food',
    part: 'off',
    bound: 'A',
  },
  {
    feature: 'relationToMany',
    field: 'tags.name',
    many: true,
    values: ({ tags }) => tags.map(({ name }) => name),
    present: 'red',
    part: 're',
    bound: 's',
  },
  {
    feature: 'lists',
    field: 'labels',
    many: true,
    values: ({ labels }) => labels,
    present: 'red',
    part: 're',
    bound: 's',
  },
];

function casesOf({ feature, field, many, values, present, part, bound }: Relation): CaseDefinition[] {
  const some = (holds: (text: string) => boolean) => (product: ProductDocument) =>
    values(product).some((text) => typeof text === 'string' && holds(text));
  const none = (holds: (text: string) => boolean) => (product: ProductDocument) => !some(holds)(product);
  const where = (
    name: string,
    condition: FieldCondition | Condition,
    holds: (product: ProductDocument) => boolean,
  ) => defineWhere(`${field}: ${name}`, condition, holds, { needs: [feature] });
  const whom = many ? 'one member' : 'what it leads to';
  const absent = many ? 'where there is no member' : 'where it leads to nothing';
  return [
    where(
      `"eq" holds for ${whom}`,
      { op: 'eq', field, value: present },
      some((text) => text === present),
    ),
    where(
      `"ne" holds ${absent}`,
      { op: 'ne', field, value: present },
      none((text) => text === present),
    ),
    where(
      `"not" of "eq" is "ne"`,
      { op: 'not', condition: { op: 'eq', field, value: present } },
      none((text) => text === present),
    ),
    where(
      `"gt" holds for ${whom}`,
      { op: 'gt', field, value: bound },
      some((text) => text > bound),
    ),
    where(
      `"in" holds for ${whom}`,
      { op: 'in', field, value: [present, 'x'] },
      some((text) => text === present),
    ),
    where(
      `"not_in" holds ${absent}`,
      { op: 'not_in', field, value: [present, 'x'] },
      none((text) => text === present),
    ),
    where(
      `"is_null" holds ${absent}`,
      { op: 'is_null', field, value: true },
      none(() => true),
    ),
    where(
      `"is_null" of false holds where there is one`,
      { op: 'is_null', field, value: false },
      some(() => true),
    ),
    where(
      `a text match holds for ${whom}`,
      { op: 'contains', field, value: part, ignoreCase: true },
      some((text) => text.toLowerCase().includes(part)),
    ),
    where(
      `"not" of a text match holds ${absent}`,
      { op: 'not', condition: { op: 'contains', field, value: part, ignoreCase: false } },
      none((text) => text.includes(part)),
    ),
    where(
      'conditions are combined with others',
      {
        op: 'and',
        conditions: [
          { op: 'eq', field, value: present },
          { op: 'not', condition: { op: 'eq', field: 'active', value: false } },
        ],
      },
      (product) => some((text) => text === present)(product) && product.active,
    ),
    where(
      '"or" does not lose what leads to nothing',
      {
        op: 'or',
        conditions: [
          { op: 'eq', field, value: present },
          { op: 'eq', field: 'id', value: 13 },
        ],
      },
      (product) => some((text) => text === present)(product) || product.id === 13,
    ),
    ...(many
      ? [
          where(
            'each condition of "and" may hold for another member',
            {
              op: 'and',
              conditions: [
                { op: 'eq', field, value: 'red' },
                { op: 'eq', field, value: 'sweet' },
              ],
            },
            (product) => some((text) => text === 'red')(product) && some((text) => text === 'sweet')(product),
          ),
          defineCase(
            `${field}: an entity is listed once, however many members match`,
            async ({ repository, documents }) => {
              const selection = frozen({
                where: { op: 'in', field, value: ['red', 'sweet', 'RED'] } as const,
                sort: by('id'),
              });
              const expected = documents
                .filter(some((text) => ['red', 'sweet', 'RED'].includes(text)))
                .map(({ id }) => id)
                .sort((a, b) => a - b);
              const page = await repository.getFilteredPage({ ...selection, limit: 100, total: true });
              expectOrder(await repository.list(selection), expected, 'the list by members');
              expectOrder(page.items, expected, 'the page by members');
              if (page.total !== expected.length) {
                throw new Error(`The total counts members: ${page.total} instead of ${expected.length}.`);
              }
            },
            { needs: [feature] },
          ),
        ]
      : []),
  ];
}

/** By an attribute of the category, null last; without `Food`, which collations put in different places. */
function orderByCategory(direction: 'asc' | 'desc'): CaseDefinition {
  const sign = direction === 'asc' ? 1 : -1;
  return defineCase(
    `category.name: sorts ${direction === 'asc' ? 'ascending, with nothing last' : 'descending, with nothing first'}`,
    async ({ repository, documents }) => {
      const names = ['50% off', 'emoji', 'fruit', 'sea_food'];
      const rank = ({ category }: ProductDocument) =>
        category ? names.indexOf(category.name) : names.length;
      const where = { op: 'ne', field: 'category.name', value: 'Food' } as const;
      const expected = documents
        .filter(({ category }) => category?.name !== 'Food')
        .sort((a, b) => sign * (rank(a) - rank(b)) || a.id - b.id);
      const sort = by(direction === 'asc' ? 'category.name' : '-category.name', 'id');
      const selection = frozen({ where, sort });
      expectOrder(await repository.list(selection), idsOf(expected), 'the list by category');
      const page = await repository.getFilteredPage({ ...selection, limit: 7, offset: 3, total: true });
      expectOrder(page.items, idsOf(expected).slice(3, 10), 'the page by category');
    },
    { needs: ['relationToOne'] },
  );
}

export const relationCases: readonly CaseDefinition[] = [
  ...relations.flatMap(casesOf),
  orderByCategory('asc'),
  orderByCategory('desc'),
];
