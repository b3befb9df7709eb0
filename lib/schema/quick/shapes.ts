import { annotations, type JSONSchema, type Schemas, scalarAssertions } from '../json-schema.js';
import { targetOf } from '../union.js';

/* What a schema is, of those that code is generated for: it says nothing but this, and what does not matter to a check. */

export const shapes = {
  type: new Set(['type']),
  object: new Set(['type', 'properties', 'required', 'additionalProperties', 'unevaluatedProperties']),
  array: new Set(['type', 'items', 'minItems', 'maxItems']),
  scalar: new Set<string>([...scalarAssertions, 'wellFormed', 'safeInteger']),
};
const reference = new Set(['$ref']);
const union = new Set(['anyOf']);

const silent = new Set([...annotations, 'recursive']);

export function says(schema: JSONSchema, keywords: ReadonlySet<string>): boolean {
  return Object.keys(schema).every((keyword) => keywords.has(keyword) || silent.has(keyword));
}

/** What a schema is that may be no more than a reference. */
export function resolve(schema: JSONSchema, schemas: Schemas): JSONSchema | undefined {
  const seen = new Set<JSONSchema>();
  let target: JSONSchema | undefined = schema;
  while (target?.$ref !== undefined) {
    if (seen.has(target) || !says(target, reference)) return undefined;
    seen.add(target);
    target = targetOf(target, schemas);
  }
  return target;
}

/** The object or the list that may be null instead. */
export function optional(schema: JSONSchema, schemas: Schemas): JSONSchema | undefined {
  const options = schema.anyOf as JSONSchema[] | undefined;
  if (!Array.isArray(options) || options.length !== 2 || !says(schema, union)) return undefined;
  const nothing = options.find((option) => option.type === 'null' && says(option, shapes.type));
  const other = options.find((option) => option !== nothing);
  const present = nothing && other && resolve(other, schemas);
  return present?.type === 'object' || present?.type === 'array' ? present : undefined;
}
