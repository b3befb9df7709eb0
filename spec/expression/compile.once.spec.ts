import { compileExpression } from '../../lib/expression';
import type { Condition, Scalar } from '../../lib/operations';
import { fields } from './fields';

const eq = (field: string, value: Scalar): Condition => ({ op: 'eq', field, value });
const isNull = (field: string, value: boolean): Condition => ({ op: 'is_null', field, value });
const not = (condition: Condition): Condition => ({ op: 'not', condition });
const and = (...conditions: Condition[]): Condition => ({ op: 'and', conditions });
const or = (...conditions: Condition[]): Condition => ({ op: 'or', conditions });
const text = (
  op: 'contains' | 'starts_with' | 'ends_with',
  field: string,
  value: string,
  ignoreCase = false,
): Condition => ({ op, field, value, ignoreCase });

const [a, b, c, d] = [1, 2, 3, 4].map((value) => eq('stock', value)) as [
  Condition,
  Condition,
  Condition,
  Condition,
];

const tables: Readonly<Record<string, readonly (readonly [text: string, condition: Condition])[]>> = {
  'comparators and literals': [
    ['price = 10', eq('price', 10)],
    ['price=10', eq('price', 10)],
    ['price != 10', { op: 'ne', field: 'price', value: 10 }],
    ['price < 10', { op: 'lt', field: 'price', value: 10 }],
    ['price <= 10', { op: 'le', field: 'price', value: 10 }],
    ['price > 10', { op: 'gt', field: 'price', value: 10 }],
    ['price>=10.5', { op: 'ge', field: 'price', value: 10.5 }],
    ['price = -5', eq('price', -5)],
    ['price>-5', { op: 'gt', field: 'price', value: -5 }],
    ['price = 2.997e9', eq('price', 2.997e9)],
    ['price = "10"', eq('price', 10)],
    ['price:10', eq('price', 10)],
    ['active = true', eq('active', true)],
    ['active != false', { op: 'ne', field: 'active', value: false }],
    ['active:true', eq('active', true)],
    ['created-at >= 2024-01-01T00:00:00Z', { op: 'ge', field: 'createdAt', value: new Date('2024-01-01') }],
    [
      'created-at<2012-04-21T11:30:00-04:00',
      { op: 'lt', field: 'createdAt', value: new Date('2012-04-21T15:30Z') },
    ],
    ['created-at:2024-01-01T00:00:00Z', eq('createdAt', new Date('2024-01-01'))],
    ['created-at = "2024-01-01T00:00:00.5Z"', eq('createdAt', new Date('2024-01-01T00:00:00.500Z'))],
    ['day > 2024-02-29', { op: 'gt', field: 'day', value: '2024-02-29' }],
    ['name < m', { op: 'lt', field: 'name', value: 'm' }],
    ['name = com.google', eq('name', 'com.google')],
    ['name = a:b', eq('name', 'a:b')],
    ['name = price', eq('name', 'price')],
    ['name = true', eq('name', 'true')],
    ['name = and', eq('name', 'and')],
    ['name = Ünïcödé😀', eq('name', 'Ünïcödé😀')],
    ['displayName = x', eq('display_name', 'x')],
    ['category.name = x', eq('category.name', 'x')],
    ['status = new', eq('status', 'new')],
    ['status:new', eq('status', 'new')],
  ],
  quotes: [
    ['name = "a b"', eq('name', 'a b')],
    [`name = 'a "b" c'`, eq('name', 'a "b" c')],
    [`name = "it's"`, eq('name', "it's")],
    ['name = ""', eq('name', '')],
    [String.raw`name = "\"\'\\\*"`, eq('name', '"\'\\*')],
    [String.raw`name = 'a\'b'`, eq('name', "a'b")],
    ['name = "AND"', eq('name', 'AND')],
    ['name = "(a) = b, c"', eq('name', '(a) = b, c')],
    ['name = "\t\n"', eq('name', '\t\n')],
    ['name = "%_"', eq('name', '%_')],
    ['name="a"AND stock=1', and(eq('name', 'a'), a)],
    ['(name="a")OR(stock=1)', or(eq('name', 'a'), a)],
  ],
  'null and presence': [
    ['name = null', isNull('name', true)],
    ['stock != null', isNull('stock', false)],
    ['name = "null"', eq('name', 'null')],
    ['name = NULL', eq('name', 'NULL')],
    ['name:*', isNull('name', false)],
    ['price: *', isNull('price', false)],
    ['active:*', isNull('active', false)],
    ['tags:*', isNull('tags', false)],
    ['-name:*', not(isNull('name', false))],
    ['name = "*"', isNull('name', false)],
    ['name = **', isNull('name', false)],
    ['name != *', isNull('name', true)],
  ],
  wildcards: [
    ['name = "a*"', text('starts_with', 'name', 'a')],
    ['name = a*', text('starts_with', 'name', 'a')],
    ['name = "*.foo"', text('ends_with', 'name', '.foo')],
    ['name = "*a b*"', text('contains', 'name', 'a b')],
    ['name != "a*"', not(text('starts_with', 'name', 'a'))],
    [String.raw`name = "a\*"`, eq('name', 'a*')],
    [String.raw`name = "a\**"`, text('starts_with', 'name', 'a*')],
    [String.raw`name = "*\*"`, text('ends_with', 'name', '*')],
    [String.raw`name = "\\*"`, text('starts_with', 'name', '\\')],
    [String.raw`name = "a\*b"`, eq('name', 'a*b')],
    ['name = "100%*"', text('starts_with', 'name', '100%')],
  ],
  has: [
    ['name:foo', text('contains', 'name', 'foo', true)],
    ['name : "foo bar"', text('contains', 'name', 'foo bar', true)],
    [String.raw`name:"\*"`, text('contains', 'name', '*', true)],
    ['name:a:b', text('contains', 'name', 'a:b', true)],
    ['tags:x', eq('tags', 'x')],
    ['tags:"x*"', text('starts_with', 'tags', 'x')],
    ['tags:"*x*"', text('contains', 'tags', 'x')],
    ['sizes:42', eq('sizes', 42)],
    ['NOT tags:x', not(eq('tags', 'x'))],
  ],
  'logic, where OR binds tighter': [
    ['', and()],
    [' \t\n', and()],
    ['stock=1 AND stock=2', and(a, b)],
    ['stock=1 OR stock=2 OR stock=3', or(a, b, c)],
    ['stock=1 AND stock=2 OR stock=3', and(a, or(b, c))],
    ['stock=1 OR stock=2 AND stock=3', and(or(a, b), c)],
    ['stock=1 OR stock=2 AND stock=3 OR stock=4', and(or(a, b), or(c, d))],
    ['(stock=1 AND stock=2) OR stock=3', or(and(a, b), c)],
    ['(stock=1)', a],
    ['( ( stock = 1 ) )', a],
    ['stock=1 AND (stock=2 AND (stock=3 AND stock=4))', and(a, b, c, d)],
    ['(stock=1 OR stock=2) OR stock=3', or(a, b, c)],
    ['NOT stock=1', not(a)],
    ['-stock=1', not(a)],
    ['- stock=1', not(a)],
    ['NOT(stock=1)', not(a)],
    ['-(stock=1 OR stock=2)', not(or(a, b))],
    ['NOT stock=1 AND stock=2', and(not(a), b)],
    ['NOT stock=1 OR stock=2', or(not(a), b)],
    ['-stock=-1', not(eq('stock', -1))],
    ['NOT (NOT stock=1)', not(not(a))],
    ['NOT (stock=1 AND stock=2) AND stock=3', and(not(and(a, b)), c)],
    ['\u00a0stock=1\u00a0AND\u3000stock=2 ', and(a, b)],
    [
      'price >= 10 AND (name = "a*" OR tags:"x")',
      and({ op: 'ge', field: 'price', value: 10 }, or(text('starts_with', 'name', 'a'), eq('tags', 'x'))),
    ],
  ],
};

describe.each(Object.entries(tables))('%s', (_, table) => {
  test.each(table)('%s', (expression, condition) => {
    expect(compileExpression(expression, fields)).toEqual(condition);
  });
});
