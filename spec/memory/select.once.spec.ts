import fc from 'fast-check';
import { matches, selectFrom } from '../../lib/memory/index';
import type { Condition, Scalar } from '../../lib/operations/index';

const idsWhere = (entities: readonly object[], where: Condition) =>
  selectFrom(entities as { id: number }[], { where }).map(({ id }) => id);

const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  fc.constantFrom('', 'a', 'A', 'ab', '2024-01-01', '2024-01-01T00:00:00.000Z', '😀', '～'),
  fc.constantFrom(0, 1, -1, 0.5, 2 ** 53, 1n, 2n ** 60n),
  fc.boolean(),
  fc.constantFrom(new Date(0), new Date('2024-01-01T00:00:00.000Z')),
);
const value = fc.oneof(scalar, fc.constantFrom(null, undefined, Number.NaN, new Date(Number.NaN)));
const row = fc.record({ a: value, b: fc.array(value, { maxLength: 3 }), c: fc.record({ d: value }) });
const field = fc.constantFrom('a', 'b', 'c.d', 'c', 'none');
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ op: fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'), field, value: scalar }),
  fc.record({ op: fc.constantFrom('in', 'not_in'), field, value: fc.array(scalar, { maxLength: 4 }) }),
  fc.record({ op: fc.constant('is_null'), field, value: fc.boolean() }),
  fc.record({
    op: fc.constantFrom('contains', 'starts_with', 'ends_with'),
    field,
    value: fc.constantFrom('', 'a', 'B', '%'),
    ignoreCase: fc.boolean(),
  }),
) as fc.Arbitrary<Condition>;
const condition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      conditions: fc.array(tie('condition'), { maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not' as const), condition: tie('condition') }),
  ),
})).condition;

describe('conditions', () => {
  test('hold where their negations do not', () => {
    fc.assert(
      fc.property(condition, row, (given, entity) => {
        expect(matches({ op: 'not', condition: given })(entity)).toBe(!matches(given)(entity));
      }),
    );
  });

  test.each([
    ['ne', 'eq'],
    ['not_in', 'in'],
  ] as const)('%s is the negation of %s', (negated, op) => {
    fc.assert(
      fc.property(field, scalar, row, (path, member, entity) => {
        const compared = op === 'in' ? [member] : member;
        const holds = (name: string) =>
          matches({ op: name, field: path, value: compared } as Condition)(entity);
        expect(holds(negated)).toBe(!holds(op));
      }),
    );
  });

  test('"in" is "eq" of one of the values', () => {
    fc.assert(
      fc.property(field, fc.array(scalar), row, (path, members, entity) => {
        const each = members.map((member): Condition => ({ op: 'eq', field: path, value: member }));
        expect(matches({ op: 'in', field: path, value: members })(entity)).toBe(
          matches({ op: 'or', conditions: each })(entity),
        );
      }),
    );
  });

  test('"le" is "lt" or "eq", for one value', () => {
    fc.assert(
      fc.property(scalar, value, (compared, own) => {
        const holds = (op: 'le' | 'lt' | 'eq') => matches({ op, field: 'a', value: compared })({ a: own });
        expect(holds('le')).toBe(holds('lt') || holds('eq'));
      }),
    );
  });

  const instants = [
    { id: 1, at: new Date('2024-01-01T00:00:00.000Z') },
    { id: 2, at: '2024-01-01T01:00:00+01:00' },
    { id: 3, at: '2024-01-02T00:00:00.000Z' },
    { id: 4, at: 'January 1, 2024' },
    { id: 5, at: null },
  ];

  test('compare a Date and an ISO text by the instant, and guess at no other text', () => {
    const at = new Date('2024-01-01T00:00:00.000Z');
    expect(idsWhere(instants, { op: 'eq', field: 'at', value: at })).toEqual([1, 2]);
    expect(idsWhere(instants, { op: 'in', field: 'at', value: [at] })).toEqual([1, 2]);
    expect(idsWhere(instants, { op: 'gt', field: 'at', value: at })).toEqual([3]);
    expect(idsWhere(instants, { op: 'ne', field: 'at', value: at })).toEqual([3, 4, 5]);
  });

  test('compare numbers and bigints by what they are worth', () => {
    const rows = [
      { id: 1, n: 2 },
      { id: 2, n: 2n },
      { id: 3, n: '2' },
      { id: 4, n: 2.5 },
    ];
    expect(idsWhere(rows, { op: 'eq', field: 'n', value: 2 })).toEqual([1, 2]);
    expect(idsWhere(rows, { op: 'in', field: 'n', value: [2n] })).toEqual([1, 2]);
    expect(idsWhere(rows, { op: 'gt', field: 'n', value: 2n })).toEqual([4]);
  });

  test('read getters of classes, and nothing that every object has', () => {
    class Person {
      constructor(
        readonly id: number,
        readonly first: string,
      ) {}
      get shout() {
        return this.first.toUpperCase();
      }
      method() {}
    }
    const people = [new Person(1, 'Ann'), new Person(2, 'Bob')];
    expect(idsWhere(people, { op: 'eq', field: 'shout', value: 'BOB' })).toEqual([2]);
    for (const path of [
      'method',
      'constructor',
      'constructor.name',
      '__proto__',
      'toString',
      'first.length',
    ]) {
      expect(idsWhere(people, { op: 'is_null', field: path, value: false })).toEqual([]);
      expect(idsWhere(structuredClone(people), { op: 'is_null', field: path, value: false })).toEqual([]);
    }
  });

  test('lead through lists within lists', () => {
    const rows = [
      { id: 1, a: [{ b: [{ c: 1 }, { c: 2 }] }, { b: [] }] },
      { id: 2, a: [{ b: null }] },
    ];
    expect(idsWhere(rows, { op: 'eq', field: 'a.b.c', value: 2 })).toEqual([1]);
    expect(idsWhere(rows, { op: 'is_null', field: 'a.b.c', value: true })).toEqual([2]);
  });

  test('of an unknown operator are refused', () => {
    expect(() => matches({ op: '$where', field: 'a', value: 1 } as unknown as Condition)).toThrow(
      'A condition has an operator that is none of eq,',
    );
  });
});

