import { type TSchema, Type } from '@sinclair/typebox';
import { addFormat } from 'express-viewsets';
import { Components, toWire } from '../../lib/schema/index';
import type { WireOptions } from '../../lib/schema/wire';

function written(schema: TSchema, options: Partial<WireOptions> = {}) {
  const { schema: root, components } = toWire(schema, { mode: 'document', ...options });
  return { root, components: components.schemas };
}

const rootOf = (schema: TSchema, options?: Partial<WireOptions>) => written(schema, options).root;

describe('the forms of TypeBox become those of JSON Schema 2020-12', () => {
  test('a tuple is prefixItems, and nothing after them', () => {
    expect(rootOf(Type.Tuple([Type.String(), Type.Integer()]))).toEqual({
      type: 'array',
      prefixItems: [{ type: 'string' }, { type: 'integer' }],
      items: false,
      minItems: 2,
      maxItems: 2,
    });
  });

  test('a record of any names is additionalProperties', () => {
    expect(rootOf(Type.Record(Type.String(), Type.Integer()))).toEqual({
      type: 'object',
      additionalProperties: { type: 'integer' },
    });
  });

  test('a record of some names keeps its pattern', () => {
    expect(rootOf(Type.Record(Type.String({ pattern: '^x-' }), Type.Integer()))).toEqual({
      type: 'object',
      patternProperties: { '^x-': { type: 'integer' } },
    });
  });

  test('a union of literals is an enum', () => {
    expect(rootOf(Type.Union([Type.Literal('a'), Type.Literal('b')]))).toEqual({
      type: 'string',
      enum: ['a', 'b'],
    });
  });

  test('an enum of several types has no single type', () => {
    enum Mixed {
      One = 1,
      Two = 'two',
    }
    expect(rootOf(Type.Enum(Mixed))).toEqual({ type: ['number', 'string'], enum: [1, 'two'] });
  });

  test('literals or null are one enum', () => {
    expect(rootOf(Type.Union([Type.Literal('a'), Type.Literal('b'), Type.Null()]))).toEqual({
      type: ['string', 'null'],
      enum: ['a', 'b', null],
    });
  });

  test('an enum or null is one enum', () => {
    const letter = Type.Union([Type.Literal('a'), Type.Literal('b')]);
    expect(rootOf(Type.Union([letter, Type.Null()]))).toEqual({
      type: ['string', 'null'],
      enum: ['a', 'b', null],
    });
  });

  test('a scalar or null is a type of both, whatever their order', () => {
    const expected = { type: ['string', 'null'], minLength: 1, description: 'a name' };
    const name = Type.String({ minLength: 1 });
    const options = { description: 'a name' };
    expect(rootOf(Type.Union([name, Type.Null()], options))).toEqual(expected);
    expect(rootOf(Type.Union([Type.Null(), name], options))).toEqual(expected);
  });

  test('an object or null stays a union', () => {
    expect(rootOf(Type.Union([Type.Object({}), Type.Null()])).anyOf).toHaveLength(2);
  });

  test('an intersection is allOf', () => {
    expect(
      rootOf(Type.Intersect([Type.Object({ a: Type.String() }), Type.Object({ b: Type.String() })])),
    ).toMatchObject({ allOf: [{ properties: { a: {} } }, { properties: { b: {} } }] });
  });

  test('a regular expression is a string with a pattern', () => {
    expect(rootOf(Type.RegExp(/^a+$/))).toEqual({ type: 'string', pattern: '^a+$' });
  });

  test('Any, Unknown and Never', () => {
    expect(rootOf(Type.Any())).toEqual({});
    expect(rootOf(Type.Unknown())).toEqual({});
    expect(rootOf(Type.Never())).toEqual({ not: {} });
  });

  test('what is written shares nothing with the schema', () => {
    const schema = Type.Object({ tags: Type.Array(Type.String(), { default: ['a'] }) });
    const before = JSON.stringify(schema);
    const { properties } = rootOf(schema) as { properties: { tags: { default: string[] } } };
    properties.tags.default.push('b');
    expect(JSON.stringify(schema)).toBe(before);
  });
});

