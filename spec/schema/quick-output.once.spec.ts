import { type TSchema, Type } from '@sinclair/typebox';
import { ResponseMismatch, responseOutput } from '../../lib/schema/index';
import { compileProject } from '../../lib/schema/project';
import * as quick from '../../lib/schema/quick/index';
import { toWire } from '../../lib/schema/wire';

// What has a quick copy is also written without one, to compare.
let off = false;
jest.mock('../../lib/schema/quick/index', () => {
  const actual = jest.requireActual('../../lib/schema/quick/index');
  return { ...actual, compileQuickCopy: (wire: any) => (off ? undefined : actual.compileQuickCopy(wire)) };
});
// Counts the use of the long way.
jest.mock('../../lib/schema/project', () => {
  const actual = jest.requireActual('../../lib/schema/project');
  return { ...actual, compileProject: jest.fn(actual.compileProject) };
});

type Check = true | 'log' | false;
type Spelling = 'as_is' | 'snake_case';

function outcomes(schema: TSchema, check: Check = true, naming: Spelling = 'as_is') {
  const write = responseOutput(schema, { hint: 'x', check, naming });
  return (result: unknown): unknown[] => {
    const told: unknown[] = [];
    try {
      told.push(write(result, (mismatch) => told.push('reported', mismatch.message)).text);
    } catch (thrown) {
      told.push((thrown as Error).name, (thrown as Error).message, thrown instanceof ResponseMismatch);
    }
    return told;
  };
}

/** The same output with its quick copy and without, and by its quick text wherever that is not left to the long way. */
function both(schema: TSchema, check?: Check, naming?: Spelling) {
  const fast = outcomes(schema, check, naming);
  const slow = outcomes(schema, check, naming);
  const texted = quickOutcomes(schema, naming);
  return (make: () => unknown): void => {
    off = true;
    const expected = slow(make());
    off = false;
    expect(fast(make())).toEqual(expected);
    const told = texted(make());
    if (told) expect(told).toEqual(expected);
  };
}

function wireOf(schema: TSchema, naming: Spelling = 'as_is') {
  return toWire(schema, { mode: 'output', naming, hint: 'x' });
}

/** Of the quick text alone, which not every Node.js uses; `undefined` where the long way has to be taken, as for the copy. */
function quickOutcomes(schema: TSchema, naming?: Spelling) {
  const wire = wireOf(schema, naming);
  const [copyOf, textOf] = [quick.compileQuickCopy(wire), quick.compileQuickText(wire)];
  const isList = quick.takesList(wire);
  return (given: unknown): unknown[] | undefined => {
    const result = isList ? quick.listed(given) : given;
    try {
      const text = textOf?.(result);
      expect(text === undefined).toBe(copyOf?.(result) === undefined);
      return text === undefined ? undefined : [text];
    } catch (thrown) {
      return [(thrown as Error).name, (thrown as Error).message, false];
    }
  };
}

function hasQuickCopy(schema: TSchema, naming?: Spelling): boolean {
  const wire = wireOf(schema, naming);
  const isThere = quick.compileQuickCopy(wire) !== undefined;
  expect(quick.compileQuickText(wire) !== undefined).toBe(isThere);
  return isThere;
}

const Named = Type.Object({ name: Type.String() });
const Tree = Type.Recursive(
  (This) => Type.Object({ name: Type.String(), children: Type.Optional(Type.Array(This)) }),
  { $id: 'Tree' },
);
const Wide = Type.Object(
  {
    id: Type.Integer(),
    size: Type.Optional(Type.Number({ minimum: -5, multipleOf: 0.5 })),
    fullName: Type.String({ minLength: 1, maxLength: 4 }),
    '2': Type.Optional(Type.Boolean()),
    'odd"name\u2028': Type.Optional(Type.Null()),
    at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    on: Type.Optional(Type.String({ format: 'date' })),
    kind: Type.Union([Type.Literal('a'), Type.Literal('b'), Type.Literal(1), Type.Null()]),
    constructor: Type.Optional(Type.String()),
    password: Type.String({ writeOnly: true }),
    owner: Type.Union([Named, Type.Null()]),
    tags: Type.Array(Type.String(), { minItems: 0, maxItems: 2 }),
    more: Type.Optional(Type.Union([Type.Array(Named), Type.Null()])),
    tree: Type.Optional(Tree),
  },
  { additionalProperties: false },
);

