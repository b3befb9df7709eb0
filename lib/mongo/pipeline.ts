import type { FieldPath, Selection, Sort } from '../operations/index.js';
import { type MongoFilter, toMongoFilter } from './filter.js';
import { findMongoPath, type MongoMapping, toMongoPath } from './names.js';

/** What MongoDB has to sort by, in this order. */
export interface MongoSort {
  /** Computed fields, as of a stage `$set`; none where no sort field may be null. */
  readonly computed?: Readonly<Record<string, unknown>>;
  readonly sort: Readonly<Record<string, 1 | -1>>;
}

/** The computed fields are members of this one, which is taken off again. */
const nulls = '__nullOrder';

/**
 * The order of a list. MongoDB has null below all values, so that a field that may be null is sorted by whether it is,
 * first, which no index can help with: say `nullable: false` where you can.
 *
 * @throws TypeError when a field is not allowed, or its name is a number, the order of which JavaScript does not keep.
 */
export function toMongoSort(sort: readonly Sort[], mapping: MongoMapping = {}): MongoSort {
  const computed: Record<string, unknown> = {};
  const order: Record<string, 1 | -1> = {};
  for (const [index, { field, direction, nullable = true }] of sort.entries()) {
    const path = toMongoPath(field, mapping);
    if (/^\d+$/.test(path)) throw new TypeError('A list cannot be sorted by a field whose name is a number.');
    const sign = direction === 'desc' ? -1 : 1;
    if (path in order) continue;
    if (nullable) {
      computed[`by${index}`] = { $eq: [{ $ifNull: [`$${path}`, null] }, null] };
      order[`${nulls}.by${index}`] = sign;
    }
    order[path] = sign;
  }
  return Object.keys(computed).length > 0
    ? { computed: { [nulls]: computed }, sort: order }
    : { sort: order };
}

/**
 * The projection of fields; `_id` is in it only where it is one of them. None where one of the fields is not allowed: what
 * makes the entity of a document may make it of any others, so that all are needed.
 */
export function toMongoProjection(
  fields: readonly FieldPath[],
  mapping: MongoMapping = {},
): Record<string, 0 | 1> | undefined {
  const known = fields.map((field) => findMongoPath(field, mapping));
  if (!known.every((path) => path !== undefined)) return undefined;
  const paths = new Set(known);
  // MongoDB refuses `category` beside `category.name`.
  const outer = [...paths].filter((path) => !ancestors(path).some((ancestor) => paths.has(ancestor)));
  const projection: Record<string, 0 | 1> = Object.fromEntries(outer.map((path) => [path, 1]));
  const hasId = outer.some((path) => path === '_id' || path.startsWith('_id.'));
  // Alone, the exclusion of `_id` would mean all of the others.
  return hasId ? projection : outer.length > 0 ? { ...projection, _id: 0 } : { _id: 1 };
}

function ancestors(path: string): string[] {
  const names = path.split('.');
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('.'));
}

/** A selection as the stages of an aggregation. `limit: 0`, which MongoDB refuses, is a `$match` of nothing. */
export function toMongoPipeline(selection: Selection, mapping: MongoMapping = {}): MongoFilter[] {
  const { where, sort = [], fields, limit, offset = 0 } = selection;
  const { computed, sort: order } = toMongoSort(sort, mapping);
  const stages: MongoFilter[] = [];
  if (where) stages.push({ $match: toMongoFilter(where, mapping) });
  if (limit === 0) stages.push({ $match: { _id: { $in: [] } } });
  if (computed) stages.push({ $set: computed });
  if (Object.keys(order).length > 0) stages.push({ $sort: order });
  if (offset > 0) stages.push({ $skip: offset });
  if (limit) stages.push({ $limit: limit });
  const projection = fields && toMongoProjection(fields, mapping);
  if (projection) stages.push({ $project: projection });
  else if (computed) stages.push({ $unset: nulls });
  return stages;
}