describe('named schemas', () => {
  test('an $id is a component, once', () => {
    const Money = Type.Object({ amount: Type.Integer() }, { $id: 'Money' });
    const { root, components } = written(Type.Object({ net: Money, gross: Money }));
    expect(root.properties).toEqual({
      net: { $ref: '#/components/schemas/Money' },
      gross: { $ref: '#/components/schemas/Money' },
    });
    expect(Object.keys(components)).toEqual(['Money']);
  });

  test('the name of a URI is its last part, in characters that OpenAPI allows', () => {
    const { root } = written(Type.String({ $id: 'https://example.com/schemas/blog post.json' }));
    expect(root).toEqual({ $ref: '#/components/schemas/blog_post' });
  });

  test('a recursive schema with an $id refers to its component', () => {
    const Node = Type.Recursive((This) => Type.Object({ children: Type.Array(This) }), { $id: 'Node' });
    expect(written(Node)).toEqual({
      root: { $ref: '#/components/schemas/Node' },
      components: {
        Node: {
          type: 'object',
          required: ['children'],
          properties: { children: { type: 'array', items: { $ref: '#/components/schemas/Node' } } },
        },
      },
    });
  });

  test('a recursive schema without one is named for where it stands, the same each time', () => {
    const write = () => {
      const Tree = Type.Recursive((This) => Type.Object({ children: Type.Array(This) }));
      return Object.keys(written(Type.Object({ root_node: Tree }), { hint: 'Forest' }).components);
    };
    expect(write()).toEqual(['ForestRootNode']);
    expect(write()).toEqual(['ForestRootNode']);
  });

  test('a module brings the schemas that refer to each other', () => {
    const Blog = Type.Module({
      Post: Type.Object({ author: Type.Ref('Author') }),
      Author: Type.Object({ posts: Type.Array(Type.Ref('Post')) }),
    });
    const { root, components } = written(Type.Array(Blog.Import('Post')));
    expect(root).toEqual({ type: 'array', items: { $ref: '#/components/schemas/Post' } });
    expect(Object.keys(components).sort()).toEqual(['Author', 'Post']);
  });

  test('what stands beside a reference is kept', () => {
    const Module = Type.Module({
      A: Type.Object({ b: Type.Ref('B', { description: 'the other' }) }),
      B: Type.String(),
    });
    expect(written(Module.Import('A')).components.A?.properties).toEqual({
      b: { $ref: '#/components/schemas/B', description: 'the other' },
    });
  });

  test('two schemas of one $id are refused, also in two calls', () => {
    const components = new Components();
    toWire(Type.String({ $id: 'Name' }), { mode: 'document' }, components);
    expect(() => toWire(Type.Integer({ $id: 'Name' }), { mode: 'document' }, components)).toThrow(
      'Two different schemas have the $id "Name"',
    );
  });

  test('two copies of one schema are not', () => {
    const Name = () => Type.String({ $id: 'Name' });
    expect(written(Type.Object({ a: Name(), b: Name() })).components).toEqual({ Name: { type: 'string' } });
  });
});

describe('names in snake_case', () => {
  const snake = { naming: 'snake_case' } as const;

  test('of properties and of what is required', () => {
    expect(rootOf(Type.Object({ firstName: Type.String(), b: Type.Optional(Type.String()) }), snake)).toEqual(
      {
        type: 'object',
        required: ['first_name'],
        properties: { first_name: { type: 'string' }, b: { type: 'string' } },
      },
    );
  });

  test('wherever else they are named', () => {
    const schema = Type.Object(
      { cardNumber: Type.Optional(Type.String()), billTo: Type.Optional(Type.String()) },
      {
        dependentRequired: { cardNumber: ['billTo'] },
        allOf: [Type.Unsafe({ required: ['cardNumber'] })],
      },
    );
    expect(rootOf(schema, snake)).toMatchObject({
      dependentRequired: { card_number: ['bill_to'] },
      allOf: [{ required: ['card_number'] }],
    });
  });

  test('two properties of one name on the wire are refused', () => {
    expect(() => rootOf(Type.Object({ aB: Type.String(), a_b: Type.String() }), snake)).toThrow(
      'two properties that are both "a_b"',
    );
  });

  test('a name that no JSON has is refused', () => {
    expect(() => rootOf(Type.Object({ '\ud800': Type.String() }))).toThrow('half of a pair of UTF-16');
    expect(() => rootOf(Type.Object({ '\ud83d\ude00': Type.String() }))).not.toThrow();
  });
});

