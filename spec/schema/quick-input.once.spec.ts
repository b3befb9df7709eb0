import { type TObject, type TSchema, Type } from '@sinclair/typebox';
import * as quick from '../../lib/schema/quick/index';
import { toWire } from '../../lib/schema/wire';
import { bodies, parameters } from '../support/inputs';

// What has a quick copy is also read without one, to compare.
let off = false;
const taken: string[] = [];
jest.mock('../../lib/schema/quick/index', () => {
  const actual = jest.requireActual('../../lib/schema/quick/index');
  return {
    ...actual,
    compileQuickInput: (wire: any) => {
      const copyOf = off ? undefined : actual.compileQuickInput(wire);
      return (
        copyOf &&
        ((value: unknown) => {
          const copy = copyOf(value);
          if (copy !== undefined) taken.push('quick');
          return copy;
        })
      );
    },
  };
});
beforeEach(() => {
  off = false;
  taken.splice(0);
});

type Options = Parameters<typeof bodies>[1];

/** The same schema twice, as what is compiled of one is kept. */
function both(make: () => TSchema, options: Options = {}) {
  const [fast, slow] = [bodies(make(), options), bodies(make(), options)];
  return (body: () => unknown): void => {
    off = true;
    const expected = slow(body());
    off = false;
    const found = fast(body());
    expect(found).toEqual(expected);
    // Their order, and what is not there at all.
    expect(keysOf(found.value)).toEqual(keysOf(expected.value));
  };
}

function keysOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value;
  if (Array.isArray(value)) return value.map(keysOf);
  return [
    Object.getPrototypeOf(value) === Object.prototype,
    Object.entries(value).map(([name, item]) => [name, keysOf(item)]),
  ];
}

const wide = () =>
  Type.Object({
    id: Type.Integer({ readOnly: true }),
    name: Type.String({ minLength: 2, maxLength: 4 }),
    price: Type.Integer({ minimum: 0, exclusiveMaximum: 1e6 }),
    ratio: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
    state: Type.Union([Type.Literal('a'), Type.Literal('b'), Type.Literal(3), Type.Null()]),
    on: Type.Optional(Type.Boolean({ default: false })),
    size: Type.Integer({ default: 7 }),
    list: Type.Array(Type.String(), { default: ['x'] }),
    firstName: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    at: Type.Optional(Type.String({ format: 'date-time' })),
    constructor: Type.Optional(Type.String()),
    inner: Type.Optional(
      Type.Union([Type.Object({ x: Type.Number(), y: Type.Optional(Type.Null()) }), Type.Null()]),
    ),
    rows: Type.Optional(
      Type.Array(Type.Object({ code: Type.String({ pattern: '^[a-z]+$' }) }), { minItems: 1, maxItems: 2 }),
    ),
    secret: Type.Optional(Type.String({ writeOnly: true })),
  });

const good = { name: 'abc', price: 5, state: 'a', size: 1, list: [] };
const whole = {
  ...good,
  ratio: 0.5,
  on: true,
  firstName: null,
  at: '2024-02-29T12:00:00Z',
  constructor: 'c',
  inner: { x: 1, y: null },
  rows: [{ code: 'a' }],
  secret: 's',
};

