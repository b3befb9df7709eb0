import { older } from '../../openapi/index.js';
import { Fault } from '../command.js';
import { isObject, type Json, type JsonObject } from '../parse-document.js';
import { includes, listOf } from './json.js';
import { isAnything, isWithin, typeOf } from './keywords.js';
import { type Both, merge } from './merge-schemas.js';

/** A schema without references, `allOf`, `const` and the older keywords of OpenAPI 3.0. Its parts are as they were. */
export interface FlatSchema {
  readonly [keyword: string]: Json;
}

export type Mutable = Record<string, Json>;

const ANYTHING: FlatSchema = {};
const NOTHING: FlatSchema = { type: [] };

/** Reads the schemas of one document. */
export class Schemas {
  readonly #document: JsonObject;
  readonly #isOld: boolean;
  readonly #readsAsOld: boolean;
  readonly #flat = new WeakMap<object, FlatSchema>();
  /** The schemas that were put together to a flat one. */
  readonly #parts = new WeakMap<FlatSchema, ReadonlySet<object>>();
  readonly #boths = new Map<string, JsonObject>();

  /** Of one that is to be compared with one of 3.0, only what 3.0 can say is read. */
  constructor(document: JsonObject, comparedWith: JsonObject = document) {
    this.#document = document;
    this.#isOld = isOld(document);
    this.#readsAsOld = isOld(comparedWith) && !this.#isOld;
  }

  /**
   * What a reference leads to, with the name of the last component on the way.
   *
   * @throws Fault for one that leads nowhere, into another file, or in a circle.
   */
  resolve(value: Json | undefined): { readonly value: Json | undefined; readonly name?: string } {
    let at = value;
    let name: string | undefined;
    for (let count = 0; isObject(at) && typeof at.$ref === 'string' && this.#isPlain(at); count += 1) {
      if (count > 100) throw new Fault(`The reference "${at.$ref}" leads in a circle.`);
      name = componentName(at.$ref);
      at = this.#target(at.$ref);
    }
    return { value: at, ...(name !== undefined && { name }) };
  }

  /** Whether a reference leads to a schema of this document. */
  has(reference: string): boolean {
    return reference.startsWith('#/') && this.#at(reference) !== undefined;
  }

  /** Beside a reference there may be more, from OpenAPI 3.1 on. */
  #isPlain(value: JsonObject): boolean {
    const annotations = ['$ref', 'description', 'summary'];
    return this.#isOld || Object.keys(value).every((key) => annotations.includes(key));
  }

  #target(reference: string): Json {
    if (!reference.startsWith('#'))
      throw new Fault(`The reference "${reference}" leads into another file: bundle the document first.`);
    const found = reference.startsWith('#/') ? this.#at(reference) : undefined;
    if (found === undefined) throw new Fault(`The reference "${reference}" leads nowhere in its document.`);
    return found;
  }

  #at(reference: string): Json | undefined {
    let at: Json | undefined = this.#document as Json;
    for (const part of reference.slice(2).split('/')) {
      const name = decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~');
      at =
        typeof at === 'object' && at !== null && Object.hasOwn(at, name)
          ? (at as JsonObject)[name]
          : undefined;
    }
    return at;
  }

  /** The same object for the same schema. */
  flat(schema: Json | undefined, trail: readonly Json[] = []): FlatSchema {
    const { value } = this.resolve(schema);
    if (!isObject(value)) return value === false ? NOTHING : ANYTHING;
    const known = this.#flat.get(value);
    if (known) return known;
    if (trail.includes(value)) throw new Fault('A schema is all of itself: its `allOf` leads in a circle.');
    const flat = this.#flatten(value, [...trail, value]);
    this.#flat.set(value, flat);
    return flat;
  }

  #flatten(schema: JsonObject, trail: readonly Json[]): FlatSchema {
    const { $ref, allOf, nullable, ...rest } = this.#inTermsOf31(schema);
    const flat: Mutable = { ...rest };
    if ('const' in flat) {
      flat.enum = [flat.const as Json];
      delete flat.const;
    }
    const parts = new Set<object>([schema]);
    for (const part of [
      ...(typeof $ref === 'string' ? [{ $ref }] : []),
      ...(Array.isArray(allOf) ? allOf : []),
    ])
      this.#take(flat, this.flat(part, trail), parts);
    if (nullable === true && (this.#isOld || this.#readsAsOld)) allowNull(flat);
    return this.#finish(flat, parts);
  }

  /** One alternative of a union, with what stands beside the union. */
  alternative(schema: FlatSchema, keyword: 'anyOf' | 'oneOf', one: Json): FlatSchema {
    const { [keyword]: _, ...flat } = schema;
    const parts = new Set(this.#parts.get(schema));
    this.#take(flat, this.flat(one), parts);
    return this.#finish(flat, parts);
  }

  #take(flat: Mutable, other: FlatSchema, parts: Set<object>): void {
    merge(flat, other, this.#both);
    for (const part of this.#parts.get(other) ?? []) parts.add(part);
  }

  #finish(flat: Mutable, parts: ReadonlySet<object>): FlatSchema {
    const isTaken = (one: Json) => isObject(one) && parts.has(this.resolve(one).value as object);
    // A base that lists its heirs asks nothing more of one of them.
    for (const keyword of ['anyOf', 'oneOf'])
      if (Array.isArray(flat[keyword]) && flat[keyword].some(isTaken)) delete flat[keyword];
    if (this.heirsOf(flat).some(([, heir]) => isTaken(heir))) delete flat.discriminator;
    literals(flat, this);
    enumeration(flat);
    this.#parts.set(flat, parts);
    return flat;
  }

  /** One object for the same two, as a recursive property of both would have ever more of them. */
  readonly #both: Both = (own, other) => {
    const parts = [own, other].flatMap(partsOf);
    const all = parts.filter((part, index) => !includes(parts.slice(0, index), part));
    if (all.length === 1) return all[0] as Json;
    const both = { allOf: all };
    const text = JSON.stringify(both);
    if (!text.includes('"$ref"')) return both;
    const known = this.#boths.get(text) ?? both;
    this.#boths.set(text, known);
    return known as Json;
  };

  /** What a `discriminator` without a union says that may stand for the schema, by its values. */
  heirsOf({ discriminator }: FlatSchema): [value: string, heir: JsonObject][] {
    const { mapping } = isObject(discriminator) ? discriminator : {};
    if (!isObject(mapping)) return [];
    return Object.entries(mapping)
      .map(([value, name]): [string, string] => [value, referenceOf(String(name))])
      .filter(([, reference]) => this.has(reference))
      .map(([value, $ref]) => [value, { $ref }]);
  }

  #inTermsOf31(schema: JsonObject): JsonObject {
    if (this.#isOld) return newer(schema);
    return this.#readsAsOld ? newer(older(schema) as JsonObject) : schema;
  }
}

