import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../parse-document.js';
import type { FlatSchema, Mutable } from './flat-schema.js';
import { includes, listOf, membersOf } from './json.js';
import { isAnnotation, isWithin } from './keywords.js';

/** A schema that asks for what either asks for. */
export type Both = (own: Json, other: Json) => Json;

const limits: Readonly<Record<string, (a: number, b: number) => number>> = {
  minimum: Math.max,
  exclusiveMinimum: Math.max,
  minLength: Math.max,
  minItems: Math.max,
  minProperties: Math.max,
  maximum: Math.min,
  exclusiveMaximum: Math.min,
  maxLength: Math.min,
  maxItems: Math.min,
  maxProperties: Math.min,
};

/** Makes `into` ask for what the other asks for, too. */
export function merge(into: Mutable, other: FlatSchema, both: Both): void {
  for (const [keyword, value] of Object.entries(other)) {
    const own = into[keyword];
    if (own === undefined) into[keyword] = value;
    else if (keyword === 'properties' || keyword === 'patternProperties')
      into[keyword] = bothMembers(membersOf(own), membersOf(value), both);
    else if (['items', 'additionalProperties', 'propertyNames', 'contentSchema'].includes(keyword))
      into[keyword] = own === false || value === false ? false : both(own, value);
    else if (keyword === 'required') into.required = [...new Set([...listOf(own), ...listOf(value)])];
    else if (keyword === 'type') into.type = commonTypes(listOf(own), listOf(value));
    else if (keyword === 'enum') into.enum = listOf(own).filter((item) => includes(listOf(value), item));
    else if (limits[keyword]) into[keyword] = limits[keyword](own as number, value as number);
    else if (!isAnnotation(keyword) && !isDeepStrictEqual(own, value))
      into.allOf = [...listOf(into.allOf), { [keyword]: value }];
  }
}

function bothMembers(own: JsonObject, other: JsonObject, both: Both): JsonObject {
  const all = new Map(Object.entries(own));
  for (const [name, schema] of Object.entries(other)) {
    const known = all.get(name);
    all.set(name, known === undefined ? schema : both(known, schema));
  }
  return Object.fromEntries(all);
}

function commonTypes(own: readonly Json[], other: readonly Json[]): Json {
  const types = [
    ...own.filter((type) => isWithin(type, other)),
    ...other.filter((type) => isWithin(type, own) && !own.includes(type)),
  ];
  return types.length === 1 ? (types[0] as Json) : types;
}
