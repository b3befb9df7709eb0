import { type TSchema, Type } from '@sinclair/typebox';
import { type OutputOptions, ResponseMismatch, responseOutput } from '../../lib/schema/index';

/** What a client gets for a result. */
function writer(schema: TSchema, options: Partial<OutputOptions> = {}): (result: unknown) => unknown {
  const write = responseOutput(schema, { hint: 'Item.retrieve', check: true, ...options });
  return (result) =>
    JSON.parse(
      write(result, (mismatch) => {
        throw new Error(`reported: ${mismatch.message}`);
      }).text,
    );
}

const Named = Type.Object({ name: Type.String() });

describe('only declared properties leave', () => {
  const secret = { name: 'a', password: 'x' };

  test.each<[string, TSchema, unknown, unknown]>([
    ['an object', Named, secret, { name: 'a' }],
    ['a list', Type.Array(Named), [secret], [{ name: 'a' }]],
    ['a nested object', Type.Object({ owner: Named }), { owner: secret }, { owner: { name: 'a' } }],
    ['a record', Type.Record(Type.String(), Named), { x: secret }, { x: { name: 'a' } }],
    ['a nullable object', Type.Union([Named, Type.Null()]), secret, { name: 'a' }],
    ['an intersection', Type.Intersect([Named, Type.Object({})]), secret, { name: 'a' }],
    ['a tuple', Type.Tuple([Named]), [secret], [{ name: 'a' }]],
    [
      'a union, told apart by a constant',
      Type.Union([
        Type.Object({ kind: Type.Literal('a'), password: Type.Optional(Type.String()) }),
        Type.Object({ kind: Type.Literal('b'), name: Type.String() }),
      ]),
      { kind: 'b', ...secret },
      { kind: 'b', name: 'a' },
    ],
    [
      'a module',
      Type.Module({ A: Type.Object({ b: Type.Ref('B') }), B: Named }).Import('A'),
      { b: secret },
      { b: { name: 'a' } },
    ],
    [
      'a recursive schema',
      Type.Recursive((This) => Type.Object({ name: Type.String(), next: Type.Optional(This) }), {
        $id: 'Chain',
      }),
      { ...secret, next: secret },
      { name: 'a', next: { name: 'a' } },
    ],
  ])('of %s', (_, schema, result, expected) => {
    expect(writer(schema)(result)).toEqual(expected);
  });

  test('and what only clients write does not, even where others may', () => {
    const Account = Type.Object(
      { name: Type.String(), password: Type.String({ writeOnly: true }) },
      { additionalProperties: true },
    );
    expect(writer(Account)({ ...secret, extra: 1 })).toEqual({ name: 'a', extra: 1 });
  });

  test.each([false, 'log'] as const)('whether the result is checked or not (%s)', (check) => {
    const write = (schema: TSchema, result: unknown) =>
      responseOutput(schema, { hint: 'x', check })(result, () => undefined).text;
    const either = Type.Union([
      Type.Object({ kind: Type.Literal('a'), n: Type.Integer() }),
      Type.Object({ kind: Type.Literal('b') }),
    ]);
    const unlike = Type.Union([Type.Object({ n: Type.Integer() }), Type.Object({ s: Type.Boolean() })]);
    for (const [schema, result] of [
      [either, { kind: 'c', ...secret }],
      [either, { kind: 'a', n: 'no', ...secret }],
      [unlike, secret],
      [Type.Union([Type.String(), Type.Integer()]), secret],
      [Type.String(), secret],
      [Type.Object({ inner: Type.String() }), { inner: secret }],
      [Type.Array(Named), secret],
      [Named, [secret]],
    ] as const) {
      expect(write(schema, result)).not.toContain('password');
    }
  });
});

