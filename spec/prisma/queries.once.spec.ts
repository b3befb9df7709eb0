import { type PrismaModel, toPrismaOrderBy, toPrismaSelect, toPrismaWhere } from 'express-viewsets/prisma';
import type { Condition, FieldCondition, Scalar } from '../../lib/operations';

const model: PrismaModel = {
  nullable: ['price', 'category', 'category.note', 'tags.label'],
  relations: { category: 'one', owner: 'one', tags: 'many' },
};
const eq = (field: string, value: Scalar): FieldCondition => ({ op: 'eq', field, value });
const not = (condition: Condition): Condition => ({ op: 'not', condition });
const isNull = (field: string, value = true): Condition => ({ op: 'is_null', field, value });
const or = (...conditions: Condition[]): Condition => ({ op: 'or', conditions });
const and = (...conditions: Condition[]): Condition => ({ op: 'and', conditions });

describe('where', () => {
  const all = { AND: [] };
  const none = { OR: [] };
  const queries: Record<string, [condition: Condition | undefined, where: object]> = {
    nothing: [undefined, {}],
    'a comparison': [{ op: 'le', field: 'price', value: 3 }, { price: { lte: 3 } }],
    'not, of what is never null': [not(eq('name', 'x')), { NOT: { name: { equals: 'x' } } }],
    'not, of what may be null': [
      not({ op: 'lt', field: 'price', value: 3 }),
      { OR: [{ price: null }, { NOT: { price: { lt: 3 } } }] },
    ],
    'not of not': [not(not(eq('price', 3))), { price: { equals: 3 } }],
    'not of and': [
      not(and(eq('a', 1), not(eq('b', 2)))),
      { OR: [{ NOT: { a: { equals: 1 } } }, { b: { equals: 2 } }] },
    ],
    'a relation to one': [eq('category.name', 'x'), { category: { is: { name: { equals: 'x' } } } }],
    'not, of a relation that may lead to nothing': [
      not(eq('category.name', 'x')),
      { OR: [{ category: { is: null } }, { category: { is: { NOT: { name: { equals: 'x' } } } } }] },
    ],
    'not, of a relation that does not': [
      { op: 'ne', field: 'owner.name', value: 'x' },
      { owner: { is: { NOT: { name: { equals: 'x' } } } } },
    ],
    'a relation to many': [eq('tags.label', 'x'), { tags: { some: { label: { equals: 'x' } } } }],
    'not, of a relation to many': [
      { op: 'not_in', field: 'tags.label', value: ['x'] },
      { tags: { none: { label: { in: ['x'] } } } },
    ],
    'null in a relation to many': [isNull('tags.label'), { tags: { none: { label: { not: null } } } }],
    'null where it may be': [isNull('price'), { price: null }],
    'null where it may not be': [isNull('name'), none],
    'not null where it may not be': [isNull('name', false), all],
    'nothing within "and"': [and(eq('a', 1), or()), none],
    'everything within "or"': [or(eq('a', 1), and()), all],
    'nothing within "or"': [or(eq('a', 1), or()), { a: { equals: 1 } }],
    'nothing within a relation': [{ op: 'in', field: 'tags.label', value: [] }, none],
    'not of nothing within a relation': [
      { op: 'not_in', field: 'category.name', value: [] },
      { OR: [{ category: { is: null } }, { category: { is: all } }] },
    ],
    'a text with wildcards': [
      { op: 'contains', field: 'name', value: '50%_\\', ignoreCase: true },
      { name: { contains: '50\\%\\_\\\\', mode: 'insensitive' } },
    ],
    'a text with NUL': [{ op: 'starts_with', field: 'name', value: 'a\0', ignoreCase: false }, none],
    'texts less than one with NUL': [{ op: 'lt', field: 'name', value: 'a\0b' }, { name: { lte: 'a' } }],
    'texts from one with NUL on': [{ op: 'ge', field: 'name', value: 'a\0b' }, { name: { gt: 'a' } }],
    'one of texts with NUL': [{ op: 'in', field: 'name', value: ['a\0', 'b'] }, { name: { in: ['b'] } }],
    'booleans less than true': [{ op: 'lt', field: 'active', value: true }, { active: { equals: false } }],
    'booleans up to true': [{ op: 'le', field: 'active', value: true }, all],
    'either boolean': [{ op: 'in', field: 'active', value: [true, false] }, all],
  };

  test.each(Object.entries(queries))('%s', (_, [condition, where]) => {
    expect(toPrismaWhere(condition, model)).toEqual(where);
  });

  test.each<[op: 'eq' | 'lt' | 'le' | 'gt' | 'ge', value: number, where: object]>([
    ['eq', 7, { count: { equals: 7 } }],
    ['eq', 2 ** 31, none],
    ['eq', 1.5, none],
    ['lt', 1.5, { count: { lte: 1 } }],
    ['lt', 2, { count: { lte: 1 } }],
    ['le', 1e21, all],
    ['le', -1e21, none],
    ['gt', 1.5, { count: { gte: 2 } }],
    ['gt', 2 ** 31 - 1, none],
    ['ge', -1e21, all],
    ['ge', Number.NaN, none],
  ])('an integer of 32 bits, %s %d', (op, value, where) => {
    expect(toPrismaWhere({ op, field: 'count', value }, { nullable: [], types: { count: 'Int' } })).toEqual(
      where,
    );
  });

  test.each([
    '',
    'AND',
    'OR.x',
    'a.b',
    '__proto__',
    'category.__proto__',
    'name.',
    '$queryRaw',
    'constructor.name',
  ])('the field %j is refused', (field) => {
    expect(() => toPrismaWhere(eq(field, 1), model)).toThrow(TypeError);
    expect(() => toPrismaOrderBy([{ field, direction: 'asc' }], model)).toThrow(TypeError);
    expect(toPrismaSelect(['name', field], model)).toBeUndefined();
  });

  test.each([{ not: 'x' }, ['x'], null, undefined])('the value %j is refused', (value) => {
    expect(() => toPrismaWhere(eq('name', value as never), model)).toThrow(TypeError);
    expect(() => toPrismaWhere({ op: 'in', field: 'name', value: [value as never] }, model)).toThrow(
      TypeError,
    );
    const text = { op: 'contains', field: 'name', value, ignoreCase: true } as never;
    expect(() => toPrismaWhere(text, model)).toThrow(TypeError);
  });

  test('text matches are refused on SQLite', () => {
    const text: Condition = { op: 'contains', field: 'name', value: 'x', ignoreCase: true };
    expect(() => toPrismaWhere(text, { ...model, provider: 'sqlite' })).toThrow(
      'no exact text matches on SQLite',
    );
  });
});

