import {
  compileExpression,
  type ExpressionFault,
  type ExpressionField,
  expressionLimits,
  isExpressionFault,
  isExpressionName,
} from '../../lib/expression';
import { field, fields } from './fields';

function faultOf(text: string, ...more: [limits?: Parameters<typeof compileExpression>[2]]): ExpressionFault {
  const found = compileExpression(text, fields, ...more);
  if (!isExpressionFault(found)) throw new Error(`No fault was found in ${text}`);
  return found;
}

const cases: readonly (readonly [text: string, code: string, position: number, detail: RegExp])[] = [
  // What stands where a term should.
  ['AND', 'syntax', 0, /comparison, a negation or "\(" at position 0$/],
  ['stock=1 AND', 'syntax', 11, /comparison, a negation or "\(" at position 11$/],
  ['stock=1 OR OR stock=2', 'syntax', 11, /at position 11$/],
  ['= 1', 'syntax', 0, /comparison/],
  ['()', 'syntax', 1, /comparison/],
  ['stock=1 AND )', 'syntax', 12, /comparison/],
  ['NOT', 'syntax', 3, /after the negation, at position 3$/],
  ['NOT NOT stock=1', 'syntax', 4, /after the negation/],
  ['--stock=1', 'syntax', 1, /after the negation/],
  ['-NOT stock=1', 'syntax', 1, /after the negation/],
  // What follows.
  ['stock', 'syntax', 5, /one of = != < <= > >= : after the field, at position 5$/],
  ['active', 'syntax', 6, /one of = != : after/],
  ['tags ! x', 'syntax', 5, /one of : after/],
  ['stock =', 'syntax', 7, /a value after the comparator, at position 7;/],
  ['stock == 1', 'syntax', 7, /a value/],
  ['name = AND', 'syntax', 7, /need quotes/],
  ['name = )', 'syntax', 7, /a value/],
  ['name = (a OR b)', 'syntax', 7, /one value at position 7; .* OR$/],
  ['stock=1 stock=2', 'syntax', 8, /AND or OR, in upper case, or its end at position 8;/],
  ['stock=1 and stock=2', 'syntax', 8, /upper case/],
  ['stock=1 && stock=2', 'syntax', 8, /upper case/],
  ['name = a b', 'syntax', 9, /values with spaces need quotes$/],
  ['name = "a" "b"', 'syntax', 11, /or its end/],
  ['stock=1 ANDstock=2', 'syntax', 8, /or its end/],
  ['(stock=1', 'syntax', 8, /"\)" at position 8/],
  ['(stock=1 stock=2)', 'syntax', 9, /"\)" at position 9/],
  ['stock=1)', 'syntax', 7, /a "\(" for the "\)" at position 7$/],
  // Quotes.
  ['name = "a', 'syntax', 7, /a second quote for the one at position 7$/],
  [`name = "a'`, 'syntax', 7, /a second quote/],
  ['name = "a\\', 'syntax', 9, /where there is a backslash, as at position 9$/],
  ['name = "a\\n"', 'syntax', 9, /one of \\\\ \\" \\' \\\* where/],
  ['name = a\\*', 'syntax', 8, /quotes around a value/],
  ["name = O'Brien", 'syntax', 8, /quotes around a value/],
  ['name = a=b', 'syntax', 8, /quotes around a value/],
  ['name = a,b', 'syntax', 8, /quotes around a value/],
  // What AIP-160 knows and this does not.
  ['Hugo', 'literal', 0, /field with a comparator at position 0;/],
  ['"Victor Hugo"', 'literal', 0, /not looked for$/],
  ['stock=1 AND -30', 'literal', 13, /position 13/],
  ['now()', 'function', 0, /no function/],
  ['name(stock)', 'function', 0, /no function/],
  ['created-at > now()', 'function', 13, /no function, as there is none; one is at position 13$/],
  ['price = 20s', 'value', 8, /a number that the field can have at position 8$/],
  // Fields.
  ['nmae = 1', 'field', 0, /one of these fields at position 0: name, displayName, category\.name, /],
  ['stock=1 OR nmae = 1', 'field', 11, /position 11/],
  ['Name = a', 'field', 0, /fields/],
  ['category.id = 1', 'field', 0, /fields/],
  ['category..name = 1', 'field', 0, /fields/],
  ['display_name = 1', 'field', 0, /fields/],
  ['tags.0 = 1', 'field', 0, /fields/],
  ['tags[0] = 1', 'field', 0, /fields/],
  ['10 < price', 'field', 0, /fields/],
  // Comparators that the type has not.
  ['active < true', 'comparator', 7, /a field of type boolean with = != :, not as at position 7$/],
  ['status > new', 'comparator', 7, /fixed values with = != :/],
  ['tags = x', 'comparator', 5, /a list with :, not as at position 5$/],
  ['sizes >= 1', 'comparator', 6, /a list/],
  ['tags = null', 'comparator', 5, /a list/],
  // Values that are none of the field.
  ['stock = 1.5', 'value', 8, /an integer/],
  ['stock = ""', 'value', 8, /an integer/],
  ['sizes:x', 'value', 6, /an integer/],
  ['price = 1e', 'value', 8, /a number/],
  ['active = TRUE', 'value', 9, /true or false at position 9$/],
  ['created-at = 2024-01-01', 'value', 13, /2024-01-31T12:00:00Z/],
  ['day = 2024-01-01T00:00:00Z', 'value', 6, /a date such as 2024-01-31 at/],
  ['status = old', 'value', 9, /a text that the field can have/],
  ['stock = "null"', 'value', 8, /an integer/],
  ['stock < null', 'value', 8, /null only after = or !=, not at position 8;/],
  ['name:null', 'value', 5, /null only after/],
  ['tags:null', 'value', 5, /NOT and :\*/],
  // Wildcards.
  ['name = "a*b"', 'wildcard', 9, /at position 9,/],
  ['name = "***"', 'wildcard', 9, /only at the start or the end/],
  ['name:"a*"', 'wildcard', 7, /at position 7,/],
  ['name:"*"', 'wildcard', 6, /wildcard/],
  ['name < "a*"', 'wildcard', 9, /wildcard/],
  ['price = 1*', 'wildcard', 9, /free text/],
  ['price = *', 'wildcard', 8, /free text/],
  ['status = n*', 'wildcard', 10, /free text/],
  ['sizes:4*', 'wildcard', 7, /free text/],
  // Texts that no store takes.
  ['name = "\0"', 'encoding', 8, /without NUL and lone surrogates; one is at position 8$/],
  ['name = "\ud800"', 'encoding', 8, /lone surrogates/],
  ['name = "😀\udc00"', 'encoding', 10, /lone surrogates/],
  ['\ud83d', 'encoding', 0, /lone surrogates/],
  ['\udc00\udc00', 'encoding', 0, /lone surrogates/],
];

test.each(cases)('%j is refused for its %s at %i', (text, code, position, detail) => {
  expect(faultOf(text)).toEqual({ code, position, detail: expect.stringMatching(detail) });
});

test.each([
  "'; drop table items; --",
  "name = 'x'; drop table items",
  '$ne = 1',
  '$where = 1',
  'name[$ne] = 1',
  '__proto__ = 1',
  '__proto__.name = 1',
  'constructor = 1',
  'constructor.name = x',
  'toString = 1',
  'hasOwnProperty:x',
  'password = "a*"',
  'name = x OR 1=1',
  '{"$gt":""}',
])('%s is refused', (text) => {
  expect(faultOf(text).code).toMatch(/^(field|literal|syntax)$/);
});

test('a value is a value, whatever is in it', () => {
  const values = ["'; drop table items; --", '$ne', '{"$gt":""}', '__proto__', '../..', '<script>'];
  for (const value of values) {
    const text = `name = "${value.replaceAll('"', '\\"')}"`;
    expect(compileExpression(text, fields)).toEqual({ op: 'eq', field: 'name', value });
  }
});

test('no more than fifty fields are listed', () => {
  const many = new Map(Array.from({ length: 60 }, (_, index) => [`f${index}`, field(`f${index}`)]));
  const found = compileExpression('x = 1', many as ReadonlyMap<string, ExpressionField>);
  expect(found).toMatchObject({ code: 'field', detail: expect.stringMatching(/, f49, and 10 more$/) });
});

describe('limits', () => {
  const times = (count: number, text: string, by: string) => Array(count).fill(text).join(by);

  test('of the length', () => {
    const longest = `name = ${'a'.repeat(993)}`;
    expect(compileExpression(longest, fields)).toMatchObject({ op: 'eq' });
    expect(faultOf(`${longest}a`)).toEqual({
      code: 'maxLength',
      position: 1000,
      detail: 'must have at most 1000 characters',
    });
    expect(faultOf('stock = 10', { maxLength: 9 })).toMatchObject({ code: 'maxLength', position: 9 });
  });

  test('of the nodes, the group being one', () => {
    expect(compileExpression(times(49, 'stock=1', ' OR '), fields)).toMatchObject({ op: 'or' });
    const position = 49 * 'stock=1 OR '.length;
    expect(faultOf(times(50, 'stock=1', ' OR '))).toMatchObject({ code: 'maxNodes', position });
    const limits = { maxNodes: 2 };
    expect(compileExpression('-stock=1', fields, limits)).toMatchObject({ op: 'not' });
    expect(compileExpression('name != "a*"', fields, limits)).toMatchObject({ op: 'not' });
    expect(faultOf('-name != "a*"', limits)).toMatchObject({ code: 'maxNodes', position: 1 });
    expect(faultOf('stock=1 AND stock=2', limits)).toMatchObject({
      code: 'maxNodes',
      position: 12,
      detail: expect.stringContaining('at most 2 comparisons'),
    });
  });

  test('of the depth', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}stock=1${')'.repeat(depth)}`;
    expect(compileExpression(nested(10), fields)).toMatchObject({ op: 'eq' });
    expect(faultOf(nested(11))).toMatchObject({ code: 'maxDepth', position: 10 });
    expect(compileExpression(`${nested(10)} AND ${nested(10)}`, fields)).toMatchObject({ op: 'and' });
    expect(compileExpression(nested(100), fields, { maxDepth: 100 })).toMatchObject({ op: 'eq' });
  });

  test.each(['(', ')', '-', '-(', 'NOT (', 'NOT ', '"', '*', 'stock=1 OR ', 'stock=1 AND ('])(
    '100,000 of %j are refused, whatever may be so long',
    (text) => {
      const long = text.repeat(100_000);
      expect(faultOf(long).code).toBe('maxLength');
      expect(faultOf(long, { maxLength: long.length }).code).toMatch(/^(maxDepth|maxNodes|syntax|literal)$/);
    },
  );

  test.each([
    [{ maxLength: 0 }, /maxLength .* positive integer, not 0/],
    [{ maxNodes: 1.5 }, /maxNodes .* not 1\.5/],
    [{ maxDepth: Number.NaN }, /maxDepth .* not NaN/],
    [{ maxDepth: 101 }, /maxDepth .* 100 at most, not 101/],
    [{ maxNodes: Number.POSITIVE_INFINITY }, /maxNodes/],
  ])('%j are no limits', (limits, message) => {
    expect(() => expressionLimits(limits)).toThrow(TypeError);
    expect(() => expressionLimits(limits)).toThrow(message);
    expect(() => compileExpression('', fields, limits)).toThrow(message);
  });

  test('have defaults', () => {
    expect(expressionLimits()).toEqual({ maxLength: 1000, maxNodes: 50, maxDepth: 10 });
    expect(expressionLimits({ maxDepth: 2 })).toEqual({ maxLength: 1000, maxNodes: 50, maxDepth: 2 });
  });
});

test.each([
  ['name', true],
  ['category.name', true],
  ['created-at', true],
  ['a.NOT', true],
  ['größe', true],
  ['', false],
  ['AND', false],
  ['NOT', false],
  ['-a', false],
  ['a b', false],
  ['a:b', false],
  ['a(b)', false],
  ['a=', false],
  ['"a"', false],
  ['a\\', false],
  ['a\0', false],
])('whether %j can be named: %s', (name, can) => {
  expect(isExpressionName(name)).toBe(can);
  const condition = compileExpression(`${name} = 1`, new Map([[name, field('x')]]));
  expect(!isExpressionFault(condition) && condition.op === 'eq').toBe(can);
});