describe('what programs have is written as JSON', () => {
  test('a Date, in the format of its schema', () => {
    const write = writer(
      Type.Object({
        at: Type.String({ format: 'date-time' }),
        on: Type.String({ format: 'date' }),
        maybe: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
        either: Type.Union([Type.Integer(), Type.String({ format: 'date-time' })]),
        named: Type.String({ format: 'date-time', $id: 'Timestamp' }),
      }),
    );
    const date = new Date('2024-02-29T12:00:00.5Z');
    expect(write({ at: date, on: date, maybe: date, either: date, named: date })).toEqual({
      at: '2024-02-29T12:00:00.500Z',
      on: '2024-02-29',
      maybe: '2024-02-29T12:00:00.500Z',
      either: '2024-02-29T12:00:00.500Z',
      named: '2024-02-29T12:00:00.500Z',
    });
  });

  test('a Date that is none is a mismatch, and so is one where no date is declared', () => {
    expect(() => writer(Type.String({ format: 'date-time' }))(new Date('x'))).toThrow(ResponseMismatch);
    expect(() => writer(Type.String())(new Date())).toThrow('# must be string');
  });

  test('an instance of a class, with its getters and those it inherits', () => {
    class Base {
      get kind() {
        return 'base';
      }
    }
    class Entity extends Base {
      #price = 5;
      constructor(readonly name: string) {
        super();
      }
      get price() {
        return this.#price;
      }
    }
    const write = writer(Type.Object({ name: Type.String(), price: Type.Integer(), kind: Type.String() }));
    expect(write(new Entity('a'))).toEqual({ name: 'a', price: 5, kind: 'base' });
  });

  test('an instance with toJSON, as that says', () => {
    const id = { toJSON: () => 'abc' };
    const entity = { toJSON: () => ({ id, name: 'a', extra: 1 }) };
    const write = writer(Type.Object({ id: Type.String(), name: Type.String() }));
    expect(write(entity)).toEqual({ id: 'abc', name: 'a' });
    expect(writer(Type.Union([Named, Type.Null()]))(entity)).toEqual({ name: 'a' });
  });

  test.each([
    ['an iterator of a Map', () => new Map([[1, { name: 'a' }]]).values()],
    ['a Set', () => new Set([{ name: 'a' }])],
    [
      'a generator',
      function* () {
        yield { name: 'a' };
      },
    ],
  ])('%s, as a list', (_, make) => {
    expect(writer(Type.Array(Named))(make())).toEqual([{ name: 'a' }]);
    expect(writer(Type.Union([Type.Array(Named), Type.Null()]))(make())).toEqual([{ name: 'a' }]);
  });

  test('a bigint that is exact as a number; another is a mismatch', () => {
    const write = writer(
      Type.Object({ n: Type.Integer(), maybe: Type.Union([Type.Integer(), Type.Null()]) }),
    );
    expect(write({ n: 5n, maybe: 6n })).toEqual({ n: 5, maybe: 6 });
    expect(() => write({ n: 2n ** 60n, maybe: null })).toThrow(ResponseMismatch);
  });

  test('an object without a prototype', () => {
    expect(writer(Named)(Object.assign(Object.create(null), { name: 'a' }))).toEqual({ name: 'a' });
  });

  test('a property that is undefined is left out', () => {
    expect(writer(Type.Object({ name: Type.Optional(Type.String()) }))({ name: undefined })).toEqual({});
  });

  test('free-form JSON goes out whole', () => {
    const data = { constructor: 1, list: [{ a: null }] };
    expect(writer(Type.Object({ data: Type.Unknown() }))({ data })).toEqual({ data });
  });

  test('a record keeps the names that a prototype has, and never sets one', () => {
    const result = JSON.parse('{"constructor":1,"toString":2,"__proto__":3}');
    expect(writer(Type.Record(Type.String(), Type.Integer()))(result)).toEqual({
      constructor: 1,
      toString: 2,
    });
  });

  test('what every object inherits is no property', () => {
    const schema = Type.Object({
      constructor: Type.Optional(Type.String()),
      toString: Type.Optional(Type.String()),
      valueOf: Type.Optional(Type.String()),
    });
    class Entity {}
    expect(writer(schema)({})).toEqual({});
    expect(writer(schema)(new Entity())).toEqual({});
    expect(writer(schema)({ toString: 'own' })).toEqual({ toString: 'own' });
  });
});

