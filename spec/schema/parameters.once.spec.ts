import { type TSchema, Type } from '@sinclair/typebox';
import { parameters } from '../support/inputs';

const REFUSED = Symbol('refused');

/** What one text of the parameter `p` becomes. */
function readerOf(schema: TSchema): (text: string) => unknown {
  const check = parameters(Type.Object({ p: schema }));
  return (text) => {
    const { value, faults } = check({ p: [text] });
    return faults ? REFUSED : (value as { p: unknown }).p;
  };
}

const odd = [
  '1e3',
  '0x10',
  'Infinity',
  '-Infinity',
  'NaN',
  ' 3',
  '3 ',
  '+1',
  '01',
  '1.0',
  '-0',
  '1_0',
  '',
  'true',
  'null',
];
const huge = ['9007199254740993', '1e999', '9'.repeat(400)];

describe('the text of a parameter is read by strict rules', () => {
  describe('as an integer', () => {
    const read = readerOf(Type.Integer());
    test.each([
      ['0', 0],
      ['15', 15],
      ['-15', -15],
      ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ])('%j is taken', (text, value) => {
      expect(read(text)).toBe(value);
    });
    test.each([...odd, ...huge, '１', '1,0'])('%j is refused', (text) => {
      expect(read(text)).toBe(REFUSED);
    });
  });

  describe('as a number', () => {
    const read = readerOf(Type.Number());
    test.each([
      ['0', 0],
      ['-0', 0],
      ['1.0', 1],
      ['-1.5', -1.5],
      ['1e3', 1000],
      ['1E-3', 0.001],
    ])('%j is taken', (text, value) => {
      expect(read(text)).toBe(value);
    });
    test.each([
      '0x10',
      'Infinity',
      '-Infinity',
      'NaN',
      ' 3',
      '3 ',
      '+1',
      '01',
      '.5',
      '5.',
      '',
      'true',
      '1e999',
    ])('%j is refused', (text) => {
      expect(read(text)).toBe(REFUSED);
    });
  });

  describe('as a boolean', () => {
    const read = readerOf(Type.Boolean());
    test.each([
      ['true', true],
      ['false', false],
    ])('%j is taken', (text, value) => {
      expect(read(text)).toBe(value);
    });
    test.each(['True', '1', '0', 'yes', 'on', '', ' true'])('%j is refused', (text) => {
      expect(read(text)).toBe(REFUSED);
    });
  });

  describe('as an integer or null', () => {
    const read = readerOf(Type.Union([Type.Integer(), Type.Null()]));
    test.each([
      ['null', null],
      ['3', 3],
    ])('%j is taken', (text, value) => {
      expect(read(text)).toBe(value);
    });
    test.each(['', 'NULL', '1.0', 'undefined'])('%j is refused', (text) => {
      expect(read(text)).toBe(REFUSED);
    });
  });

  describe('as one of some numbers', () => {
    const read = readerOf(Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(1.5)]));
    test.each([
      ['1', 1],
      ['1.5', 1.5],
    ])('%j is taken', (text, value) => {
      expect(read(text)).toBe(value);
    });
    test.each(['3', '+1', '01', ''])('%j is refused', (text) => {
      expect(read(text)).toBe(REFUSED);
    });
    test('an integer among integers has one text', () => {
      expect(readerOf(Type.Union([Type.Literal(1), Type.Literal(2)]))('1.0')).toBe(REFUSED);
      expect(readerOf(Type.Literal(1))('1.0')).toBe(REFUSED);
      expect(readerOf(Type.Literal(1))('1')).toBe(1);
    });
  });

  describe('as a string or a number', () => {
    const read = readerOf(Type.Union([Type.String(), Type.Number()]));
    test.each([
      ['1.5', 1.5],
      ['0x10', '0x10'],
      ['', ''],
      ['abc', 'abc'],
    ])('%j is taken', (text, value) => {
      expect(read(text)).toBe(value);
    });
  });

  describe('as a string', () => {
    const read = readerOf(Type.String());
    test.each([...odd, ...huge])('%j is left as it is', (text) => {
      expect(read(text)).toBe(text);
    });
    test('it is well-formed', () => {
      expect(read('\ud800')).toBe(REFUSED);
    });
  });

  test('as one of some strings', () => {
    const read = readerOf(Type.Union([Type.Literal('1'), Type.Literal('a')]));
    expect(read('1')).toBe('1');
    expect(read('b')).toBe(REFUSED);
  });

  test('as a named schema, and as a reference to one', () => {
    expect(readerOf(Type.Integer({ $id: 'PageNumber' }))('3')).toBe(3);
    const Module = Type.Module({ Page: Type.Integer() });
    expect(readerOf(Module.Import('Page'))('3')).toBe(3);
  });

  test('as anything', () => {
    expect(readerOf(Type.Unknown())('3')).toBe('3');
  });
});

describe('lists', () => {
  const check = parameters(Type.Object({ ids: Type.Optional(Type.Array(Type.Integer())) }));

  test('are parameters that come more than once, or once', () => {
    expect(check({ ids: ['1', '2'] })).toEqual({ value: { ids: [1, 2] } });
    expect(check({ ids: ['1'] })).toEqual({ value: { ids: [1] } });
    expect(check({})).toEqual({ value: {} });
  });

  test('are read item by item', () => {
    expect(check({ ids: ['1', '+2', '1,2'] }).faults).toEqual([
      { detail: 'must be integer', in: 'query', parameter: 'ids', code: 'type' },
    ]);
  });

  test('may be nullable, or named', () => {
    const nullable = parameters(Type.Object({ ids: Type.Union([Type.Array(Type.Integer()), Type.Null()]) }));
    expect(nullable({ ids: ['1'] })).toEqual({ value: { ids: [1] } });
    const named = parameters(Type.Object({ ids: Type.Array(Type.Integer(), { $id: 'Ids' }) }));
    expect(named({ ids: ['1'] })).toEqual({ value: { ids: [1] } });
  });
});

