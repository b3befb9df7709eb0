import type { Selection, Sort } from '../operations/index.js';
import { leastOf } from './least.js';
import { matches } from './matches.js';
import { pathReader } from './paths.js';
import { compareValues, isAbsent } from './values.js';

/**
 * The entities that a selection asks for, in its order; entities that are equal in it stay in the order they came in. They
 * are the ones that were given, whole, and no copies. Each condition and each path is read once, and only what fulfils the
 * condition is sorted.
 *
 * @throws RangeError for a limit or an offset that is not a whole number of at least 0.
 * @throws TypeError for an operator that is not one of `Condition`.
 */
export function selectFrom<Entity extends object>(
  entities: Iterable<Entity>,
  selection: Selection,
): Entity[] {
  return cut(sorted(filtered(entities, selection), selection), selection);
}

/** What fulfils the condition. */
export function filtered<Entity extends object>(
  entities: Iterable<Entity>,
  { where }: Pick<Selection, 'where'>,
): Entity[] {
  return where ? Array.from(entities).filter(matches(where)) : Array.from(entities);
}

/** Those that stand before the end of the selection, in order, in a list of their own. */
export function sorted<Entity extends object>(
  entities: readonly Entity[],
  { sort = [], limit, offset = 0 }: Pick<Selection, 'sort' | 'limit' | 'offset'>,
): readonly Entity[] {
  if (sort.length === 0) return entities;
  const keyOf = sort.map(sortKey);
  const byKeys = compare(sort);
  const rows = entities.map((entity, index) => ({ entity, index, keys: keyOf.map((read) => read(entity)) }));
  const order = (a: (typeof rows)[number], b: (typeof rows)[number]) =>
    byKeys(a.keys, b.keys) || a.index - b.index;
  return leastOf(rows, limit === undefined ? rows.length : offset + limit, order).map(({ entity }) => entity);
}

/** The part between offset and limit. */
export function cut<Entity>(entities: readonly Entity[], { limit, offset = 0 }: Selection): Entity[] {
  for (const [name, value] of Object.entries({ limit, offset })) {
    if (value !== undefined && !(Number.isInteger(value) && value >= 0)) {
      throw new RangeError(`The ${name} of a selection is a whole number of at least 0.`);
    }
  }
  return entities.slice(offset, limit === undefined ? undefined : offset + limit);
}

/** Of a list, the member that comes first in the order. */
function sortKey(sort: Sort): (entity: object) => unknown {
  const read = pathReader(sort.field);
  const order = compareBy(sort);
  return (entity) => {
    const value = read(entity);
    return Array.isArray(value) ? value.filter((item) => !isAbsent(item)).sort(order)[0] : value;
  };
}

function compare(sort: readonly Sort[]): (a: readonly unknown[], b: readonly unknown[]) => number {
  const steps = sort.map(compareBy);
  return (a, b) => {
    for (let index = 0; index < steps.length; index++) {
      const order = (steps[index] as (typeof steps)[number])(a[index], b[index]);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compareBy({ direction }: Sort): (a: unknown, b: unknown) => number {
  return direction === 'desc' ? (a, b) => orderOf(b, a) : orderOf;
}

/** A total order: null last, and values that cannot be compared by their types. */
function orderOf(a: unknown, b: unknown): number {
  const absent = Number(isAbsent(a)) - Number(isAbsent(b));
  if (absent !== 0 || isAbsent(a)) return absent;
  return compareValues(a, b) ?? rank(a) - rank(b);
}

const types = ['boolean', 'number', 'bigint', 'string', 'object'];

function rank(value: unknown): number {
  return types.indexOf(typeof value);
}