/** The same numbers for the same seed. */
function random(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

const values = [
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  7,
  0.5,
  1e21,
  2 ** 53,
  -(2 ** 53),
  1e6,
  5e-324,
  '',
  'a',
  'ab',
  'abcd',
  'abcde',
  '😀',
  '😀😀',
  '😀😀😀😀😀',
  '\ud800',
  'a\u0000',
  '2024-02-29T12:00:00Z',
  '2023-02-29T12:00:00Z',
  [],
  ['a'],
  ['a', 1],
  [null],
  {},
  { x: 1 },
  { x: 'a', y: null },
  { code: 'a' },
  [{ code: 'a' }],
  [{ code: 'A' }],
  [{ code: 'a' }, {}],
  [{ code: 'a' }, { code: 'b' }, { code: 'c' }],
  'b',
  3,
  '3',
];
const names = [
  ...Object.keys(whole),
  'id',
  'first_name',
  'extra',
  'toString',
  'toJSON',
  '__proto__',
  'prototype',
];

/** A body that mostly fits, as JSON has it. */
function bodyFor(seed: number): unknown {
  const pick = random(seed);
  if (pick(30) === 0) return values[pick(values.length)];
  const body: [string, unknown][] = Object.entries(pick(2) ? good : whole);
  for (let change = pick(3); change > 0; change -= 1) {
    const name = names[pick(names.length)] as string;
    const at = body.findIndex(([known]) => known === name);
    if (pick(4) === 0 && at >= 0) body.splice(at, 1);
    else if (at >= 0) body[at] = [name, values[pick(values.length)]];
    else body.splice(pick(body.length + 1), 0, [name, values[pick(values.length)]]);
  }
  const text = body.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join();
  return JSON.parse(`{${text}}`);
}

const optionSets: [string, Options][] = [
  ['dropping what is unknown', {}],
  ['refusing what is unknown', { unknown: 'forbid' }],
  ['keeping what is unknown', { unknown: 'keep' }],
  ['in snake_case', { naming: 'snake_case' }],
  ['in snake_case, refusing', { naming: 'snake_case', unknown: 'forbid' }],
];

describe.each(optionSets)(
  'an input is read the same with the quick copy and without it, %s',
  (_, options) => {
    test('whatever is sent', () => {
      const compare = both(wide, options);
      for (let seed = 1; seed < 2000; seed += 1) compare(() => bodyFor(seed));
    });

    test('where nothing may be null', () => {
      // Under a refusal, only such schemas have a quick copy.
      const compare = both(() => Type.Omit(wide(), ['inner', 'state']), options);
      for (let seed = 1; seed < 2000; seed += 1) {
        compare(() => {
          const { inner: _, state: __, ...body } = Object(bodyFor(seed)) as Record<string, unknown>;
          return body;
        });
      }
      const isQuick = options?.unknown !== 'keep';
      expect(taken.length > 100).toBe(isQuick);
    });

    test('where only some is sent', () => {
      const compare = both(() => Type.Partial(wide()), { ...options, partial: true });
      for (let seed = 1; seed < 1500; seed += 1) compare(() => bodyFor(seed));
    });

    test('in a list', () => {
      const compare = both(() => Type.Array(wide(), { maxItems: 3 }), options);
      for (let seed = 1; seed < 500; seed += 1) compare(() => [bodyFor(seed), bodyFor(seed * 7)]);
    });
  },
);

test('objects that are no JSON of ours are left to the long way', () => {
  const compare = both(wide);
  compare(() => Object.assign(Object.create(null), good));
  compare(() => Object.assign(Object.create({ firstName: 'inherited' }), good));
  compare(() => Object.create(good));
  compare(() => Object.assign(new (class Body {})(), good));
  compare(() => Object.assign([], good));
  expect(taken).toEqual([]);
  compare(() => good);
  expect(taken).toEqual(['quick']);
});

test('nothing that all objects were given gets in', () => {
  const compares = [both(wide), both(wide, { unknown: 'forbid' })];
  const compareAll = () => {
    for (const compare of compares) compare(() => ({ ...good }));
  };
  // All is compiled by then, which could not be done afterwards.
  for (const compare of compares) compare(() => ({}));
  compareAll();
  const base = Object.prototype as { firstName?: string };
  Object.defineProperty(base, 'firstName', {
    value: 'all',
    configurable: true,
    enumerable: true,
    writable: true,
  });
  try {
    compareAll();
  } finally {
    delete base.firstName;
  }
});

test('defaults are made anew for each', () => {
  const read = bodies(Type.Object({ list: Type.Array(Type.String(), { default: [] }) }));
  const [one, two] = [read({}).value, read({}).value] as { list: string[] }[];
  expect(one).toEqual({ list: [] });
  expect(one?.list).not.toBe(two?.list);
  expect(taken).toHaveLength(2);
});

test('parameters are read by it as well', () => {
  const make = () =>
    Type.Object({
      page: Type.Integer({ minimum: 1, default: 1 }),
      tags: Type.Optional(Type.Array(Type.String(), { maxItems: 2 })),
      q: Type.Optional(Type.String()),
    }) as TObject;
  const [fast, slow] = [parameters(make()), parameters(make())];
  const sents: Record<string, string[]>[] = [
    {},
    { page: ['2'] },
    { page: ['0'] },
    { page: ['x'] },
    { tags: ['a', 'b'], q: ['\ud800'] },
    { q: ['c'] },
  ];
  for (const sent of sents) {
    off = true;
    const expected = slow(sent);
    off = false;
    expect(fast(sent)).toEqual(expected);
  }
  expect(taken).toHaveLength(3);
});

test.each([
  ['a record', Type.Record(Type.String(), Type.Integer())],
  ['an open object', Type.Object({ name: Type.String() }, { additionalProperties: true })],
  ['anything', Type.Object({ name: Type.Unknown() })],
  ['a tuple', Type.Tuple([Type.String(), Type.Integer()])],
  [
    'a recursive object',
    Type.Recursive((This) => Type.Object({ list: Type.Array(This) }), { $id: 'Nested' }),
  ],
  ['an intersection', Type.Intersect([Type.Object({ a: Type.String() }), Type.Object({ b: Type.String() })])],
  ['a list without repetition', Type.Array(Type.String(), { uniqueItems: true })],
])('is not there for %s', (_, schema) => {
  expect(quick.compileQuickInput(toWire(schema, { mode: 'input', hint: 'x' }))).toBeUndefined();
});

test('a number that may be an integer is held to what a client can be sent whole', () => {
  const compare = both(() => Type.Object({ n: Type.Unsafe({ type: ['integer', 'number'] }) }));
  for (const n of [1, 1.5, -0, 2 ** 53 - 1, 2 ** 53, 2 ** 60, -(2 ** 60)]) compare(() => ({ n }));
});