describe('the given object', () => {
  test('is never changed', () => {
    const schema = Type.Object({
      list: Type.Array(Named),
      any: Type.Unknown(),
      either: Type.Union([Named, Type.Object({ n: Type.Integer() })]),
      size: Type.Integer({ default: 3 }),
    });
    const result = { list: [{ name: 'a', x: 1 }], any: { b: [1] }, either: { n: 1, x: 1 }, size: 1, x: 1 };
    const before = structuredClone(result);
    Object.freeze(result);
    writer(schema)(result);
    expect(result).toEqual(before);
  });

  test('lends its defaults to no result', () => {
    expect(() => writer(Type.Object({ size: Type.Integer({ default: 3 }) }))({})).toThrow(
      '#/size is required',
    );
  });
});

describe('names in snake_case', () => {
  test('are those of the wire, at any depth and in unions', () => {
    const write = writer(
      Type.Object({
        firstName: Type.String(),
        homeAddress: Type.Union([
          Type.Object({ addressKind: Type.Literal('a'), zipCode: Type.String() }),
          Type.Object({ addressKind: Type.Literal('b') }),
        ]),
      }),
      { naming: 'snake_case' },
    );
    expect(write({ firstName: 'a', homeAddress: { addressKind: 'a', zipCode: '1', x: 1 } })).toEqual({
      first_name: 'a',
      home_address: { address_kind: 'a', zip_code: '1' },
    });
  });
});

describe('a result that does not fit', () => {
  test('is told with all that is wrong and where, without its values', () => {
    const write = writer(Type.Array(Type.Object({ name: Type.String(), price: Type.Integer() })));
    expect(() => write([{ name: 'a', price: 1 }, { price: 'secret' }])).toThrow(
      new ResponseMismatch(
        'The result of Item.retrieve does not fit its response schema: #/1/name is required; #/1/price must be integer',
      ),
    );
  });

  test('of a union is told of the branch that was meant', () => {
    const write = writer(Type.Array(Type.Union([Named, Type.Null()])));
    expect(() => write([{ name: 1 }])).toThrow('schema: #/0/name must be string');
    expect(() => write([3])).toThrow('schema: #/0 must be object or null');
  });

  test('is only reported where the check is a log line, and goes out', () => {
    const write = responseOutput(Named, { hint: 'Item.retrieve', check: 'log' });
    const reported: string[] = [];
    const { text } = write({ name: 1 }, ({ message }) => reported.push(message));
    expect(text).toBe('{"name":1}');
    expect(reported).toEqual([expect.stringContaining('#/name must be string')]);
  });

  test('is not looked for where there is no check', () => {
    expect(writer(Named, { check: false })({ name: 1 })).toEqual({ name: 1 });
  });

  test('that is nothing at all is told so, whatever the check', () => {
    expect(() => writer(Type.Unknown(), { check: false })(undefined)).toThrow(
      'nothing that JSON has a form for',
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('because JSON has no form for it: %s', (n) => {
    expect(() => writer(Type.Object({ n: Type.Number() }))({ n })).toThrow('#/n must be number');
  });

  test('is no lone surrogate, which one record could break a list with', () => {
    expect(writer(Type.Array(Named))([{ name: '\ud800' }])).toEqual([{ name: '\ud800' }]);
  });
});

describe('of the branches of a union that fit', () => {
  test('the one that knows most of the result is taken', () => {
    const write = writer(
      Type.Union([
        Type.Object({ id: Type.Integer() }),
        Type.Object({ id: Type.Integer(), name: Type.String() }),
      ]),
    );
    expect(write({ id: 1, name: 'a', x: 1 })).toEqual({ id: 1, name: 'a' });
    expect(write({ id: 1, x: 1 })).toEqual({ id: 1 });
  });

  test('a union beside properties adds its own', () => {
    const write = writer(
      Type.Intersect([
        Named,
        Type.Union([Type.Object({ mail: Type.String() }), Type.Object({ phone: Type.String() })]),
      ]),
    );
    expect(write({ name: 'a', phone: 'b', x: 1 })).toEqual({ name: 'a', phone: 'b' });
  });
});
