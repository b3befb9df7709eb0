import type { Wire } from '../wire.js';
import { optional, resolve } from './shapes.js';

/**
 * A list of what a `Map` or a `Set` holds, where that is given for a list. It can be taken out before it is known
 * which way is taken. A generator is left as it is, as it may make or change an item when that is asked for.
 */
export function listed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if (!collections.has(Object.getPrototypeOf(value)) || 'toJSON' in value) return value;
  return Object.hasOwn(value, Symbol.iterator) || Object.hasOwn(value, 'next')
    ? value
    : Array.from(value as Iterable<unknown>);
}

const collections = new Set<unknown>([
  Set.prototype,
  Object.getPrototypeOf(new Set().values()),
  Object.getPrototypeOf(new Map().values()),
]);

/** Whether the long way would take any iterable for a value of the schema. */
export function takesList({ schema, components: { schemas } }: Wire): boolean {
  const target = resolve(schema, schemas);
  return (target && (optional(target, schemas) ?? target))?.type === 'array';
}
