import { type TSchema, Type } from '@sinclair/typebox';
import { bodies, parameters } from '../support/inputs';

const faultsOf = (schema: TSchema, body: unknown) => bodies(schema)(body).faults;
const Dog = Type.Object({ kind: Type.Literal('dog'), barks: Type.Integer() }, { $id: 'Dog' });
const Cat = Type.Object({ kind: Type.Literal('cat'), lives: Type.Integer() }, { $id: 'Cat' });

describe('a fault on the wire', () => {
  test('of a body is {detail, pointer, code}', () => {
    expect(faultsOf(Type.Object({ price: Type.Integer({ minimum: 0 }) }), { price: -1 })).toEqual([
      { detail: 'must be >= 0', pointer: '#/price', code: 'minimum' },
    ]);
  });

  test.each(['path', 'query', 'header'] as const)('of a %s is {detail, in, parameter, code}', (source) => {
    const check = parameters(Type.Object({ page: Type.Integer({ minimum: 1 }) }), { source });
    expect(check({ page: ['0'] }).faults).toEqual([
      { detail: 'must be >= 1', in: source, parameter: 'page', code: 'minimum' },
    ]);
  });

  test.each<[string, TSchema, unknown, object]>([
    [
      'a property that is missing',
      Type.Object({ a: Type.Any() }),
      {},
      { detail: 'is required', pointer: '#/a' },
    ],
    ['an enum', Type.Union([Type.Literal('a'), Type.Literal(1)]), 'x', { detail: 'must be one of "a", 1' }],
    [
      'an enum or null',
      Type.Union([Type.Literal('a'), Type.Null()]),
      'x',
      { detail: 'must be one of "a", null' },
    ],
    ['a constant', Type.Literal('a'), 'x', { detail: 'must be "a"' }],
    ['a type', Type.Integer(), 'x', { detail: 'must be integer' }],
    ['a type or null', Type.Union([Type.String(), Type.Null()]), 1, { detail: 'must be string or null' }],
    ['a format', Type.String({ format: 'email' }), 'x', { detail: 'must match format "email"' }],
    ['a length', Type.String({ minLength: 2 }), 'x', { detail: 'must NOT have fewer than 2 characters' }],
    ['an item', Type.Array(Type.Integer()), [1, 'x'], { detail: 'must be integer', pointer: '#/1' }],
    [
      'what never fits',
      Type.Object({ a: Type.Optional(Type.Never()) }),
      { a: 1 },
      { detail: 'is not allowed' },
    ],
    [
      'names',
      Type.Unsafe({ type: 'object', propertyNames: { maxLength: 1 } }),
      { long: 1 },
      { detail: 'has a property name that is not allowed', pointer: '#' },
    ],
    [
      'what a list has to hold',
      Type.Array(Type.Integer(), { contains: Type.Literal(7) }),
      [1, 2],
      { detail: 'does not hold the items that it must', pointer: '#' },
    ],
    [
      'a property that another asks for',
      Type.Object({ a: Type.Optional(Type.String()) }, { dependentRequired: { a: ['b'] } }),
      { a: 'x' },
      { detail: 'is required', pointer: '#/b' },
    ],
    [
      'a condition',
      Type.Object(
        { a: Type.Boolean() },
        { if: { properties: { a: { const: false } } }, else: { required: ['b'] } },
      ),
      { a: true },
      { detail: 'is required', pointer: '#/b' },
    ],
  ])('of %s is one, and says what to do', (_, schema, body, expected) => {
    expect(faultsOf(schema, body)).toEqual([expect.objectContaining(expected)]);
  });

  test('has a pointer that a URI may hold', () => {
    const names = ['a/b', 'c~d', 'e f', 'g#h', 'ü'];
    const schema = Type.Object(Object.fromEntries(names.map((name) => [name, Type.Integer()])));
    const body = Object.fromEntries(names.map((name) => [name, 'x']));
    expect(faultsOf(schema, body)?.map((fault) => 'pointer' in fault && fault.pointer)).toEqual([
      '#/a~1b',
      '#/c~0d',
      '#/e%20f',
      '#/g%23h',
      '#/%C3%BC',
    ]);
  });
});

