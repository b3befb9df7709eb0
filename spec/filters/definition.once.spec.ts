import { Type } from '@sinclair/typebox';
import {
  ExpressionFilter,
  FieldsFilter,
  Filter,
  GenericViewSet,
  ModelFilter,
  OrderingFilter,
  PaginationFilter,
  SearchFilter,
  TokenPaginationFilter,
} from 'express-viewsets';

const Item = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  price: Type.Integer(),
  state: Type.Union([Type.Literal('new'), Type.Literal('used')]),
  ref: Type.String({ format: 'uuid' }),
  sold: Type.Boolean(),
  seller: Type.Object({ name: Type.String() }),
  tags: Type.Array(Type.String()),
  sizes: Type.Array(Type.Integer()),
  parts: Type.Array(Type.Object({ width: Type.Integer() })),
  password: Type.String({ writeOnly: true }),
  pin: Type.Optional(Type.Union([Type.Integer({ writeOnly: true }), Type.Null()])),
  login: Type.Object({ name: Type.String() }, { writeOnly: true }),
});

/** Mistakes that TypeScript would refuse, too. */
const loose = (fields: object) => () => ModelFilter(Item, fields as never);

function mistake(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('W-8: a ModelFilter refuses', () => {
  test.each([
    [{ nope: ['eq'] }, 'The field "nope" of a ModelFilter is no scalar property of the schema.'],
    [{ seller: ['eq'] }, 'The field "seller" of a ModelFilter is no scalar property of the schema.'],
    [{ seller: { nope: ['eq'] } }, 'The field "seller.nope" of a ModelFilter is no scalar property'],
    [{ name: { first: ['eq'] } }, 'The field "name.first" of a ModelFilter is no scalar property'],
    [{ constructor: ['eq'] }, 'The field "constructor" of a ModelFilter is no scalar property'],
    [
      { name: ['equals'] },
      'The field "name" of a ModelFilter has the unknown operator "equals"; there are: eq, ne,',
    ],
    [{ name: ['toString'] }, 'has the unknown operator "toString"'],
    [
      { price: ['like'] },
      'has the operator "like", which is for texts that are no enums or UUIDs; its type is integer.',
    ],
    [{ ref: ['startswith'] }, 'has the operator "startswith", which is for texts that are no enums or UUIDs'],
    [{ state: ['ilike'] }, 'has the operator "ilike", which is for texts'],
    [{ sold: ['gt'] }, 'has the operator "gt", which is for texts, numbers and dates; its type is boolean.'],
    [{ name: 'eq' }, "needs a list of operators, as in { name: ['eq', 'in'] }."],
    [{ name: null }, "needs a list of operators, as in { name: ['eq', 'in'] }."],
    [{ name: ['eq', 'eq'] }, 'an operator is listed twice'],
    [{}, "A ModelFilter compares no field: name at least one, as in { name: ['eq', 'in'] }."],
    [{ name: [] }, 'The field "name" of a ModelFilter has no operators: name at least one'],
    [{ seller: {} }, 'The field "seller" of a ModelFilter compares no field'],
    [
      { sizes: ['range'] },
      'The field "sizes" of a ModelFilter has the operator "range", which is not for lists',
    ],
    [
      { parts: { width: ['ge', 'range'] } },
      'The field "parts.width" of a ModelFilter has the operator "range"',
    ],
    [{ password: ['eq'] }, 'The field "password" of a ModelFilter is writeOnly'],
    [{ pin: ['eq'] }, 'The field "pin" of a ModelFilter is writeOnly'],
    [{ login: { name: ['eq'] } }, 'The field "login.name" of a ModelFilter is writeOnly'],
    [{ login: ModelFilter(Item, { name: ['eq'] }) }, 'The field "login" of a ModelFilter is writeOnly'],
  ])('%j', (fields, sentence) => {
    expect(mistake(loose(fields))).toContain(sentence);
  });

  test('one operator under two names', () => {
    expect(
      mistake(() =>
        GenericViewSet({ name: 'Item', schema: Item, filter: loose({ price: ['ge', 'gte'] })() }),
      ),
    ).toMatch(/price__gte?/);
  });

  test.each([0, -1, 1.5, Number.NaN, '3'])('a longest list of %j', (maxItems) => {
    expect(mistake(() => ModelFilter(Item, { price: ['in'] }, { maxItems: maxItems as number }))).toMatch(
      /maxItems/,
    );
  });

  test.each([
    ['PaginationFilter', PaginationFilter()],
    ['TokenPaginationFilter', TokenPaginationFilter()],
    ['OrderingFilter', OrderingFilter(['name'])],
    ['FieldsFilter', FieldsFilter(Item)],
  ])('a relation with a %s', (label, other) => {
    const filter = Filter(ModelFilter(Item, { id: ['eq'] }), other);
    expect(mistake(() => ModelFilter(Item, { other: filter } as never))).toBe(
      `The field "other" of a ModelFilter has a filter with a ${label}, which makes no condition.`,
    );
  });

  test.each([[SearchFilter(['name'])], [SearchFilter(['nope'], { schema: Item })]])(
    'a relation that is searched without its schema, or in what it does not have (%#)',
    (search) => {
      expect(mistake(() => ModelFilter(Item, { other: search } as never))).toMatch(
        /has a filter that searches "(name|nope)", which is no text of its schema: give it as SearchFilter\(\[\.\.\.\], { schema }\)\./,
      );
    },
  );

  const Part = Type.Object({ width: Type.Integer() });
  test.each([
    ['the operator "range"', ModelFilter(Part, { width: ['range'] })],
    ['the operator "range"', ModelFilter(Item, { other: ModelFilter(Part, { width: ['range'] }) })],
    ['an ExpressionFilter', Filter(ModelFilter(Part, { width: ['eq'] }), ExpressionFilter(Part, ['width']))],
  ])(
    'a list with %s in its filter: each of several conditions would hold for another member',
    (label, filter) => {
      expect(mistake(loose({ parts: filter }))).toMatch(
        new RegExp(`^The field "parts" of a ModelFilter is a list, and has a filter with ${label}, whose`),
      );
      expect(loose({ seller: filter })).not.toThrow();
      expect(loose({ other: filter })).not.toThrow();
    },
  );

  test('a field that may be of several types', () => {
    const Odd = Type.Object({ id: Type.Union([Type.Integer(), Type.String()]) });
    expect(mistake(() => ModelFilter(Odd, { id: ['eq'] }))).toContain('is no scalar property of the schema');
  });
});

describe('other filters refuse', () => {
  test.each([[[]], ['name'], [undefined], [['']], [[1]]])('an order by %j', (fields) => {
    expect(mistake(() => OrderingFilter(fields as never))).toContain(
      'OrderingFilter needs the names of fields',
    );
  });

  test('an order that names a field twice', () => {
    expect(mistake(() => OrderingFilter(['name', 'name']))).toBe(
      'OrderingFilter names the field "name" twice.',
    );
  });

  test.each(['nope', '--name', '+name', ''])('a default order of %j', (text) => {
    expect(mistake(() => OrderingFilter(['name'], { default: [text] }))).toBe(
      `OrderingFilter can not sort by "${text}"; its fields are: name.`,
    );
  });

  test('a search in nothing', () => {
    expect(mistake(() => SearchFilter([]))).toContain('SearchFilter needs the names of fields');
  });

  test.each([{ maxTerms: 0 }, { maxTerms: -1 }, { maxLength: 0 }, { maxLength: Number.NaN }])(
    'a search with %j',
    (options) => {
      expect(mistake(() => SearchFilter(['name'], options))).toMatch(/maxTerms|maxLength/);
    },
  );

  test('fields that the schema does not have', () => {
    expect(mistake(() => FieldsFilter(Item, { fields: ['id', 'nope'] }))).toMatch(
      /^FieldsFilter names the field "nope", which its schema does not have: id, name/,
    );
  });

  test('an expression of what is no scalar', () => {
    expect(mistake(() => ExpressionFilter(Item, ['seller']))).toBe(
      'ExpressionFilter names the field "seller", which is no scalar of its schema.',
    );
  });

  test.each(['password', 'pin', 'login.name'])('an expression of "%s", which is never shown', (field) => {
    expect(mistake(() => ExpressionFilter(Item, ['name', field]))).toBe(
      `ExpressionFilter names the field "${field}", which is writeOnly: who may ask for it finds out what it is.`,
    );
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '20'])('pages of %j', (pageSize) => {
    const options = { pageSize: pageSize as number };
    expect(mistake(() => PaginationFilter(options))).toMatch(
      /^pageSize is .*: it has to be an integer from 1\.$/,
    );
    expect(mistake(() => TokenPaginationFilter(options))).toMatch(/^pageSize is/);
    expect(mistake(() => PaginationFilter({ maxPageSize: pageSize as number }))).toMatch(/^maxPageSize is/);
    expect(mistake(() => PaginationFilter({ maxPage: pageSize as number }))).toMatch(/^maxPage is/);
  });

  test('pages that are larger than they may be', () => {
    expect(mistake(() => PaginationFilter({ pageSize: 50, maxPageSize: 20 }))).toBe(
      'PaginationFilter has a pageSize of 50, which is more than its maxPageSize of 20.',
    );
    expect(mistake(() => PaginationFilter({ pageSize: 100, maxPageSize: 50 }))).toContain(
      'a pageSize of 100',
    );
    expect(mistake(() => TokenPaginationFilter({ pageSize: 600 }))).toContain('its maxPageSize of 500');
    expect(() => PaginationFilter({ maxPageSize: 20 })).not.toThrow();
  });

  test('a total that is no word for one', () => {
    expect(mistake(() => PaginationFilter({ total: 'sometimes' as never }))).toMatch(/total/);
  });

  test.each(['', 'short', '123456789012345', [], ['0123456789abcdef', 'short'], [undefined], null])(
    'a secret of %j',
    (secret) => {
      expect(mistake(() => TokenPaginationFilter({ secret: secret as never }))).toContain(
        '16 characters or more',
      );
    },
  );
});

describe('a secret that each process makes for itself', () => {
  const usual = process.env.NODE_ENV;
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  afterEach(() => {
    process.env.NODE_ENV = usual;
    warn.mockClear();
  });
  afterAll(() => warn.mockRestore());

  function make(environment: string, ...options: { secret?: string }[]) {
    process.env.NODE_ENV = environment;
    jest.isolateModules(() => {
      const filters = require('../../lib/filters/index.js') as typeof import('../../lib/filters/index.js');
      for (const given of options) filters.TokenPaginationFilter(given);
    });
    return warn.mock.calls;
  }

  test('is warned of in production, once', () => {
    expect(make('production', { secret: undefined }, {})).toEqual([
      [expect.stringMatching(/^A TokenPaginationFilter has no `secret`.* page tokens/), expect.anything()],
    ]);
  });

  test('is fine elsewhere, and none is made where one is given', () => {
    expect(make('test', {})).toEqual([]);
    expect(make('production', { secret: 'sixteen characters and more' })).toEqual([]);
  });
});

describe('a joined filter refuses', () => {
  test('two paginations', () => {
    const sentence = 'A filter has one pagination: PaginationFilter() or TokenPaginationFilter().';
    expect(mistake(() => Filter(PaginationFilter(), TokenPaginationFilter()))).toBe(sentence);
    expect(mistake(() => Filter(Filter(PaginationFilter()), PaginationFilter()))).toBe(sentence);
  });

  test('two parts with one parameter', () => {
    const prices = ModelFilter(Item, { price: ['eq'] });
    expect(mistake(() => Filter(prices, ModelFilter(Item, { price: ['eq', 'ge'] })))).toBe(
      'Two parts of a filter have the parameter "price": ModelFilter is the second one.',
    );
    expect(mistake(() => Filter(OrderingFilter(['name']), OrderingFilter(['price'])))).toContain('"sort"');
  });

  test('a parameter that is the alias of another', () => {
    const Odd = Type.Object({ id: Type.Integer(), q: Type.String() });
    const make = () =>
      GenericViewSet({
        name: 'Odd',
        schema: Odd,
        filter: Filter(ModelFilter(Odd, { q: ['eq'] }), SearchFilter(['q'])),
      });
    expect(mistake(make)).toMatch(/"q"/);
  });

  test.each([[undefined], [null], [{}], ['name'], [class {}]])('%p', (value) => {
    expect(mistake(() => Filter(value as never))).toMatch(/Filter\(\.\.\.\) takes filters, such as/);
  });
});

describe('a view refuses', () => {
  const viewOf = (options: object) => () =>
    GenericViewSet({ name: 'Item', schema: Item, ...options } as never);

  test('a filter that is none', () => {
    expect(mistake(viewOf({ filter: {} }))).toContain('The `filter` of the resource Item is no filter');
  });

  test.each([
    [OrderingFilter(['nope']), 'can not sort by "nope"'],
    [OrderingFilter(['seller']), 'can not sort by "seller"'],
    [OrderingFilter(['tags']), 'can not sort by "tags"'],
    [OrderingFilter(['constructor']), 'can not sort by "constructor"'],
    [SearchFilter(['price']), 'can not search by "price"'],
    [SearchFilter(['state']), 'can not search by "state"'],
    [SearchFilter(['nope.name']), 'can not search by "nope.name"'],
  ])('fields that its schema does not have (%#)', (filter, sentence) => {
    expect(mistake(viewOf({ filter }))).toContain(sentence);
  });

  test('no pagination and a filter with one', () => {
    expect(mistake(viewOf({ pagination: false, filter: PaginationFilter() }))).toBe(
      'The resource Item has `pagination: false`, and a filter that has one.',
    );
  });

  test.each([0, -1, 1.5, Number.NaN])('a maxItems of %j', (maxItems) => {
    expect(mistake(viewOf({ pagination: false, maxItems }))).toMatch(/maxItems/);
  });

  test('a query parameter of its own that its filter has, too', () => {
    const query = Type.Object({ price: Type.Optional(Type.String()) });
    expect(mistake(viewOf({ query, filter: ModelFilter(Item, { price: ['eq'] }) }))).toMatch(/"price"/);
  });

  test('fields to choose that its schema does not have', () => {
    const Other = Type.Object({ id: Type.Integer(), other: Type.String() });
    expect(mistake(viewOf({ filter: FieldsFilter(Other) }))).toMatch(/"other"/);
  });
});

test.each([
  ['sort', OrderingFilter(['password'])],
  ['search', SearchFilter(['password'])],
])('a list that would %s by what nobody is shown', (use, filter) => {
  const schema = Type.Object({ id: Type.Integer(), password: Type.String({ writeOnly: true }) });
  expect(mistake(() => GenericViewSet({ name: 'User', schema, filter }))).toBe(
    `The filter of the resource User can not ${use} by "password", which is writeOnly: who may ask for it finds out what it is.`,
  );
});
