import type { FieldPath } from '../operations/index.js';

/** What a path leads to in an entity; where it goes through a list, or ends in one, all that it leads to. */
export type PathReader = (entity: object) => unknown;

/** Reads a path. What is not there is `undefined`. */
export function pathReader(path: FieldPath): PathReader {
  const [first, ...rest] = path.split('.') as [string, ...string[]];
  if (rest.length === 0) {
    return (entity) => {
      const value = property(entity, first);
      return Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : value;
    };
  }
  return (entity) => rest.reduce<unknown>(step, step(entity, first));
}

function step(value: unknown, name: string): unknown {
  if (!Array.isArray(value)) {
    const found = property(value, name);
    return Array.isArray(found) ? found.flat(Number.POSITIVE_INFINITY) : found;
  }
  return value.flatMap((item) => step(item, name));
}

/**
 * A property of the object itself, or a getter of its class. What every object inherits is none of it: neither
 * `constructor` nor `__proto__` leads anywhere.
 */
export function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return undefined;
  if (Object.hasOwn(value, name)) return (value as Record<string, unknown>)[name];
  let at: object | null = Object.getPrototypeOf(value);
  while (at) {
    const next: object | null = Object.getPrototypeOf(at);
    // The root, of this realm or of another.
    if (next === null) return undefined;
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found) return found.get?.call(value);
    at = next;
  }
  return undefined;
}