describe('the faults of a union', () => {
  const Pet = Type.Union([Dog, Cat]);

  test('are those of the branch whose constant came', () => {
    expect(faultsOf(Pet, { kind: 'cat', lives: 'nine' })).toEqual([
      { detail: 'must be integer', pointer: '#/lives', code: 'type' },
    ]);
  });

  test('say which constants there are', () => {
    expect(faultsOf(Pet, { kind: 'cow' })).toEqual([
      { detail: 'must be one of "dog", "cat"', pointer: '#/kind', code: 'enum' },
    ]);
    expect(faultsOf(Pet, { lives: 9 })).toEqual([
      { detail: 'is required', pointer: '#/kind', code: 'required' },
    ]);
  });

  test('say which types there are', () => {
    expect(faultsOf(Pet, 'x')).toEqual([{ detail: 'must be object', pointer: '#', code: 'type' }]);
    expect(faultsOf(Type.Union([Type.String(), Type.Array(Type.Any())]), 1)).toEqual([
      { detail: 'must be string or array', pointer: '#', code: 'type' },
    ]);
  });

  test('are those of the only branch of the type', () => {
    expect(faultsOf(Type.Union([Dog, Type.Null()]), { kind: 'dog', barks: 'x' })).toEqual([
      { detail: 'must be integer', pointer: '#/barks', code: 'type' },
    ]);
  });

  test('are those of the only branch whose required properties came', () => {
    const schema = Type.Union([
      Type.Object({ mail: Type.String({ format: 'email' }) }),
      Type.Object({ phone: Type.String() }),
    ]);
    expect(faultsOf(schema, { mail: 'x' })).toEqual([
      { detail: 'must match format "email"', pointer: '#/mail', code: 'format' },
    ]);
  });

  test('are one where nothing tells what was meant', () => {
    const schema = Type.Object({
      id: Type.Union([Type.String({ format: 'uuid' }), Type.String({ format: 'email' })]),
    });
    expect(faultsOf(schema, { id: 'x' })).toEqual([
      { detail: 'must match one of the allowed schemas', pointer: '#/id', code: 'anyOf' },
    ]);
  });

  test('do not hide those beside them', () => {
    const schema = Type.Object({ first: Type.Integer(), pet: Pet, last: Type.Integer() });
    expect(faultsOf(schema, { first: 'x', pet: { kind: 'dog' }, last: 'x' })).toEqual([
      { detail: 'must be integer', pointer: '#/first', code: 'type' },
      { detail: 'is required', pointer: '#/pet/barks', code: 'required' },
      { detail: 'must be integer', pointer: '#/last', code: 'type' },
    ]);
  });

  test('are told below other named schemas, in lists, and for a component that both branches share', () => {
    const Money = Type.Object({ amount: Type.Integer() }, { $id: 'Money' });
    const Card = Type.Object({ by: Type.Literal('card'), sum: Money }, { $id: 'Card' });
    const Cash = Type.Object({ by: Type.Literal('cash'), sum: Money }, { $id: 'Cash' });
    const Payment = Type.Union([Card, Cash, Type.Null()], { $id: 'Payment' });
    const Order = Type.Object({ payments: Type.Array(Payment), total: Money }, { $id: 'Order' });
    const Cart = Type.Object({ orders: Type.Record(Type.String(), Order) }, { $id: 'Cart' });
    const order = {
      payments: [null, { by: 'cash', sum: { amount: 'x' } }, { by: 'gold', sum: {} }, 7],
      total: { amount: 'x' },
    };
    expect(faultsOf(Cart, { orders: { a: order } })).toEqual([
      { detail: 'must be integer', pointer: '#/orders/a/payments/1/sum/amount', code: 'type' },
      { detail: 'must be one of "card", "cash"', pointer: '#/orders/a/payments/2/by', code: 'enum' },
      { detail: 'must be object or null', pointer: '#/orders/a/payments/3', code: 'type' },
      { detail: 'must be integer', pointer: '#/orders/a/total/amount', code: 'type' },
    ]);
  });

  test('of a union in a branch of a union are told too', () => {
    const schema = Type.Union([
      Type.Object({ kind: Type.Literal('owner'), pet: Pet }),
      Type.Object({ kind: Type.Literal('alone') }),
    ]);
    expect(faultsOf(schema, { kind: 'owner', pet: { kind: 'dog', barks: 'x' } })).toEqual([
      { detail: 'must be integer', pointer: '#/pet/barks', code: 'type' },
    ]);
  });

  test('of a recursive schema are told where they are', () => {
    const Formula = Type.Recursive(
      (This) =>
        Type.Union([
          Type.Object({ op: Type.Literal('and'), args: Type.Array(This) }),
          Type.Object({ op: Type.Literal('is'), value: Type.Boolean() }),
        ]),
      { $id: 'Formula' },
    );
    const body = {
      op: 'and',
      args: [
        { op: 'is', value: true },
        { op: 'and', args: [{ op: 'is', value: 1 }] },
      ],
    };
    expect(faultsOf(Formula, body)).toEqual([
      { detail: 'must be boolean', pointer: '#/args/1/args/0/value', code: 'type' },
    ]);
  });

  test('are in the names of the wire', () => {
    const check = bodies(
      Type.Union([
        Type.Object({ petKind: Type.Literal('dog'), barkCount: Type.Integer() }),
        Type.Object({ petKind: Type.Literal('cat') }),
      ]),
      { naming: 'snake_case' },
    );
    expect(check({ pet_kind: 'dog', bark_count: 'x' }).faults).toMatchObject([{ pointer: '#/bark_count' }]);
    expect(check({ pet_kind: 'cow' }).faults).toMatchObject([{ pointer: '#/pet_kind' }]);
  });
});

