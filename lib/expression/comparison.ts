import type { Comparison, Condition, FieldPath } from '../operations/types.js';
import * as faults from './faults.js';
import type { Comparator, Value } from './scanner.js';
import { comparatorsOf, isFreeText } from './type-rules.js';
import type { ExpressionFault, ExpressionField } from './types.js';

const operations: Readonly<Record<Comparator, Comparison['op']>> = {
  '=': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  ':': 'eq',
};

/** The condition that a comparison of a field with a literal is. `position` is that of the comparator. */
export function compare(
  field: ExpressionField,
  comparator: Comparator,
  value: Value,
  position: number,
): Condition | ExpressionFault {
  if (!comparatorsOf(field).includes(comparator)) return faults.wrongComparator(position, field);
  const { path } = field;
  if (isBare(value, 'null')) {
    if (comparator !== '=' && comparator !== '!=') return faults.misplacedNull(value.position, field);
    return { op: 'is_null', field: path, value: comparator === '=' };
  }
  if (isBare(value, '*') && comparator === ':') return { op: 'is_null', field: path, value: false };
  if (value.stars.length > 0) return match(field, comparator, value);
  if (comparator === ':' && !field.many && isFreeText(field)) {
    return { op: 'contains', field: path, value: value.text, ignoreCase: true };
  }
  const scalar = field.read(value.text);
  if (scalar === undefined) return faults.wrongValue(value.position, field);
  return { op: operations[comparator], field: path, value: scalar };
}

function isBare({ quoted, text }: Value, word: string): boolean {
  return !quoted && text === word;
}

/** Wildcards belong to equality: that of `=` and `!=`, and that of `:` with the members of a list. */
function match(
  field: ExpressionField,
  comparator: Comparator,
  { text, stars }: Value,
): Condition | ExpressionFault {
  const misplaced = stars.find(({ index }) => index > 0 && index < text.length - 1);
  const equality = comparator === '=' || comparator === '!=' || field.many;
  if (misplaced || !equality || !isFreeText(field)) {
    return faults.misplacedWildcard((misplaced ?? stars[0])?.position ?? 0);
  }
  const start = stars.some(({ index }) => index === 0);
  const end = stars.some(({ index }) => index === text.length - 1);
  const negated = comparator === '!=';
  const part = text.slice(start ? 1 : 0, end ? -1 : undefined);
  // Any text there is fits.
  if (part === '') return { op: 'is_null', field: field.path, value: negated };
  const condition = textMatch(field.path, part, start, end);
  return negated ? { op: 'not', condition } : condition;
}

function textMatch(field: FieldPath, value: string, start: boolean, end: boolean): Condition {
  const op = start ? (end ? 'contains' : 'ends_with') : 'starts_with';
  return { op, field, value, ignoreCase: false };
}
