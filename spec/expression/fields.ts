import type { ExpressionField } from '../../lib/expression';
import type { Condition, FieldPath } from '../../lib/operations';

const readers: Readonly<Record<ExpressionField['type'], ExpressionField['read']>> = {
  string: (text) => text,
  integer: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : undefined),
  number: (text) => (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text) ? Number(text) : undefined),
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  'date-time': (text) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) ? new Date(text) : undefined,
  date: (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined),
};

export function field(
  path: FieldPath,
  type: ExpressionField['type'] = 'string',
  more: Partial<ExpressionField> = {},
): ExpressionField {
  return { path, type, many: false, read: readers[type], ...more };
}

export const fields: ReadonlyMap<string, ExpressionField> = new Map([
  ['name', field('name')],
  ['displayName', field('display_name')],
  ['category.name', field('category.name')],
  ['created-at', field('createdAt', 'date-time')],
  ['day', field('day', 'date')],
  ['stock', field('stock', 'integer')],
  ['price', field('price', 'number')],
  ['active', field('active', 'boolean')],
  [
    'status',
    field('status', 'string', { freeText: false, read: (text) => (text === 'new' ? text : undefined) }),
  ],
  ['tags', field('tags', 'string', { many: true })],
  ['sizes', field('sizes', 'integer', { many: true })],
]);

/** How many conditions there are in a condition, itself included. */
export function nodesOf(condition: Condition): number {
  if (condition.op === 'not') return 1 + nodesOf(condition.condition);
  if (condition.op !== 'and' && condition.op !== 'or') return 1;
  return condition.conditions.reduce((sum, part) => sum + nodesOf(part), 1);
}