describe('what came is not repeated', () => {
  const SECRET = 'hunter2-hunter2';
  test.each<[string, TSchema, unknown]>([
    ['a type', Type.Object({ a: Type.Integer() }), { a: SECRET }],
    ['a format', Type.String({ format: 'email' }), SECRET],
    ['a pattern', Type.String({ pattern: '^x' }), SECRET],
    ['a length', Type.String({ maxLength: 3 }), SECRET],
    ['an enum', Type.Union([Type.Literal('a'), Type.Literal('b')]), SECRET],
    ['a constant', Type.Literal('a'), SECRET],
    ['a tag', Type.Union([Dog, Cat]), { kind: SECRET }],
    ['unique items', Type.Array(Type.String(), { uniqueItems: true }), [SECRET, SECRET]],
    ['a missing property', Type.Object({ a: Type.Integer() }), { password: SECRET }],
    ['not', Type.Not(Type.String()), SECRET],
    ['a number', Type.Number({ multipleOf: 7 }), 31337133713],
  ])('in a fault of %s', (_, schema, body) => {
    const text = JSON.stringify(faultsOf(schema, body));
    expect(text).toContain('"code"');
    expect(text).not.toMatch(/hunter2|31337/);
  });

  test('in a fault below a name of the client that is long or broken: it is told of the object', () => {
    const schema = Type.Object({ all: Type.Record(Type.String(), Type.Integer()) });
    expect(faultsOf(schema, { all: { ['x'.repeat(5000)]: 'y' } })).toMatchObject([{ pointer: '#/all' }]);
    const check = bodies(Type.Object({ a: Type.Object({}) }), { unknown: 'forbid' });
    expect(check({ a: { ['x'.repeat(5000)]: 1 } }).faults).toMatchObject([{ pointer: '#/a' }]);
    expect(check(JSON.parse('{"a":{"\\ud800":1}}')).faults).toMatchObject([{ pointer: '#/a' }]);
  });
});

describe('how many faults there are', () => {
  test('at most 50', () => {
    const faults = faultsOf(Type.Array(Type.Integer()), Array(10_000).fill('x'));
    expect(faults).toHaveLength(50);
    expect(faults?.at(-1)).toEqual({ detail: 'must be integer', pointer: '#/49', code: 'type' });
  });

  test('at most 50 of unions', () => {
    expect(faultsOf(Type.Array(Type.Union([Dog, Cat])), Array(10_000).fill({ kind: 'x' }))).toHaveLength(50);
  });

  test('each once', () => {
    const twice = Type.Intersect([Type.Object({ a: Type.Integer() }), Type.Object({ a: Type.Integer() })]);
    expect(faultsOf(twice, { a: 'x' })).toHaveLength(1);
  });
});
