import fc from 'fast-check';
import { compileExpression, isExpressionFault } from '../../lib/expression';
import type { Condition, Scalar } from '../../lib/operations';
import { fields, nodesOf } from './fields';

const limits = { maxLength: 10_000, maxNodes: 1000, maxDepth: 50 };

const pieces = [
  ...[
    'AND',
    'OR',
    'NOT',
    'and',
    '-',
    '(',
    ')',
    '=',
    '!=',
    '<',
    '<=',
    '>',
    '>=',
    ':',
    '*',
    '\\',
    '"',
    "'",
    ',',
  ],
  ...[
    ...fields.keys(),
    '.',
    ' ',
    ' ',
    ' ',
    '1',
    '-1',
    'true',
    'null',
    '2024-01-01T00:00:00Z',
    '!',
    '"a*"',
    '\0',
  ],
];

const soup = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...pieces) },
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(''));

test('any text gives a condition within the limits, or a fault in it', () => {
  fc.assert(
    fc.property(soup, (text) => {
      const found = compileExpression(text, fields);
      if (!isExpressionFault(found)) return nodesOf(found) <= 50;
      return found.detail.startsWith('must ') && found.position >= 0 && found.position <= text.length;
    }),
    { numRuns: 2000 },
  );
});

test('nothing of the text is in a fault', () => {
  // No sentence of ours has these letters, so that any would be the client's.
  const secret = fc.string({ unit: fc.constantFrom('ж', 'щ', 'ю'), minLength: 1, maxLength: 4 });
  const spiced = fc.array(fc.oneof(fc.constantFrom(...pieces), secret), { maxLength: 20 });
  let faults = 0;
  fc.assert(
    fc.property(spiced, (parts) => {
      const found = compileExpression(parts.join(''), fields);
      if (!isExpressionFault(found)) return true;
      faults++;
      return !/[жщю]/.test(JSON.stringify(found));
    }),
    { numRuns: 1000 },
  );
  expect(faults).toBeGreaterThan(500);
});

test('each character is looked at a few times, however long the text', () => {
  const looks = (text: string) => {
    const spy = jest.spyOn(String.prototype, 'charCodeAt');
    try {
      compileExpression(text, fields, { maxLength: 1e6, maxNodes: 1e6, maxDepth: 100 });
      return spy.mock.calls.length;
    } finally {
      spy.mockRestore();
    }
  };
  const units = [
    'stock=1 OR ',
    'name = "a\\*b" AND ',
    '-(name:x) AND ',
    '((',
    ' ',
    '*',
    'name',
    'name = "',
    '\\',
    '-',
  ];
  for (const unit of [...units, '"\\"', 'NOT ', 'stock=1)', 'a.']) {
    for (const prefix of ['', 'name = ', 'name = "']) {
      const text = prefix + unit.repeat(300);
      expect(looks(text)).toBeGreaterThanOrEqual(text.length);
      expect(looks(text)).toBeLessThan(8 * text.length + 50);
    }
  }
});

/* What a condition is written like: the other way round. */

const namesOfPaths = new Map([...fields].map(([name, { path }]) => [path, name]));
const signs = { eq: '=', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;

function print(condition: Condition): string {
  switch (condition.op) {
    case 'and':
    case 'or':
      return condition.conditions.map((part) => `(${print(part)})`).join(` ${condition.op.toUpperCase()} `);
    case 'not':
      return `NOT (${print(condition.condition)})`;
    case 'in':
    case 'not_in':
      throw new Error('An expression has no lists.');
  }
  const name = namesOfPaths.get(condition.field) as string;
  const has = fields.get(name)?.many ? ':' : '=';
  switch (condition.op) {
    case 'is_null':
      return condition.value ? `${name} = null` : `${name}:*`;
    case 'contains':
      if (condition.ignoreCase) return `${name}:${quote(condition.value)}`;
      return `${name}${has}${quote(condition.value, '*', '*')}`;
    case 'starts_with':
      return `${name} ${has} ${quote(condition.value, '', '*')}`;
    case 'ends_with':
      return `${name} ${has} ${quote(condition.value, '*')}`;
    default:
      return `${name} ${condition.op === 'eq' ? has : signs[condition.op]} ${literal(condition.value)}`;
  }
}

function quote(text: string, before = '', after = ''): string {
  return `"${before}${text.replaceAll(/[\\"'*]/g, '\\$&')}${after}"`;
}

function literal(value: Scalar): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? quote(value) : String(value);
}

/** As the compiler gives them: no group within one of its kind. */
function group(op: 'and' | 'or', parts: readonly Condition[]): Condition {
  const conditions = parts.flatMap((part) => (part.op === op ? part.conditions : [part]));
  return { op, conditions };
}

const anyText = fc
  .string({ unit: 'grapheme', maxLength: 8 })
  .filter((text) => text.isWellFormed() && !text.includes('\0'));
const someText = anyText.filter((text) => text !== '');
const syntax = fc.constantFrom('*', 'a*', '**', '"', "\\'", '\\', 'AND', 'null', '-1', '(a)', ' a ', ':');
const integer = fc.integer();
const date = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const order = fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge');
const equality = fc.constantFrom('eq', 'ne');
const one = fc.constantFrom('display_name', 'category.name', 'name');

const comparison = (op: fc.Arbitrary<string>, field: fc.Arbitrary<string>, value: fc.Arbitrary<Scalar>) =>
  fc.record({ op, field, value }) as fc.Arbitrary<Condition>;
const textMatch = (field: fc.Arbitrary<string>) =>
  fc.record({
    op: fc.constantFrom('contains', 'starts_with', 'ends_with'),
    field,
    value: fc.oneof(someText, syntax),
    ignoreCase: fc.constant(false),
  }) as fc.Arbitrary<Condition>;

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  comparison(order, one, fc.oneof(anyText, syntax)),
  comparison(order, fc.constant('stock'), integer),
  comparison(order, fc.constant('createdAt'), date),
  comparison(equality, fc.constant('active'), fc.boolean()),
  comparison(fc.constant('eq'), fc.constant('tags'), fc.oneof(anyText, syntax)),
  comparison(fc.constant('eq'), fc.constant('sizes'), integer),
  comparison(fc.constant('is_null'), fc.constantFrom('name', 'price', 'createdAt'), fc.boolean()),
  comparison(fc.constant('is_null'), fc.constant('tags'), fc.constant(false)),
  textMatch(one),
  textMatch(fc.constant('tags')),
  fc.record({
    op: fc.constant('contains'),
    field: one,
    value: fc.oneof(anyText, syntax),
    ignoreCase: fc.constant(true),
  }) as fc.Arbitrary<Condition>,
);

const { condition: anyCondition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    tie('condition').map((condition): Condition => ({ op: 'not', condition })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('condition'), { minLength: 2, maxLength: 4 }),
      )
      .map(([op, parts]) => group(op, parts)),
  ),
}));

test('what is printed reads as what it was', () => {
  fc.assert(
    fc.property(anyCondition, (condition) => {
      // A printed text can be longer than the most, which is then no matter of this.
      const text = print(condition);
      expect(compileExpression(text, fields, { ...limits, maxLength: text.length })).toEqual(condition);
    }),
    { numRuns: 500 },
  );
});
