import { type TSchema, Type } from '@sinclair/typebox';
import { bodies } from '../support/inputs';

const codes = (outcome: { faults?: { code: string }[] }) => outcome.faults?.map(({ code }) => code);
const json = (text: string): unknown => JSON.parse(text);

const Person = Type.Object({ name: Type.String(), age: Type.Optional(Type.Integer()) });

describe('unknown properties', () => {
  const Address = Type.Object({ street: Type.String() });
  const Shapes: Record<string, [schema: TSchema, sent: object, kept: object]> = {
    'an object': [Person, { name: 'a', extra: 1 }, { name: 'a' }],
    'a nested object': [
      Type.Object({ to: Address }),
      { to: { street: 'x', extra: 1 } },
      { to: { street: 'x' } },
    ],
    'objects in a list': [
      Type.Object({ all: Type.Array(Address) }),
      { all: [{ street: 'x', extra: 1 }] },
      { all: [{ street: 'x' }] },
    ],
    'objects in a record': [
      Type.Record(Type.String(), Address),
      { home: { street: 'x', extra: 1 } },
      { home: { street: 'x' } },
    ],
    'an intersection': [
      Type.Intersect([Person, Address]),
      { name: 'a', street: 'x', extra: 1 },
      { name: 'a', street: 'x' },
    ],
    'a union': [
      Type.Union([
        Type.Object({ kind: Type.Literal('a'), x: Type.Integer() }),
        Type.Object({ kind: Type.Literal('b') }),
      ]),
      { kind: 'a', x: 1, extra: 1 },
      { kind: 'a', x: 1 },
    ],
    'an intersection with a union': [
      Type.Intersect([
        Person,
        Type.Union([Type.Object({ mail: Type.String() }), Type.Object({ phone: Type.String() })]),
      ]),
      { name: 'a', phone: 'x', extra: 1 },
      { name: 'a', phone: 'x' },
    ],
    'a nullable object': [Type.Union([Person, Type.Null()]), { name: 'a', extra: 1 }, { name: 'a' }],
    'a named schema': [
      Type.Object({ name: Type.String() }, { $id: 'Named' }),
      { name: 'a', extra: 1 },
      { name: 'a' },
    ],
    'a recursive schema': [
      Type.Recursive((This) => Type.Object({ next: Type.Optional(This) }), { $id: 'Link' }),
      { next: { next: {}, extra: 1 } },
      { next: { next: {} } },
    ],
    'a record of some names': [Type.Record(Type.Number(), Type.String()), { 1: 'a', extra: 'b' }, { 1: 'a' }],
  };

  describe.each(Object.entries(Shapes))('of %s', (_, [schema, sent, kept]) => {
    test('are dropped by default', () => {
      expect(bodies(schema)(sent)).toEqual({ value: kept });
    });

    test('are a fault where they are forbidden, and declared ones are none', () => {
      const check = bodies(schema, { unknown: 'forbid' });
      const { faults } = check(sent);
      expect(faults).toHaveLength(1);
      expect(faults?.[0]).toMatchObject({
        detail: 'is not a known property',
        pointer: expect.stringMatching(/\/extra$/),
        code: 'additionalProperties',
      });
      expect(check(kept)).toEqual({ value: kept });
    });

    test('are kept where they are wanted', () => {
      expect(bodies(schema, { unknown: 'keep' })(sent)).toEqual({ value: sent });
    });
  });

  test('are a fault where the schema itself forbids them', () => {
    const check = bodies(Type.Object({ a: Type.String() }, { additionalProperties: false }));
    expect(codes(check({ a: 'x', b: 1 }))).toEqual(['additionalProperties']);
  });

  test('are kept where the schema itself allows them, without what pollutes', () => {
    const check = bodies(Type.Object({ a: Type.String() }, { additionalProperties: true }));
    expect(check(json('{"a":"x","b":{"c":1,"__proto__":{"d":1}},"constructor":1}'))).toEqual({
      value: { a: 'x', b: { c: 1 } },
    });
  });

  test('that the schema describes are as it says', () => {
    const check = bodies(Type.Object({ a: Type.String() }, { additionalProperties: Type.Integer() }));
    expect(check({ a: 'x', b: 1 })).toEqual({ value: { a: 'x', b: 1 } });
    expect(check({ a: 'x', b: 'y' }).faults).toEqual([
      { detail: 'must be integer', pointer: '#/b', code: 'type' },
    ]);
  });

  test('of free-form JSON are none, also in a union', () => {
    const schema = Type.Object({
      data: Type.Union([Type.Unsafe({ type: 'object' }), Type.Null()]),
      any: Type.Unknown(),
    });
    const body = { data: { a: { b: 1 } }, any: { c: [1] } };
    expect(bodies(schema, { unknown: 'forbid' })(body)).toEqual({ value: body });
  });

  test('are told all at once', () => {
    const check = bodies(Person, { unknown: 'forbid' });
    expect(check({ name: 1, x: 1, y: 1 }).faults).toHaveLength(3);
  });

  test('beside a union are told when the rest is right', () => {
    const schema = Type.Intersect([
      Person,
      Type.Union([Type.Object({ a: Type.Integer() }), Type.Object({ b: Type.Integer() })]),
    ]);
    const check = bodies(schema, { unknown: 'forbid' });
    expect(check({ name: 1, a: 1, extra: 1 }).faults).toEqual([
      { detail: 'must be string', pointer: '#/name', code: 'type' },
    ]);
    expect(check({ name: 'a', a: 1, extra: 1 }).faults).toEqual([
      { detail: 'is not a known property', pointer: '#/extra', code: 'additionalProperties' },
    ]);
  });
});