const quickly: [string, TSchema][] = [
  ['an object', Wide],
  ['a list', Type.Array(Wide)],
  ['a list of lists', Type.Array(Type.Array(Type.Integer()))],
  ['a nullable object', Type.Union([Type.Null(), Named])],
  ['a nullable list', Type.Union([Type.Array(Named), Type.Null()])],
  ['a recursive object', Tree],
  ['a component', Type.Object({ name: Type.String(), at: Type.Optional(Type.String()) }, { $id: 'Part' })],
  ['a string', Type.String()],
  ['a pattern', Type.String({ pattern: '^a' })],
  ['a nullable date', Type.Union([Type.String({ format: 'date-time' }), Type.Null()])],
  ['an integer', Type.Integer()],
  ['an enum', Type.Union([Type.Literal('a'), Type.Literal(2)])],
  ['an object of nothing', Type.Object({})],
  ['nothing but what may be left out', Type.Partial(Named)],
  [
    'what may be left out on both sides of what may not',
    Type.Object({
      one: Type.Optional(Type.Integer()),
      two: Type.Optional(Type.Boolean()),
      three: Type.String(),
      four: Type.Optional(Type.Null()),
    }),
  ],
  ['bounds of lengths', Type.Array(Type.String({ minLength: 2, maxLength: 4 }))],
  ['bounds of integers', Type.Array(Type.Integer({ minimum: -7, exclusiveMaximum: 500 }))],
  ['bounds of numbers', Type.Array(Type.Number({ exclusiveMinimum: 0, maximum: 1e21 }))],
];

const slowly: [string, TSchema][] = [
  ['a record', Type.Record(Type.String(), Type.Integer())],
  ['an open object', Type.Object({ name: Type.String() }, { additionalProperties: true })],
  ['anything', Type.Object({ name: Type.Unknown() })],
  ['a tuple', Type.Tuple([Type.String(), Type.Integer()])],
  ['a union', Type.Union([Named, Type.Object({ id: Type.Integer() })])],
  ['an intersection', Type.Intersect([Named, Type.Object({ id: Type.Integer() })])],
  ['a list without repetition', Type.Array(Type.String(), { uniqueItems: true })],
  ['a list of anything', Type.Unsafe({ type: 'array' })],
  ['a bound of properties', Type.Object({ name: Type.Optional(Type.String()) }, { minProperties: 1 })],
  ['what it requires and does not declare', Type.Object({}, { required: ['name'] } as object)],
  ['a free-form object deep inside', Type.Array(Type.Object({ any: Type.Optional(Type.Any()) }))],
];

