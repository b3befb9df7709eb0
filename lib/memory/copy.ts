import { types } from 'node:util';

/**
 * A deep copy. Instances stay instances of their class, and functions are shared; private fields (`#name`) cannot be copied.
 */
export function copy<Value>(value: Value): Value {
  return copyInto(value, new Map()) as Value;
}

/** `seen` has the copies of what was met before, as entities may refer to each other in circles. */
function copyInto(value: unknown, seen: Map<object, object>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const known = seen.get(value);
  if (known) return known;
  const made = emptyCopy(value);
  seen.set(value, made);
  if (Array.isArray(value)) {
    for (const item of value) (made as unknown[]).push(copyInto(item, seen));
  } else if (!isBuiltIn(value)) {
    for (const [name, inner] of Object.entries(value)) {
      // It would set a prototype wherever it is assigned next.
      if (name !== '__proto__') Object.defineProperty(made, name, plainProperty(copyInto(inner, seen)));
    }
  }
  return made;
}

function emptyCopy(value: object): object {
  if (Array.isArray(value)) return [];
  if (value instanceof Date) return new Date(value);
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  return isBuiltIn(value) ? structuredClone(value) : Object.create(Object.getPrototypeOf(value));
}

function isBuiltIn(value: object): boolean {
  return (
    types.isDate(value) ||
    types.isMap(value) ||
    types.isSet(value) ||
    types.isRegExp(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isArrayBufferView(value)
  );
}

/** Own and plain, whatever the class says about the name. */
function plainProperty(value: unknown): PropertyDescriptor {
  return { value, writable: true, enumerable: true, configurable: true };
}