describe('which branch of a union is taken', () => {
  test('the one whose constant it has', () => {
    const check = bodies(
      Type.Union([
        Type.Object({ kind: Type.Literal('a'), same: Type.Optional(Type.String()) }),
        Type.Object({ kind: Type.Literal('b'), same: Type.Optional(Type.String()), own: Type.Integer() }),
      ]),
    );
    expect(check({ kind: 'b', own: 1 })).toEqual({ value: { kind: 'b', own: 1 } });
  });

  test('the one that knows most of what is there', () => {
    const check = bodies(
      Type.Union([
        Type.Object({ id: Type.Integer() }),
        Type.Object({ id: Type.Integer(), name: Type.String() }),
      ]),
    );
    expect(check({ id: 1, name: 'a' })).toEqual({ value: { id: 1, name: 'a' } });
    expect(check({ id: 1 })).toEqual({ value: { id: 1 } });
  });

  test('the one that fits', () => {
    const check = bodies(
      Type.Union([
        Type.Object({ v: Type.Integer(), a: Type.Optional(Type.String()) }),
        Type.Object({ v: Type.String(), b: Type.Optional(Type.String()) }),
      ]),
    );
    expect(check({ v: 'x', a: '1', b: '2' })).toEqual({ value: { v: 'x', b: '2' } });
  });

  test('by its type', () => {
    const check = bodies(Type.Union([Type.String(), Type.Array(Person), Person]));
    expect(check('x')).toEqual({ value: 'x' });
    expect(check([{ name: 'a', x: 1 }])).toEqual({ value: [{ name: 'a' }] });
    expect(check({ name: 'a', x: 1 })).toEqual({ value: { name: 'a' } });
  });

  test('of a union in a union', () => {
    const check = bodies(
      Type.Union([
        Type.Union([Type.Object({ a: Type.Integer() }), Type.Object({ b: Type.Integer() })]),
        Type.Object({ c: Type.Integer() }),
      ]),
    );
    expect(check({ b: 1, x: 1 })).toEqual({ value: { b: 1 } });
  });

  test('where just one may fit', () => {
    const check = bodies(
      Type.Unsafe({ oneOf: [Type.Object({ a: Type.Integer() }), Type.Object({ b: Type.Integer() })] }),
    );
    expect(check({ b: 1, x: 1 })).toEqual({ value: { b: 1 } });
    expect(check({ a: 1, b: 1 }).faults).toEqual([
      { detail: 'must match exactly one of the allowed schemas', pointer: '#', code: 'oneOf' },
    ]);
  });
});