/** The same numbers for the same seed. */
function random(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

class Entity {
  #name = 'a';
  constructor(values: object) {
    Object.assign(this, values);
  }
  get name() {
    return this.#name;
  }
  set name(value: string) {
    this.#name = value;
  }
}

const texts = [
  '',
  'a',
  'ab"c',
  '\\',
  '\u0000\u001f',
  '\ud800',
  '\udc00a',
  '😀',
  '😀😀',
  '😀😀😀😀😀',
  '\u2028',
  'a'.repeat(99),
  `${'a'.repeat(99)}"`,
  `${'a'.repeat(99)}\ud800`,
];
const numbers = [0, -0, 1, -7, 0.5, 1e21, 1e-7, 2 ** 53, Number.MAX_VALUE, 5e-324, Number.NaN, -Infinity];
const dates = [0, 1.7e12, -6.3e13, 2.6e14, Number.NaN];
const names = [...Object.keys(Wide.properties), 'children', 'toString', 'extra', 'toJSON'];

/** A value for a schema: mostly one that fits, else whatever a program may return. */
function valueFor(schema: TSchema, pick: (bound: number) => number): unknown {
  if (pick(40) === 0) return anything(pick, 2);
  const any = <T>(list: readonly T[]): T => list[pick(list.length)] as T;
  if (schema.anyOf) return valueFor(any(schema.anyOf), pick);
  if (schema.const !== undefined) return schema.const;
  if (schema.$ref !== undefined) return pick(2) ? { name: any(texts), children: [] } : { name: 'a' };
  if (schema.type === 'null') return null;
  if (schema.type === 'boolean') return pick(2) === 0;
  if (schema.type === 'integer') return pick(9) ? pick(1000) : any([...numbers, 5n, 2n ** 60n]);
  if (schema.type === 'number') return pick(9) ? pick(100) / 2 : any(numbers);
  if (schema.format === 'date') return any(['2024-02-29', new Date(1.7e12), new Date(any(dates))]);
  if (schema.format) return any(['2024-02-29T12:00:00Z', new Date(1.7e12), new Date(any(dates)), 'x']);
  if (schema.type === 'string') return pick(4) ? any(['a', 'ab', '"']) : any(texts);
  if (schema.type === 'array') {
    const list = Array.from({ length: pick(4) }, () => valueFor(schema.items ?? {}, pick));
    if (pick(30) === 0) list.length += 1;
    if (pick(30) === 0) return new Set(list);
    if (pick(30) === 0) return new Map(Array.from(list, (item, index) => [index, item])).values();
    if (pick(30) === 0) return list.values();
    return list;
  }
  const object: Record<string, unknown> = pick(15) ? {} : Object.create(null);
  for (const [name, property] of Object.entries((schema.properties ?? {}) as Record<string, TSchema>)) {
    const optional = !(schema.required ?? []).includes(name);
    if (optional && pick(3) === 0) continue;
    if (pick(optional ? 6 : 60) === 0) object[name] = undefined;
    else if (pick(20) === 0) {
      const value = valueFor(property, pick);
      Object.defineProperty(object, name, { get: () => value, enumerable: true, configurable: true });
    } else object[name] = valueFor(property, pick);
  }
  return disguised(object, pick);
}

function disguised(object: Record<string, unknown>, pick: (bound: number) => number): unknown {
  switch (pick(25)) {
    case 0:
      return { ...object, extra: anything(pick, 2) };
    case 1:
      return new Entity(object);
    case 2:
      return { toJSON: () => object };
    case 3:
      return { ...object, toJSON: 'no function' };
    case 4:
      return Object.assign(JSON.parse('{"__proto__":{"name":"b"}}'), object);
    case 5:
      return Object.create(object);
    case 6:
      return { ...object, [Symbol.iterator]: undefined };
    default:
      return object;
  }
}

function anything(pick: (bound: number) => number, depth: number): unknown {
  const any = <T>(list: readonly T[]): T => list[pick(list.length)] as T;
  switch (pick(depth > 0 ? 13 : 9)) {
    case 0:
      return any(texts);
    case 1:
      return any(numbers);
    case 2:
      return null;
    case 3:
      return undefined;
    case 4:
      return any([5n, 2n ** 60n, true, Symbol('s'), () => 1]);
    case 5:
      return new Date(any(dates));
    case 6:
      return new String('boxed');
    case 7:
      return { name: any(texts) };
    case 8:
      return new Map([['name', 'a']]);
    case 9:
      return [anything(pick, depth - 1), anything(pick, depth - 1)];
    default:
      return Object.fromEntries([0, 1, 2].map(() => [any(names), anything(pick, depth - 1)]));
  }
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const { value: inner } of Object.values(Object.getOwnPropertyDescriptors(value))) deepFreeze(inner);
  return value;
}

describe('a result is written the same with the quick copy and without it', () => {
  const seeds = Array.from({ length: 250 }, (_, index) => index * 7919 + 1);

  describe.each([...quickly, ...slowly])('for %s', (_, schema) => {
    test.each<[Check, Spelling]>([
      [true, 'as_is'],
      ['log', 'as_is'],
      [false, 'as_is'],
      [true, 'snake_case'],
    ])('with the check %p and names %s, whatever it is', (check, naming) => {
      const compare = both(schema, check, naming);
      for (const seed of seeds) compare(() => deepFreeze(valueFor(schema, random(seed))));
      for (const seed of seeds.slice(0, 60)) compare(() => anything(random(seed), 3));
    });
  });

  test('by any iterable, each of which is read once', () => {
    const compare = both(Type.Array(Named));
    function* reusing() {
      const row = { name: '' };
      for (row.name of ['a', 'b']) yield row;
    }
    compare(reusing);
    compare(() => new Map([[1, { name: 'a' }]]).values());
    compare(() => new Map([[1, { name: 1 }]]).values());
    compare(() => new Set([{ name: 'a' }, new Entity({})]).values());
    compare(() => Object.assign(new Set([1]), { toJSON: () => [{ name: 'a' }] }));
    compare(() => Object.assign([1], { [Symbol.iterator]: reusing }));
    compare(() => new (class extends Array {})({ name: 'a' } as never));
  });

  test('with a Set where a list can hold anything, which is no list then', () => {
    both(Type.Unsafe({ type: 'array' }))(() => new Set(['a']));
  });

  test('with a property that was given to all objects', () => {
    const compare = both(
      Type.Object({ name: Type.Optional(Type.String()), at: Type.Optional(Type.String()) }),
    );
    const base = Object.prototype as { name?: string };
    Object.defineProperty(base, 'name', {
      value: 'polluted',
      configurable: true,
      writable: true,
    });
    try {
      compare(() => ({ at: 'a' }));
      compare(() => ({ at: 'a', extra: 1 }));
    } finally {
      delete base.name;
    }
  });

  test('with a getter that throws', () => {
    both(Named)(() => ({
      get name() {
        throw new RangeError('on purpose');
      },
    }));
  });
});

