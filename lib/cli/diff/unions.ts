import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../parse-document.js';
import { enumeration, type FlatSchema, type Mutable, type Schemas } from './flat-schema.js';
import { listOf, membersOf, told } from './json.js';
import { isAnnotation, typesOf } from './keywords.js';

export interface Alternative {
  readonly schema: FlatSchema;
  readonly name?: string | undefined;
  /** Its type, and the value by which it is told from others. */
  readonly kind: string;
}

export function isUnion(schema: FlatSchema): boolean {
  return keywordOf(schema) !== undefined;
}

function keywordOf({ anyOf, oneOf }: FlatSchema): 'anyOf' | 'oneOf' | undefined {
  return Array.isArray(anyOf) ? 'anyOf' : Array.isArray(oneOf) ? 'oneOf' : undefined;
}

const known = new WeakMap<FlatSchema, readonly Alternative[]>();

/** Those of a union, each with what stands beside it; else one for each type. */
export function alternativesOf(schema: FlatSchema, schemas: Schemas): readonly Alternative[] {
  const all = known.get(schema) ?? listAlternatives(schema, schemas);
  known.set(schema, all);
  return all;
}

function listAlternatives(schema: FlatSchema, schemas: Schemas): readonly Alternative[] {
  const keyword = keywordOf(schema);
  if (keyword === undefined) return byType(schema, schemas);
  const { [keyword]: union, ...beside } = schema;
  const isShared = !Object.keys(beside).every(isAnnotation);
  return listOf(union).flatMap((one): readonly Alternative[] => {
    const { name } = schemas.resolve(one);
    const flat = isShared ? schemas.alternative(schema, keyword, one) : schemas.flat(one);
    if (name !== undefined) return [{ schema: flat, name, kind: kindOf(flat, schemas) }];
    return isUnion(flat) ? alternativesOf(flat, schemas) : byType(flat, schemas);
  });
}

function byType(schema: FlatSchema, schemas: Schemas): Alternative[] {
  const types = listOf(schema.type);
  const all = types.length < 2 ? [schema] : types.map((type) => ofType(schema, type));
  return all.map((one) => ({ schema: one, kind: kindOf(one, schemas) }));
}

function ofType(schema: FlatSchema, type: Json): FlatSchema {
  const one: Mutable = { ...schema, type };
  enumeration(one);
  return one;
}

function kindOf(schema: FlatSchema, schemas: Schemas): string {
  const types = typesOf(schema).join(' or ');
  for (const [name, property] of Object.entries(membersOf(schema.properties))) {
    const [value, ...more] = listOf(schemas.flat(property).enum);
    if (value !== undefined && more.length === 0) return `${types} with ${name} ${told(value)}`;
  }
  return types;
}

export interface Matched {
  readonly both: readonly (readonly [before: Alternative, after: Alternative])[];
  readonly removed: readonly Alternative[];
  readonly added: readonly Alternative[];
}

/** Alternatives that are the same go together, then those that look alike; the rest came or went. */
export function matched(before: readonly Alternative[], after: readonly Alternative[]): Matched {
  const [old, now] = [[...before], [...after]];
  const both: [Alternative, Alternative][] = [];
  const likenesses: ((a: Alternative, b: Alternative) => boolean)[] = [
    (a, b) => a.name !== undefined && a.name === b.name,
    (a, b) => isDeepStrictEqual(a.schema, b.schema),
    (a, b) => a.kind === b.kind,
    () => old.length === 1 && now.length === 1,
  ];
  for (const isLike of likenesses) {
    for (const one of [...old]) {
      const match = now.find((other) => isLike(one, other));
      if (!match) continue;
      old.splice(old.indexOf(one), 1);
      now.splice(now.indexOf(match), 1);
      both.push([one, match]);
    }
  }
  return { both, removed: old, added: now };
}
