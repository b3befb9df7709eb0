import { isObject, type JSONSchema, typesOf } from './json-schema.js';
import { targetOf } from './union.js';
import type { Wire } from './wire.js';

/** Reads the text of a parameter as the type of its schema; what does not read as it is left for the check to refuse. */
export type Coerce = (text: string) => unknown;

export interface ParameterReader {
  /** Whether it may be repeated. */
  readonly list: boolean;
  readonly coerce: Coerce;
}

// One integer has one text: `-0` and `01` would be further names of the same resource.
const INTEGER = /^(?:0|-?[1-9]\d*)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  integer: (text) => (INTEGER.test(text) ? Number(text) : undefined),
  // JSON writes the negative zero as 0, too.
  number: (text) => (NUMBER.test(text) ? Number(text) + 0 : undefined),
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  null: (text) => (text === 'null' ? null : undefined),
};

/** The reader of one parameter, or the sentence that says why its schema can not be read from text. */
export function readerOf(schema: JSONSchema, wire: Wire): ParameterReader | string {
  const found = types(schema, wire, new Set());
  if (found.has('object')) return 'is an object, which a parameter has no form for';
  if (!found.has('array')) return { list: false, coerce: coerceTo(found) };
  const items = arrayItems(schema, wire);
  const inner = types(items, wire, new Set());
  if (inner.has('object') || inner.has('array'))
    return 'is a list of objects or lists, which a parameter has no form for';
  return { list: true, coerce: coerceTo(inner) };
}

function coerceTo(found: ReadonlySet<string>): Coerce {
  const order = ['null', 'boolean', 'integer', 'number'].filter(
    (type) => found.has(type) || found.size === 0,
  );
  if (found.has('string') && found.size === 1) return (text) => text;
  // A text that may be a string is only read as something else where a type says so.
  const tries = found.size === 0 ? [] : order.map((type) => readers[type] as (text: string) => unknown);
  return (text) => {
    for (const read of tries) {
      const value = read(text);
      if (value !== undefined) return value;
    }
    return text;
  };
}

function types(schema: JSONSchema, wire: Wire, seen: Set<JSONSchema>): Set<string> {
  if (seen.has(schema)) return new Set();
  seen.add(schema);
  if (Array.isArray(schema.enum)) return new Set(schema.enum.map(jsonType));
  if ('const' in schema) return new Set([jsonType(schema.const)]);
  if (schema.type !== undefined) return new Set(typesOf(schema) as readonly string[]);
  const inner = [schema.anyOf, schema.oneOf, schema.allOf, targetOf(schema, wire.components.schemas)]
    .flat()
    .filter(isObject);
  return new Set(inner.flatMap((part) => [...types(part, wire, seen)]));
}

function arrayItems(schema: JSONSchema, wire: Wire): JSONSchema {
  if (isObject(schema.items)) return schema.items;
  const inner = [schema.anyOf, schema.oneOf, schema.allOf, targetOf(schema, wire.components.schemas)]
    .flat()
    .filter(isObject);
  for (const part of inner) {
    const items = arrayItems(part, wire);
    if (Object.keys(items).length > 0) return items;
  }
  return {};
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}