describe('the quick copy', () => {
  const rows = Array.from({ length: 100 }, (_, id) => ({
    id,
    fullName: 'a"b',
    at: id % 2 ? null : '2024-01-01T00:00:00Z',
    kind: 'a',
    owner: { name: 'n', secret: 1 },
    tags: ['x'],
    tree: { name: 'r', children: [{ name: 'c' }] },
    secret: 1,
  }));
  const counting = compileProject as jest.Mock;
  beforeEach(() => counting.mockClear());

  test.each(quickly)('is there for %s', (_, schema) => {
    expect(hasQuickCopy(schema)).toBe(true);
    expect(hasQuickCopy(schema, 'snake_case')).toBe(true);
  });

  test.each(slowly)('is not there for %s', (_, schema) => {
    expect(hasQuickCopy(schema)).toBe(false);
  });

  test.each([
    ['plain values', () => rows],
    ['a Map of them', () => new Map(rows.map((row) => [row.id, row])).values()],
    ['instances of a class', () => rows.map((row) => new Entity(row))],
  ])('is all that %s need', (_, make) => {
    const write = responseOutput(Type.Array(Wide), { hint: 'x', check: true });
    const text = write(make(), () => undefined).text;
    expect(JSON.parse(text)).toHaveLength(100);
    expect(text).not.toContain('secret');
    expect(counting).not.toHaveBeenCalled();
    // The long way would have been noticed.
    write([{ ...rows[0], toJSON: () => rows[0] }], () => undefined);
    expect(counting).toHaveBeenCalled();
  });

  test.each(quickly)('has a text without lists for just what has none: %s', (_, schema) => {
    const wire = wireOf(schema);
    const hasList = JSON.stringify([wire.schema, wire.components.schemas]).includes('"array"');
    expect(quick.compileQuickText(wire, { lists: false }) === undefined).toBe(hasList);
  });

  test('is compiled once, and when it is first used', () => {
    const compiling = jest.spyOn(globalThis, 'Function');
    try {
      const known = () => compiling.mock.calls.filter(([argument]) => argument === 'known').length;
      const write = responseOutput(Type.Array(Wide), { hint: 'x', check: true });
      expect(known()).toBe(0);
      for (let count = 0; count < 3; count += 1) write(rows, () => undefined);
      expect(known()).toBe(1);
    } finally {
      compiling.mockRestore();
    }
  });

  test('takes no name for code', () => {
    const name = '"]; throw 1; //\n${`';
    const schema = Type.Object({ [name]: Type.String() });
    expect(hasQuickCopy(schema)).toBe(true);
    both(schema)(() => ({ [name]: 'a' }));
  });

  test('gives the names of the wire', () => {
    const write = responseOutput(Type.Object({ firstName: Type.String() }), {
      hint: 'x',
      check: true,
      naming: 'snake_case',
    });
    expect(write({ firstName: 'a' }, () => undefined)).toEqual({
      value: { first_name: 'a' },
      text: '{"first_name":"a"}',
    });
  });

  test('goes as deep as the value does, and no endless way', () => {
    const cycle: Record<string, unknown> = { name: 'a' };
    cycle.children = [cycle];
    const write = responseOutput(Tree, { hint: 'x', check: true });
    expect(() => write(cycle, () => undefined)).toThrow(RangeError);
    let deep: object = { name: 'a' };
    for (let depth = 0; depth < 300; depth += 1) deep = { name: 'a', children: [deep] };
    both(Tree)(() => deep);
  });
});