describe('a selection', () => {
  const rows = [{ id: 3 }, { id: 1 }, { id: 2 }];

  test('has the entities themselves, and leaves the list as it is', () => {
    const found = selectFrom(rows, { sort: [{ field: 'id', direction: 'asc' }] });
    expect(found[0]).toBe(rows[1]);
    expect(rows.map(({ id }) => id)).toEqual([3, 1, 2]);
    expect(selectFrom(rows, {})).not.toBe(rows);
  });

  test('keeps the order of what is equal, descending too', () => {
    const equal = [
      { id: 1, a: 1 },
      { id: 2, a: 1 },
      { id: 3, a: 2 },
    ];
    const descending = selectFrom(equal, { sort: [{ field: 'a', direction: 'desc' }] });
    expect(descending.map(({ id }) => id)).toEqual([3, 1, 2]);
  });

  test('sorts texts by code points', () => {
    const texts = ['b', '😀', '～', 'a', 'Z', 'ab', ''].map((text) => ({ text }));
    const found = selectFrom(texts, { sort: [{ field: 'text', direction: 'asc' }] });
    expect(found.map(({ text }) => text)).toEqual(['', 'Z', 'a', 'ab', 'b', '～', '😀']);
  });

  test('sorts by the first member of a list, and lists without one last', () => {
    const lists = [
      { id: 1, n: [] },
      { id: 2, n: [5, null] },
      { id: 3, n: [9, 1] },
    ];
    const ids = (direction: 'asc' | 'desc') =>
      selectFrom(lists, { sort: [{ field: 'n', direction }] }).map(({ id }) => id);
    expect(ids('asc')).toEqual([3, 2, 1]);
    expect(ids('desc')).toEqual([1, 3, 2]);
  });

  test.each([{ limit: -1 }, { offset: -1 }, { limit: 1.5 }, { offset: Number.NaN }])('refuses %p', (part) => {
    expect(() => selectFrom(rows, part)).toThrow(RangeError);
  });
});