describe('a property that several parts of an intersection declare', () => {
  test('is as all of them say', () => {
    const check = bodies(
      Type.Intersect([
        Type.Object({ at: Type.Object({ x: Type.Integer() }) }),
        Type.Object({ at: Type.Object({ y: Type.Integer() }) }),
      ]),
    );
    expect(check({ at: { x: 1, y: 2, z: 3 } })).toEqual({ value: { at: { x: 1, y: 2 } } });
  });
});

describe('defaults', () => {
  const schema = Type.Object({
    size: Type.Integer({ default: 10 }),
    tags: Type.Optional(Type.Array(Type.String(), { default: ['new'] })),
    inner: Type.Optional(Type.Object({ on: Type.Boolean({ default: true }) })),
  });

  test('fill in what was left out, at any depth', () => {
    expect(bodies(schema)({ inner: {} })).toEqual({
      value: { size: 10, tags: ['new'], inner: { on: true } },
    });
  });

  test('do not replace what was sent', () => {
    expect(bodies(schema)({ size: 1, tags: [] })).toEqual({ value: { size: 1, tags: [] } });
  });

  test('are another copy each time', () => {
    const check = bodies(schema);
    (check({}).value as { tags: string[] }).tags.push('changed');
    expect(check({})).toEqual({ value: { size: 10, tags: ['new'] } });
  });

  test('are left out of a partial update, except in what is replaced whole', () => {
    const check = bodies(schema, { partial: true });
    expect(check({})).toEqual({ value: {} });
    expect(check({ inner: {} })).toEqual({ value: { inner: { on: true } } });
  });

  test('of a named schema are left out of a partial update too', () => {
    const named = Type.Object({ size: Type.Integer({ default: 10 }) }, { $id: 'Sized' });
    expect(bodies(named, { partial: true })({})).toEqual({ value: {} });
  });
});

describe('what only the server writes', () => {
  const schema = Type.Object({
    id: Type.Integer({ readOnly: true }),
    name: Type.String(),
    inner: Type.Optional(Type.Object({ rank: Type.Integer({ readOnly: true }) })),
  });

  test.each(['drop', 'forbid', 'keep'] as const)(
    'is taken and not handed on, so that what was read can be sent back (%s)',
    (unknown) => {
      expect(bodies(schema, { unknown })({ id: 'x', name: 'a', inner: { rank: 1 } })).toEqual({
        value: { name: 'a', inner: {} },
      });
    },
  );
});

describe('names in snake_case', () => {
  const schema = Type.Object({
    firstName: Type.String(),
    homeAddress: Type.Optional(Type.Object({ zipCode: Type.String() })),
  });
  const check = bodies(schema, { naming: 'snake_case' });

  test('become those of the program', () => {
    expect(check({ first_name: 'a', home_address: { zip_code: '1' } })).toEqual({
      value: { firstName: 'a', homeAddress: { zipCode: '1' } },
    });
  });

  test('are those of the faults', () => {
    expect(check({ firstName: 'a', home_address: { zip_code: 1 } }).faults).toEqual([
      { detail: 'is required', pointer: '#/first_name', code: 'required' },
      { detail: 'must be string', pointer: '#/home_address/zip_code', code: 'type' },
    ]);
  });

  test('tell the branches of a union apart', () => {
    const union = bodies(
      Type.Union([
        Type.Object({ itemKind: Type.Literal('a'), someText: Type.String() }),
        Type.Object({ itemKind: Type.Literal('b') }),
      ]),
      { naming: 'snake_case' },
    );
    expect(union({ item_kind: 'a', some_text: 'x' })).toEqual({ value: { itemKind: 'a', someText: 'x' } });
  });
});

