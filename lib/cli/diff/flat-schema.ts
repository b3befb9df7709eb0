import { isDeepStrictEqual } from 'node:util';
import { Fault } from '../command.js';
import { isObject, type Json, type JsonObject } from '../parse-document.js';

/** A schema without references, `allOf`, `const` and the older keywords of OpenAPI 3.0. Its parts are as they were. */
export interface FlatSchema {
  readonly [keyword: string]: Json;
}

const ANYTHING: FlatSchema = {};
const NOTHING: FlatSchema = { not: {} };

type Mutable = Record<string, Json>;

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

/** Reads the schemas of one document. */
export class Schemas {
  readonly #document: JsonObject;
  readonly #isOld: boolean;
  readonly #flat = new WeakMap<object, FlatSchema>();

  constructor(document: JsonObject) {
    this.#document = document;
    this.#isOld = String(document.openapi).startsWith('3.0');
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

  /** Beside a reference there may be more, from OpenAPI 3.1 on. */
  #isPlain(value: JsonObject): boolean {
    const annotations = ['$ref', 'description', 'summary'];
    return this.#isOld || Object.keys(value).every((key) => annotations.includes(key));
  }

  #target(reference: string): Json {
    if (!reference.startsWith('#'))
      throw new Fault(`The reference "${reference}" leads into another file: bundle the document first.`);
    let at: Json | undefined = this.#document as Json;
    for (const part of reference.slice(1).split('/').slice(1)) {
      const name = decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~');
      at =
        typeof at === 'object' && at !== null && Object.hasOwn(at, name)
          ? (at as JsonObject)[name]
          : undefined;
    }
    if (at === undefined || !reference.startsWith('#/'))
      throw new Fault(`The reference "${reference}" leads nowhere in its document.`);
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

  #flatten({ $ref, allOf, ...rest }: JsonObject, trail: readonly Json[]): FlatSchema {
    const parts = [...(typeof $ref === 'string' ? [{ $ref }] : []), ...(Array.isArray(allOf) ? allOf : [])];
    const flat = this.#isOld ? newer(rest) : { ...rest };
    if ('const' in flat) {
      flat.enum = [flat.const as Json];
      delete flat.const;
    }
    for (const part of parts) merge(flat, this.flat(part, trail));
    // `allOf: [{ $ref }], nullable: true` is how 3.0 says that a reference may be null.
    if (rest.nullable === true && this.#isOld && Array.isArray(flat.type) && !flat.type.includes('null'))
      flat.type = [...flat.type, 'null'];
    literals(flat, this);
    return flat;
  }
}

export function componentName(reference: string): string | undefined {
  return /^#\/components\/\w+\/([^/]+)$/.exec(reference)?.[1];
}

function newer(schema: JsonObject): Mutable {
  const { nullable, ...out } = schema as Mutable;
  if (nullable === true && typeof out.type === 'string') out.type = [out.type, 'null'];
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

/** Makes `into` ask for what the other asks for, too. */
function merge(into: Mutable, other: FlatSchema): void {
  for (const [keyword, value] of Object.entries(other)) {
    const own = into[keyword];
    if (own === undefined) into[keyword] = value;
    else if (keyword === 'properties')
      into.properties = bothProperties(own as JsonObject, value as JsonObject);
    else if (keyword === 'required')
      into.required = [...new Set([...(own as string[]), ...(value as string[])])];
    else if (keyword === 'type') into.type = listOf(own).filter((type) => listOf(value).includes(type));
    else if (keyword === 'enum')
      into.enum = (own as Json[]).filter((item) => includes(value as Json[], item));
    else if (limits[keyword]) into[keyword] = limits[keyword](own as number, value as number);
    else if (keyword === 'additionalProperties' && value === false) into[keyword] = false;
    else if (!isAnnotation(keyword) && !isDeepStrictEqual(own, value))
      into.allOf = [...((into.allOf as Json[]) ?? []), { [keyword]: value }];
  }
}

function bothProperties(own: JsonObject, other: JsonObject): JsonObject {
  const all: Mutable = { ...own };
  for (const [name, schema] of Object.entries(other))
    all[name] = name in own ? { allOf: [own[name] as Json, schema] } : schema;
  return all;
}

/** A union of literals is an `enum`. */
function literals(flat: Mutable, schemas: Schemas): void {
  for (const keyword of ['anyOf', 'oneOf']) {
    const union = flat[keyword];
    if (!Array.isArray(union) || flat.enum !== undefined || union.length === 0) continue;
    if (!union.every((one) => isObject(one) && ('const' in one || 'enum' in one))) continue;
    const all = union.map((one) => schemas.flat(one));
    flat.enum = all.flatMap((one) => one.enum as Json[]);
    const types = all.map(({ type }) => listOf(type));
    if (flat.type === undefined && types.every((list) => list.length > 0))
      flat.type = [...new Set(types.flat())];
    delete flat[keyword];
  }
}

export function listOf(value: Json | undefined): Json[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

export function includes(list: readonly Json[], item: Json): boolean {
  return list.some((one) => isDeepStrictEqual(one, item));
}

/** Keywords that say nothing of what fits. */
export function isAnnotation(keyword: string): boolean {
  return (
    [
      'title',
      'description',
      'example',
      'examples',
      'externalDocs',
      'xml',
      '$comment',
      '$id',
      '$schema',
      '$defs',
      'deprecated',
      'default',
      'readOnly',
      'writeOnly',
      'discriminator',
      'nullable',
    ].includes(keyword) || keyword.startsWith('x-')
  );
}
