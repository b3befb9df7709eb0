import { allOf, anyOf, equals } from './conditions.js';
import type { Condition, Scalar, Sort } from './types.js';

/**
 * The entities that come after a position in an order, by the values that the sort fields have there. With a key among the
 * fields it holds for each entity once, whatever is inserted or deleted meanwhile. For the entities before it, reverse
 * the order.
 *
 * @throws RangeError when there is not one value for each sort field.
 */
export function keysetAfter(sort: readonly Sort[], position: readonly (Scalar | null)[]): Condition {
  if (sort.length !== position.length || sort.length === 0) {
    throw new RangeError(`A position of ${sort.length} sort fields has ${position.length} values.`);
  }
  const steps = sort.flatMap((step, index) => {
    const beyond = after(step, position[index] as Scalar | null);
    if (!beyond) return [];
    const before = sort
      .slice(0, index)
      .map(({ field }, place) => equals(field, position[place] as Scalar | null));
    return [allOf([...before, beyond]) as Condition];
  });
  const [first] = sort as [Sort];
  // It follows from the rest, and lets a database start in the middle of an index.
  const start = steps.length > 1 ? notBefore(first, position[0] as Scalar | null) : undefined;
  return allOf([start, anyOf(steps)]) as Condition;
}

/** Null is larger than any value. */
function after({ field, direction, nullable = true }: Sort, value: Scalar | null): Condition | undefined {
  if (direction === 'desc') {
    return value === null ? { op: 'is_null', field, value: false } : { op: 'lt', field, value };
  }
  if (value === null) return undefined;
  return anyOf([{ op: 'gt', field, value }, ...(nullable ? [equals(field, null)] : [])]);
}

function notBefore({ field, direction, nullable = true }: Sort, value: Scalar | null): Condition | undefined {
  if (value === null) return direction === 'asc' ? equals(field, null) : undefined;
  if (direction === 'desc') return { op: 'le', field, value };
  return nullable ? undefined : { op: 'ge', field, value };
}

/** The same entities the other way round. */
export function reversed(sort: readonly Sort[]): Sort[] {
  return sort.map((step) => ({ ...step, direction: step.direction === 'asc' ? 'desc' : 'asc' }));
}
