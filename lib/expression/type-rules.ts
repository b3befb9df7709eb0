import type { Comparator } from './scanner.js';
import type { ExpressionField } from './types.js';

const ofLists: readonly Comparator[] = [':'];
const ofFixed: readonly Comparator[] = ['=', '!=', ':'];
const ofOrdered: readonly Comparator[] = ['=', '!=', '<', '<=', '>', '>=', ':'];

/** What a field can be compared with. A list is asked for its members only, as AIP-160 wants it. */
export function comparatorsOf(field: ExpressionField): readonly Comparator[] {
  if (field.many) return ofLists;
  if (field.type === 'boolean') return ofFixed;
  return field.type === 'string' && !isFreeText(field) ? ofFixed : ofOrdered;
}

export function isFreeText({ type, freeText = true }: ExpressionField): boolean {
  return type === 'string' && freeText;
}