function isOld({ openapi }: JsonObject): boolean {
  return String(openapi).startsWith('3.0');
}

function componentName(reference: string): string | undefined {
  return /^#\/components\/\w+\/([^/]+)$/.exec(reference)?.[1];
}

/** A value of a mapping is a reference or the name of a component. */
function referenceOf(name: string): string {
  return name.startsWith('#') ? name : `#/components/schemas/${name}`;
}

function partsOf(schema: Json): Json[] {
  const isAll = isObject(schema) && Array.isArray(schema.allOf) && Object.keys(schema).length === 1;
  return isAll ? (schema.allOf as Json[]) : [schema];
}

/** The flags of 3.0 are limits of their own now. */
function newer(schema: JsonObject): JsonObject {
  const out: Mutable = { ...schema };
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (out[exclusive] === true && out[bound] !== undefined) {
      out[exclusive] = out[bound];
      delete out[bound];
    } else if (typeof out[exclusive] === 'boolean') delete out[exclusive];
  }
  return out;
}

/** `nullable` is meant so also beside `allOf`, a union or an `enum`, where 3.0 does not quite say so. */
function allowNull(flat: Mutable): void {
  if (flat.type !== undefined) flat.type = [...new Set([...listOf(flat.type), 'null'])];
  if (Array.isArray(flat.enum) && !flat.enum.includes(null)) flat.enum = [...flat.enum, null];
  for (const keyword of ['anyOf', 'oneOf'])
    if (Array.isArray(flat[keyword])) flat[keyword] = [...flat[keyword], { type: 'null' }];
}

/** Literals of a union are one `enum`, which stands for the union where there is nothing else in it. */
function literals(flat: Mutable, schemas: Schemas): void {
  for (const keyword of ['anyOf', 'oneOf']) {
    const union = flat[keyword];
    if (!Array.isArray(union) || union.length === 0) continue;
    const isLiteral = (one: Json) =>
      isObject(one) && ('const' in one || 'enum' in one) && isEnum(schemas.flat(one));
    const values = union.filter(isLiteral).flatMap((one) => listOf(schemas.flat(one).enum));
    const rest = union.filter((one) => !isLiteral(one));
    if (rest.length > 0) flat[keyword] = values.length > 0 ? [...rest, { enum: values }] : rest;
    else if (flat.enum === undefined) {
      flat.enum = values;
      delete flat[keyword];
    }
  }
}

function isEnum({ type: _, enum: values, ...rest }: FlatSchema): boolean {
  return Array.isArray(values) && isAnything(rest);
}

/** Makes values and types say the same. */
export function enumeration(flat: Mutable): void {
  if (!Array.isArray(flat.enum)) return;
  const allowed = flat.type === undefined ? undefined : listOf(flat.type);
  const values = flat.enum.filter((value) => !allowed || isWithin(typeOf(value), allowed));
  const types = [...new Set(values.map(typeOf))].filter(
    (type, _, all) => type !== 'integer' || !all.includes('number'),
  );
  flat.type = types.length === 1 ? (types[0] as string) : types;
  if (flat.type === 'null') delete flat.enum;
  else flat.enum = values;
}
