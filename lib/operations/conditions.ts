import type { Condition, FieldPath, LogicalCondition, Scalar } from './types.js';

/** All of them; `undefined` where there is none. Conditions that are `and` themselves are taken apart. */
export function allOf(conditions: readonly (Condition | undefined)[]): Condition | undefined {
  const found = conditions.filter((condition) => condition !== undefined).flatMap(partsOf);
  return found.length > 1 ? { op: 'and', conditions: found } : found[0];
}

function partsOf(condition: Condition): readonly Condition[] {
  return condition.op === 'and' ? condition.conditions : [condition];
}

/** Any of them. */
export function anyOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 1 ? (conditions[0] as Condition) : { op: 'or', conditions };
}

/** A field that has this value, or is null. */
export function equals(field: FieldPath, value: Scalar | null): Condition {
  return value === null ? { op: 'is_null', field, value: true } : { op: 'eq', field, value };
}

/** Each of these properties has its value. */
export function equalsAll(values: Readonly<Record<FieldPath, Scalar | null>>): Condition | undefined {
  return allOf(Object.entries(values).map(([field, value]) => equals(field, value)));
}

export function isLogical(condition: Condition): condition is LogicalCondition {
  return condition.op === 'and' || condition.op === 'or' || condition.op === 'not';
}