describe('free-form JSON', () => {
  const check = bodies(Type.Object({ data: Type.Unknown() }));
  const nested = (depth: number) => json(`${'['.repeat(depth)}${']'.repeat(depth)}`);

  test('loses the names that reach a prototype, at any depth', () => {
    const { value } = check(
      json(
        '{"data":{"__proto__":{"a":1},"list":[{"constructor":{"prototype":{"a":1}}}],"prototype":1,"b":2}}',
      ),
    );
    expect(value).toEqual({ data: { list: [{}], b: 2 } });
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  test('is a copy', () => {
    const body = { data: { a: [1] } };
    const { value } = check(body) as { value: typeof body };
    value.data.a.push(2);
    expect(body).toEqual({ data: { a: [1] } });
  });

  test('nests 100 levels deep, and no deeper', () => {
    expect(check({ data: nested(99) })).toEqual({ value: { data: nested(99) } });
    expect(check({ data: nested(100) }).faults).toEqual([
      { detail: 'must not nest deeper than 100 levels', pointer: '#', code: 'maxDepth' },
    ]);
  });

  const placed: [string, TSchema][] = [
    ['a body', Type.Unknown()],
    ['additional properties', Type.Object({}, { additionalProperties: true })],
    ['the members of a record', Type.Record(Type.String(), Type.Any())],
    ['items', Type.Object({ data: Type.Array(Type.Any()) })],
    ['items of a list that says nothing of them', Type.Object({ data: Type.Unsafe({ type: 'array' }) })],
    ['items that are true', Type.Object({ data: Type.Unsafe({ type: 'array', items: true }) })],
    ['what is not a string', Type.Object({ data: Type.Not(Type.String()) })],
    ['a branch of a union', Type.Object({ data: Type.Union([Type.String(), Type.Array(Type.Any())]) })],
  ];

  test.each(placed)('is bounded in depth as %s', (_, schema) => {
    expect(codes(bodies(schema)({ data: nested(20_000) }))).toEqual(['maxDepth']);
  });

  test('is bounded in depth among unknown properties that are kept', () => {
    expect(codes(bodies(Type.Object({}), { unknown: 'keep' })({ data: nested(20_000) }))).toEqual([
      'maxDepth',
    ]);
  });

  test.each(placed)('holds nothing that can not be sent back, as %s', (_, schema) => {
    const check = bodies(schema);
    expect(codes(check(json('{"data":[1e999]}')))).toEqual(['jsonValue']);
    expect(codes(check(json('{"data":["\\ud800"]}')))).toEqual(['jsonValue']);
    expect(codes(check(json('{"data":[{"\\ud800":1}]}')))).toEqual(['jsonValue']);
    expect(check(json('{"data":[1.5,"\\ud83d\\ude00"]}'))).toEqual({ value: { data: [1.5, '\u{1f600}'] } });
  });

  test('holds nothing of that kind among unknown properties that are kept', () => {
    const check = bodies(Type.Object({}), { unknown: 'keep' });
    expect(codes(check(json('{"data":[1e999]}')))).toEqual(['jsonValue']);
  });
});

describe('declared names that every object inherits', () => {
  test('are read from what was sent, and not from the prototype', () => {
    const check = bodies(
      Type.Object({ constructor: Type.Optional(Type.String()), toString: Type.Optional(Type.String()) }),
    );
    expect(check({})).toEqual({ value: {} });
    expect(check(json('{"constructor":"a","toString":"b"}'))).toEqual({
      value: { constructor: 'a', toString: 'b' },
    });
  });

  test('are missing where they are required', () => {
    expect(codes(bodies(Type.Object({ toString: Type.String() }))({}))).toEqual(['required']);
  });
});

describe('numbers and text', () => {
  const check = bodies(
    Type.Object({
      n: Type.Optional(Type.Number()),
      i: Type.Optional(Type.Integer()),
      s: Type.Optional(Type.String()),
    }),
  );

  test.each(['{"n":1e999}', '{"n":-1e999}', '{"i":1e999}', `{"i":${'9'.repeat(400)}}`])(
    'an infinite number is refused: %s',
    (text) => {
      expect(codes(check(json(text)))).toContain('type');
    },
  );

  test.each(['9007199254740992', '9007199254740993', '-9007199254740992', '1e300'])(
    'an integer that is not exact is refused: %s',
    (text) => {
      expect(codes(check(json(`{"i":${text}}`)))).toEqual(['safeInteger']);
    },
  );

  test('the largest exact integers are taken, and an integer may be written with a fraction of zero', () => {
    expect(check(json('{"i":9007199254740991}'))).toEqual({ value: { i: Number.MAX_SAFE_INTEGER } });
    expect(check(json('{"i":1.0}'))).toEqual({ value: { i: 1 } });
  });

  test('nothing is coerced', () => {
    expect(codes(check({ n: '1', i: true, s: 1 }))).toEqual(['type', 'type', 'type']);
  });

  test('a lone surrogate is refused, and other text is left as it is', () => {
    expect(codes(check(json('{"s":"a\\ud800"}')))).toEqual(['wellFormed']);
    const text = 'a\u0000\u202e\u0065\u0301\u00e9';
    expect(check({ s: text })).toEqual({ value: { s: text } });
  });

  test('a lone surrogate in a name of a record is refused', () => {
    const record = bodies(Type.Record(Type.String(), Type.Integer()));
    expect(codes(record(json('{"\\ud800":1}')))).toEqual(['wellFormedNames']);
  });
});

describe('recursive schemas', () => {
  const nested = (depth: number, wrap: (inner: unknown) => unknown) => {
    let value: unknown = {};
    for (let level = 0; level < depth; level += 1) value = wrap(value);
    return value;
  };

  test('are bounded in depth', () => {
    const check = bodies(
      Type.Recursive((This) => Type.Object({ next: Type.Optional(This) }), { $id: 'Chain' }),
    );
    expect(codes(check(nested(20_000, (next) => ({ next }))))).toEqual(['maxDepth']);
    expect(check(nested(50, (next) => ({ next })))).toEqual({ value: nested(50, (next) => ({ next })) });
  });

  /** What tells the branches apart comes after what nests, and the value is of the last branch. */
  const expression = (tagged: boolean) =>
    Type.Recursive(
      (This) => {
        const branch = (name: string) =>
          Type.Object({
            inner: Type.Optional(This),
            ...(tagged
              ? { op: Type.Literal(name) }
              : { detail: Type.Object({ [name]: Type.Literal(name) }) }),
          });
        return Type.Union([branch('a'), branch('b'), branch('c')]);
      },
      { $id: 'Expression' },
    );

  test('take a time that grows with the value, where a constant tells the branches apart', () => {
    const check = bodies(expression(true));
    const deep = (innermost: string) => {
      let value: object = { op: innermost };
      for (let level = 0; level < 90; level += 1) value = { inner: value, op: 'c' };
      return value;
    };
    expect(check(deep('c'))).toEqual({ value: deep('c') });
    expect(check(deep('x')).faults).toEqual([
      { detail: 'must be one of "a", "b", "c"', pointer: `#${'/inner'.repeat(90)}/op`, code: 'enum' },
    ]);
  });

  test('are refused before they take a time that explodes', () => {
    const check = bodies(expression(false));
    let value: object = { detail: { c: 'x' } };
    for (let level = 0; level < 90; level += 1) value = { inner: value, detail: { c: 'c' } };
    expect(check(value).faults).toEqual([
      { detail: 'is too complex to be checked', pointer: '#', code: 'complexity' },
    ]);
  });
});

describe('a body that is missing', () => {
  test('is required', () => {
    expect(bodies(Person)(undefined).faults).toEqual([
      { detail: 'a body is required', pointer: '#', code: 'required' },
    ]);
  });

  test('is not null', () => {
    expect(codes(bodies(Person)(null))).toEqual(['type']);
    expect(bodies(Type.Null())(null)).toEqual({ value: null });
  });
});