describe('order and fields', () => {
  test('PostgreSQL has null where it is to be', () => {
    expect(
      toPrismaOrderBy(
        [
          { field: 'price', direction: 'desc' },
          { field: 'category.note', direction: 'asc' },
        ],
        model,
      ),
    ).toEqual([{ price: 'desc' }, { category: { note: 'asc' } }]);
  });

  test('SQLite is told', () => {
    const sqlite = { ...model, provider: 'sqlite' } as const;
    expect(
      toPrismaOrderBy(
        [
          { field: 'price', direction: 'desc' },
          { field: 'category.note', direction: 'asc' },
          { field: 'name', direction: 'asc' },
        ],
        sqlite,
      ),
    ).toEqual([
      { price: { sort: 'desc', nulls: 'first' } },
      { category: { note: { sort: 'asc', nulls: 'last' } } },
      { name: 'asc' },
    ]);
    expect(() => toPrismaOrderBy([{ field: 'category.name', direction: 'asc' }], sqlite)).toThrow(
      'on SQLite',
    );
  });

  test('no order by a relation to many', () => {
    expect(() => toPrismaOrderBy([{ field: 'tags.label', direction: 'asc' }], model)).toThrow(
      'relation to many',
    );
  });

  test('fields, and those of relations', () => {
    expect(toPrismaSelect(['id', 'category.name', 'category.note', 'tags.label', 'tags'], model)).toEqual({
      id: true,
      category: { select: { name: true, note: true } },
      tags: true,
    });
  });

  test('all, where a field is none of the model', () => {
    const known = { ...model, types: { id: 'Int', name: 'String' } };
    expect(toPrismaSelect(['id', 'name'], known)).toEqual({ id: true, name: true });
    expect(toPrismaSelect(['id', 'label'], known)).toBeUndefined();
    expect(toPrismaSelect(['id', 'label.name'], known)).toBeUndefined();
  });
});