describe('what is left out', () => {
  const schema = Type.Object({
    id: Type.Integer({ readOnly: true }),
    secret: Type.String({ writeOnly: true }),
  });

  test('nothing of the document', () => {
    expect(rootOf(schema)).toMatchObject({ required: ['id', 'secret'] });
  });

  test('what only the other side writes is not asked for', () => {
    expect(rootOf(schema, { mode: 'input' }).required).toEqual(['secret']);
    expect(rootOf(schema, { mode: 'output' }).required).toEqual(['id']);
  });
});

describe('mistakes are found when a schema is written', () => {
  const refused = (schema: TSchema, options: Partial<WireOptions> = { hint: 'Item' }) => {
    expect(() => rootOf(schema, options)).toThrow(TypeError);
    try {
      rootOf(schema, options);
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };

  test('a Date, with what to write instead', () => {
    expect(refused(Type.Object({ at: Type.Date() }))).toBe(
      'The schema of Item at #/properties/at has the type "Date", which JSON has no form for: ' +
        "use Type.String({ format: 'date-time' }), for which a result may hold a Date.",
    );
  });

  test.each([
    ['Uint8Array', Type.Uint8Array()],
    ['undefined', Type.Undefined()],
    ['bigint', Type.BigInt()],
    ['void', Type.Void()],
    ['symbol', Type.Symbol()],
  ])('the type %s', (name, schema) => {
    expect(refused(schema)).toContain(`has the type "${name}", which JSON has no form for`);
  });

  test('a transform', () => {
    const Flag = Type.Transform(Type.String())
      .Decode((text) => text === 'yes')
      .Encode((flag) => (flag ? 'yes' : 'no'));
    expect(refused(Type.Object({ flag: Flag }))).toContain('at #/properties/flag is a Type.Transform');
  });

  test('an unknown keyword, but not an extension', () => {
    expect(refused(Type.String({ minLenght: 1 }))).toContain('has the unknown keyword "minLenght"');
    expect(rootOf(Type.String({ 'x-column': 'name' }))).toEqual({ type: 'string', 'x-column': 'name' });
  });

  test('an unknown format, until it is added', () => {
    const Iban = Type.String({ format: 'iban-of-wire-spec' });
    expect(refused(Iban)).toContain('has the unknown format "iban-of-wire-spec"');
    addFormat('iban-of-wire-spec', /^[A-Z]{2}/);
    expect(rootOf(Iban)).toEqual({ type: 'string', format: 'iban-of-wire-spec' });
  });

  test('two formats of one name', () => {
    expect(() => addFormat('email', /x/)).toThrow('There is a format "email" already');
  });

  test('a reference that is not in reach', () => {
    expect(refused(Type.Object({ author: Type.Ref('Author') }))).toContain(
      'at #/properties/author refers to "Author", which is not in reach (none)',
    );
  });

  test('a pattern that is no regular expression', () => {
    expect(refused(Type.String({ pattern: '(' }))).toContain('has the pattern "("');
    expect(refused(Type.RegExp(/a{/))).toContain('has the pattern "a{"');
    expect(refused(Type.Record(Type.String({ pattern: '^[' }), Type.String()))).toContain('has the pattern');
  });

  test('flags of a regular expression, which would be lost', () => {
    expect(refused(Type.RegExp(/a/i))).toContain('has the flags "i"');
  });

  test('a property named __proto__', () => {
    expect(refused(Type.Object({ inner: Type.Object({ ['__proto__']: Type.String() }) }))).toContain(
      'at #/properties/inner declares the property "__proto__"',
    );
  });

  test('something that is no schema', () => {
    expect(refused(Type.Object({ a: undefined as never }))).toContain('at #/properties/a is no schema');
  });
});
