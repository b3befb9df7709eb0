import type { Comparison, FieldCondition, Scalar } from '../../operations/index.js';
import { largeFixtures } from '../fixtures.js';
import { type CaseDefinition, defineWhere } from '../harness.js';
import type { Product, ProductDocument } from '../product.js';

type Column = keyof Product;
type Value = Scalar | null;

const operators: Record<Comparison['op'], [words: string, holds: (a: Scalar, b: Scalar) => boolean]> = {
  eq: ['equals', (a, b) => a === b],
  ne: ['differs from', (a, b) => a !== b],
  lt: ['is less than', (a, b) => a < b],
  le: ['is at most', (a, b) => a <= b],
  gt: ['is greater than', (a, b) => a > b],
  ge: ['is at least', (a, b) => a >= b],
};

/** Instants as numbers, so that the operators of JavaScript compare them. */
function plain(value: Value | undefined, column: Column): Value {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.getTime();
  return column === 'created_at' ? Date.parse(String(value)) : value;
}

/** A comparison of a column that does not hold for null, but for `ne`. */
function compares(op: Comparison['op'], column: Column, value: Scalar) {
  const compared = plain(value, column) as Scalar;
  return (product: ProductDocument): boolean => {
    const own = plain(product[column], column);
    return own === null ? op === 'ne' : operators[op][1](own, compared);
  };
}

function comparisons(title: string, column: Column, value: Scalar, ops = Object.keys(operators)) {
  return (ops as Comparison['op'][]).map((op) =>
    defineWhere(
      `${title} ${operators[op][0]} a value: "${op}"`,
      { op, field: column, value },
      compares(op, column, value),
    ),
  );
}

const equalities = ['eq', 'ne'];

function equalText(what: string, column: Column, value: string): CaseDefinition[] {
  return [
    defineWhere(
      `a text that ${what} is found by "eq"`,
      { op: 'eq', field: column, value },
      (product) => product[column] === value,
    ),
    defineWhere(
      `a text that ${what} is left out by "ne"`,
      { op: 'ne', field: column, value },
      (product) => product[column] !== value,
    ),
  ];
}

const isNull = (column: Column, value: boolean) =>
  defineWhere(
    `a field that is ${value ? '' : 'not '}null is found by "is_null": ${column}`,
    { op: 'is_null', field: column, value },
    (product) => (product[column] === null) === value,
  );

function member(
  title: string,
  op: 'in' | 'not_in',
  column: Column,
  value: readonly Scalar[],
): CaseDefinition {
  const set = new Set(value.map((item) => plain(item, column)));
  return defineWhere(title, { op, field: column, value } as FieldCondition, (product) => {
    const own = plain(product[column], column);
    return own === null ? op === 'not_in' : set.has(own) === (op === 'in');
  });
}

export const comparisonCases: readonly CaseDefinition[] = [
  ...comparisons('an integer', 'id', 9),
  ...comparisons('an integer that may be null', 'price', 20),
  ...comparisons('a negative integer', 'price', -5, ['eq', 'ne', 'le', 'gt']),
  ...comparisons('zero', 'price', 0, ['eq', 'ne', 'lt', 'ge']),
  ...comparisons('a float that may be null', 'rating', 2),
  ...comparisons('a float with a fraction', 'rating', 0.3, equalities),
  ...comparisons('a tiny float', 'rating', 1e-7, equalities),
  ...comparisons('a huge float', 'rating', 1e21, equalities),
  ...comparisons('a negative float', 'rating', -0.5, ['eq', 'ne', 'lt', 'ge']),
  ...comparisons('a text', 'sku', 'p12'),
  ...comparisons('a text that may be null', 'description', 'class', equalities),
  ...comparisons('a boolean that is true', 'active', true, equalities),
  ...comparisons('a boolean that is false', 'active', false, equalities),
  ...comparisons('an instant', 'created_at', new Date('2024-01-15T10:00:00.000Z')),
  ...comparisons('an instant by the millisecond', 'created_at', new Date('2024-01-01T00:00:00.001Z')),
  ...comparisons('an instant before 1970', 'created_at', new Date('1969-12-31T23:59:59.999Z'), equalities),
  ...comparisons('a day that may be null', 'released_on', '2024-02-29'),
  defineWhere(
    'a large integer is compared exactly: "eq"',
    { op: 'eq', field: 'price', value: Number.MAX_SAFE_INTEGER },
    ({ price }) => price === Number.MAX_SAFE_INTEGER,
    { needs: ['largeIntegers'], fixtures: largeFixtures },
  ),
  defineWhere(
    'a large integer is compared exactly: "gt"',
    { op: 'gt', field: 'price', value: 2 ** 31 - 1 },
    ({ price }) => price !== null && price > 2 ** 31 - 1,
    { needs: ['largeIntegers'], fixtures: largeFixtures },
  ),
  ...equalText('differs from others in case only', 'name', 'apple'),
  ...equalText('is empty', 'name', ''),
  ...equalText('is empty where others are null', 'description', ''),
  ...equalText('has blanks around it', 'name', ' padded '),
  ...equalText('has an underscore', 'name', 'a_b'),
  ...equalText('has a per cent sign', 'name', '100%'),
  ...equalText('has a backslash', 'name', 'back\\slash'),
  ...equalText('has quotes', 'name', `O'Neill "quoted"`),
  ...equalText('has a line break', 'name', 'line\nbreak'),
  ...equalText('is not ASCII', 'name', 'Äpfel'),
  ...equalText('has an emoji', 'name', '😀 smile'),
  isNull('price', true),
  isNull('price', false),
  isNull('description', true),
  isNull('description', false),
  isNull('rating', true),
  isNull('released_on', false),
  isNull('category_id', true),
  defineWhere(
    'a field that is never null is not found by "is_null"',
    { op: 'is_null', field: 'name', value: true },
    () => false,
    { holdsFor: 'none' },
  ),
  member('"in" holds for each of its values', 'in', 'id', [1, 2, 25, 99]),
  member('"in" does not hold for null', 'in', 'price', [100, -5, 20]),
  member('"not_in" holds for null', 'not_in', 'price', [100, -5, 20]),
  member('"in" of one value is "eq"', 'in', 'sku', ['p01']),
  member('"not_in" of one value is "ne"', 'not_in', 'description', ['x']),
  member('"in" takes texts with case', 'in', 'name', ['apple', '100%', 'A.B', '']),
  member('"in" takes floats', 'in', 'rating', [0.1, 4.25, 1e21]),
  member('"in" takes instants', 'in', 'created_at', [
    new Date('2024-01-01T00:00:00.001Z'),
    new Date('2024-06-01T00:00:00.000Z'),
  ]),
  member('"not_in" takes instants', 'not_in', 'created_at', [new Date('2024-01-01T00:00:00.000Z')]),
  member('"in" takes booleans', 'in', 'active', [true]),
  member('"in" takes the same value twice', 'in', 'id', [3, 3]),
  defineWhere('"in" of nothing holds for nothing', { op: 'in', field: 'price', value: [] }, () => false, {
    holdsFor: 'none',
  }),
  defineWhere(
    '"not_in" of nothing holds for everything',
    { op: 'not_in', field: 'price', value: [] },
    () => true,
    {
      holdsFor: 'all',
    },
  ),
  defineWhere(
    '"in" takes 300 values',
    { op: 'in', field: 'id', value: Array.from({ length: 300 }, (_, index) => index + 5) },
    ({ id }) => id >= 5,
  ),
];