describe('a parameter that comes twice', () => {
  test('is a fault where it is no list', () => {
    const check = parameters(Type.Object({ page: Type.Integer() }));
    expect(check({ page: ['1', '1'] }).faults).toEqual([
      { detail: 'must be sent once', in: 'query', parameter: 'page', code: 'duplicate' },
    ]);
  });
});

describe('unknown parameters', () => {
  const schema = Type.Object({ page: Type.Optional(Type.Integer()) });

  test('are ignored by default', () => {
    expect(parameters(schema)({ other: ['1'], 'page[$ne]': ['1'], __proto__: ['1'] })).toEqual({ value: {} });
  });

  test('are a fault where they are forbidden, at most ten of them', () => {
    const check = parameters(schema, { unknown: 'forbid' });
    expect(check({ other: ['1'] }).faults).toEqual([
      { detail: 'is not a known parameter (known: page)', in: 'query', parameter: 'other', code: 'unknown' },
    ]);
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x${index}`, ['1']]));
    expect(check(many).faults).toHaveLength(10);
  });

  test('are shown shortened', () => {
    const check = parameters(schema, { unknown: 'forbid' });
    expect(check({ ['x'.repeat(1000)]: ['1'] }).faults).toMatchObject([{ parameter: 'x'.repeat(64) }]);
  });

  test('are a fault where the schema itself forbids them', () => {
    const closed = Type.Object({ page: Type.Integer() }, { additionalProperties: false });
    expect(parameters(closed)({ page: ['1'], other: ['1'] }).faults).toMatchObject([{ code: 'unknown' }]);
  });
});

describe('defaults and names', () => {
  test('a default stands for what was left out', () => {
    const check = parameters(Type.Object({ page: Type.Integer({ default: 1 }) }));
    expect(check({})).toEqual({ value: { page: 1 } });
    expect(check({ page: ['2'] })).toEqual({ value: { page: 2 } });
  });

  test('in snake_case they become those of the program, and faults keep them', () => {
    const check = parameters(Type.Object({ pageSize: Type.Integer() }), { naming: 'snake_case' });
    expect(check({ page_size: ['2'] })).toEqual({ value: { pageSize: 2 } });
    expect(check({ page_size: ['x'] }).faults).toMatchObject([{ parameter: 'page_size' }]);
  });

  test('all faults come together, and the missing among them', () => {
    const check = parameters(Type.Object({ a: Type.Integer(), b: Type.Integer(), c: Type.Integer() }), {
      source: 'path',
    });
    expect(check({ a: ['x'], b: ['1.0'] }).faults).toEqual([
      { detail: 'is required', in: 'path', parameter: 'c', code: 'required' },
      { detail: 'must be integer', in: 'path', parameter: 'a', code: 'type' },
      { detail: 'must be integer', in: 'path', parameter: 'b', code: 'type' },
    ]);
  });
});

describe('headers', () => {
  test('are found whatever the case of their names', () => {
    const check = parameters(Type.Object({ 'X-Tenant': Type.Integer() }), { source: 'header' });
    expect(check({ 'x-tenant': ['7'] })).toEqual({ value: { 'X-Tenant': 7 } });
    expect(check({}).faults).toEqual([
      { detail: 'is required', in: 'header', parameter: 'X-Tenant', code: 'required' },
    ]);
  });

  test('lists are texts with commas, in which empty members do not count', () => {
    const check = parameters(Type.Object({ 'X-Ids': Type.Array(Type.Integer()) }), { source: 'header' });
    expect(check({ 'x-ids': ['1, 2,,\t3 ,'] })).toEqual({ value: { 'X-Ids': [1, 2, 3] } });
  });

  test('others are none of its business, even where the schema is closed', () => {
    const closed = Type.Object({ 'X-Tenant': Type.Integer() }, { additionalProperties: false });
    expect(parameters(closed, { source: 'header' })({ 'x-tenant': ['7'], host: ['a'] })).toEqual({
      value: { 'X-Tenant': 7 },
    });
  });

  test('have names that no naming respells', () => {
    const check = parameters(Type.Object({ 'X-Tenant': Type.Integer() }), {
      source: 'header',
      naming: 'snake_case',
    });
    expect(check({ 'x-tenant': ['7'] })).toEqual({ value: { 'X-Tenant': 7 } });
  });
});

describe('mistakes are found when the parameters are declared', () => {
  test.each([
    ['an object', Type.Object({ a: Type.String() }), 'is an object'],
    ['a list of lists', Type.Array(Type.Array(Type.String())), 'is a list of objects or lists'],
    ['a list of objects', Type.Array(Type.Object({})), 'is a list of objects or lists'],
    ['a union with an object', Type.Union([Type.String(), Type.Object({})]), 'is an object'],
  ])('%s has no form as text', (_, schema, sentence) => {
    expect(() => parameters(Type.Object({ p: schema }))).toThrow(
      `The query parameter "p" of Item.list ${sentence}`,
    );
  });

  test('they are an object', () => {
    expect(() => parameters(Type.String() as never)).toThrow('has to be a Type.Object');
  });
});
