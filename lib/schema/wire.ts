import { COMPONENTS, Components, componentName, isOrdinal } from './components.js';
import { formatNames, formatOf } from './formats.js';
import {
  applicatorOf,
  isJSONType,
  isKnownKeyword,
  isObject,
  type JSONSchema,
  mapValues,
  pointerOf,
  typesOf,
} from './json-schema.js';
import { pascalCase, wireName } from './naming.js';
import type { Naming, UnknownProperties } from './options.js';

/**
 * What a schema is written for: the document shows it whole; an input leaves out what only the server writes,
 * an output what only the client writes.
 */
export type WireMode = 'document' | 'input' | 'output';

export interface WireOptions {
  readonly mode: WireMode;
  readonly naming?: Naming | undefined;
  /** What is done with unknown properties of bodies. */
  readonly unknown?: UnknownProperties | undefined;
  /** Whether defaults of the outermost properties are left out. */
  readonly partial?: boolean | undefined;
  /** Whether the `$id` of the schema itself is left aside: parameters are an object that only we see. */
  readonly nameless?: boolean | undefined;
  /** The name of a recursive schema that has no `$id`. */
  readonly hint?: string | undefined;
}

/** A schema as the wire has it, with what its users want to know besides. */
export interface Wire {
  readonly schema: JSONSchema;
  readonly naming: Naming;
  readonly components: Components;
  /** The properties of the program by their names on the wire, for each object schema whose names differ. */
  readonly sources: ReadonlyMap<object, ReadonlyMap<string, string>>;
  /** Whether values may nest without end. */
  readonly unbounded: boolean;
}

const TRANSFORM = Symbol.for('TypeBox.Transform');

/** Sentences for the types of TypeBox that JSON has no form for. */
const mends: Readonly<Record<string, string>> = {
  Date: "use Type.String({ format: 'date-time' }), for which a result may hold a Date",
  Uint8Array: "use Type.String({ contentEncoding: 'base64' })",
  undefined: 'use Type.Optional(...)',
  bigint: 'use Type.Integer(), or Type.String() for integers beyond 2^53',
  void: 'leave the response schema out',
};

/**
 * Writes a schema as plain JSON Schema 2020-12: named schemas (`$id`) become components, forms of TypeBox become
 * those of the standard, and the names of properties are spelt as on the wire.
 *
 * @throws TypeError for what JSON or JSON Schema has no form for: transforms, dates, unknown keywords and formats, dangling references.
 */
export function toWire(
  schema: object,
  options: WireOptions,
  components: Components = new Components(),
): Wire {
  const writer = new Writer(options, components);
  const written = writer.value(schema, NO_SCOPE);
  const { sources, unbounded } = writer;
  return { schema: written, naming: options.naming ?? 'as_is', components, sources, unbounded };
}

/** The schemas that a `$ref` can mean at a place: those of enclosing modules, and enclosing recursive ones. */
type Scope = ReadonlyMap<string, { readonly name: string; readonly schema: JSONSchema }>;

const NO_SCOPE: Scope = new Map();
const NO_SOURCES: Wire['sources'] = new Map();

/** One is made for each schema that stands somewhere: what most of them do not need is made when it is needed. */
class Writer {
  #sources: Map<object, ReadonlyMap<string, string>> | undefined;
  unbounded = false;
  readonly #options: WireOptions;
  readonly #components: Components;
  /** Where in the schema it is. A fault ends the writer, so that nothing has to be put right after one. */
  readonly #path: (string | number)[] = [];
  /** Names of schemas around it, of which some refer to themselves. */
  readonly #open: string[] = [];
  readonly #recursive: string[] = [];

  constructor(options: WireOptions, components: Components) {
    this.#options = options;
    this.#components = components;
  }

  get sources(): Wire['sources'] {
    return this.#sources ?? NO_SOURCES;
  }

  /** A schema that alone describes a value, and so can say that nothing else is in it. */
  value(schema: unknown, scope: Scope): JSONSchema {
    const written = this.#write(schema, scope);
    if (this.#options.unknown !== 'forbid' || scalars.has(written.type) || isClosed(written)) return written;
    if (isFreeForm(this.#resolve(written))) return written;
    const describes = isObject(written.properties) || isObject(written.patternProperties);
    if (describes && !combines(written)) written.additionalProperties = false;
    else if (combines(written)) written.unevaluatedProperties = false;
    return written;
  }

  #resolve(schema: JSONSchema): JSONSchema {
    const ref = schema.$ref as string | undefined;
    return ref === undefined ? schema : (this.#components.get(ref.slice(COMPONENTS.length)) ?? { $ref: ref });
  }

  #write(schema: unknown, scope: Scope): JSONSchema {
    if (schema === true) return this.#plain({}, scope);
    if (schema === false) return { not: {} };
    if (!isObject(schema)) throw this.#fault('is no schema');
    const inner = scopeOf(schema, scope);
    if (typeof schema.$ref === 'string') return this.#reference(schema, inner);
    if (typeof schema.$id === 'string' && !this.#isNameless) return this.#component(schema, inner);
    return this.#plain(schema, inner);
  }

  get #isNameless(): boolean {
    return this.#options.nameless === true && this.#path.length === 0;
  }

  #reference(schema: JSONSchema, scope: Scope): JSONSchema {
    const id = schema.$ref as string;
    const target = scope.get(id) ?? scope.get(id.replace(/^#\/\$defs\//, ''));
    if (!target) {
      const known = [...scope.keys()].join(', ') || 'none';
      throw this.#fault(`refers to "${id}", which is not in reach (${known}); put both into one Type.Module`);
    }
    this.#define(target.name, target.schema, scope);
    const { $ref, $id, $defs, ...beside } = schema;
    return { $ref: COMPONENTS + target.name, ...this.#copy(beside, Object.keys(beside), scope) };
  }

  #component(schema: JSONSchema, scope: Scope): JSONSchema {
    const known = scope.get(schema.$id as string)?.name ?? componentName(schema.$id as string);
    const name = isOrdinal(known) ? this.#recursiveName() : known;
    this.#define(name, schema, scope);
    return { $ref: COMPONENTS + name };
  }

  #define(name: string, schema: JSONSchema, scope: Scope): void {
    if (this.#open.includes(name)) this.#recursive.push(name);
    const spelling = this.#options.naming ?? 'as_is';
    if (this.#components.has(name, schema, spelling)) return;
    this.#components.reserve(name, schema, spelling);
    this.#open.push(name);
    const named = new Map(scope);
    if (typeof schema.$id === 'string') named.set(schema.$id, { name, schema });
    const written = this.#plain(schema, named);
    this.#open.pop();
    if (this.#recursive.includes(name)) {
      this.unbounded = true;
      if (this.#options.mode !== 'document') written.recursive = true;
    }
    this.#components.set(name, written);
  }

  /** TypeBox counts nameless recursive schemas (`T0`, `T1`); where one stands makes a name that stays the same. */
  #recursiveName(): string {
    const words = this.#path.filter(
      (token) => typeof token === 'string' && applicatorOf(token) === undefined && token !== '$ref',
    );
    return pascalCase([this.#options.hint ?? 'Recursive', ...words].join('_'));
  }

  #plain(schema: JSONSchema, scope: Scope): JSONSchema {
    const keywords = Object.keys(schema);
    const out = this.#copy(schema, keywords, scope);
    const shaped = keywords.some((keyword) => reshaped.has(keyword)) ? this.#reshape(out, schema) : out;
    if (this.#options.mode === 'input') this.#tighten(shaped, scope);
    return shaped;
  }

  #reshape(copy: JSONSchema, original: JSONSchema): JSONSchema {
    const out = forms.reduce((schema, form) => form(schema), copy);
    if (isObject(out.properties)) this.#properties(out, original);
    if (this.#options.naming === 'snake_case') this.#rename(out);
    return out;
  }

  #copy(schema: JSONSchema, keywords: readonly string[], scope: Scope): JSONSchema {
    if (Object.hasOwn(schema, TRANSFORM)) {
      throw this.#fault(
        'is a Type.Transform, whose code can not stand in a document; convert in the action instead',
      );
    }
    const out: JSONSchema = {};
    for (const keyword of keywords) {
      if (keyword === '$id' || keyword === '$defs' || keyword === '$schema') continue;
      const value = schema[keyword];
      this.#check(keyword, value, schema);
      const written = this.#keyword(keyword, value, scope);
      // Words of one's own are for readers of the document.
      if (!keyword.startsWith('x-') || this.#options.mode === 'document') out[keyword] = written;
    }
    return out;
  }

  #keyword(keyword: string, value: unknown, scope: Scope): unknown {
    const kind = keyword === 'items' && Array.isArray(value) ? 'list' : applicatorOf(keyword);
    if (kind === 'one' && (typeof value !== 'boolean' || this.#isAnything(keyword, value)))
      return this.#inner(keyword, value, keyword, scope);
    if ((kind === 'list' && Array.isArray(value)) || (kind === 'map' && isObject(value))) {
      const write = (item: unknown, token: string | number) => this.#inner(token, item, keyword, scope);
      this.#path.push(keyword);
      const written = Array.isArray(value) ? value.map(write) : mapValues(value, write);
      this.#path.pop();
      return written;
    }
    return clone(value);
  }

  /** Whether what an input may hold has to be said, where its schema says that anything may stand there. */
  #isAnything(keyword: string, value: boolean): boolean {
    return value && this.#options.mode === 'input' && outer.has(keyword);
  }

  /** The schema at a token below, which stands at the keyword. */
  #inner(token: string | number, schema: unknown, keyword: string, scope: Scope): JSONSchema {
    this.#path.push(token);
    const written = inPlace.has(keyword) ? this.#write(schema, scope) : this.value(schema, scope);
    this.#path.pop();
    return written;
  }

  /** Mistakes of the schema are found here, when a view is registered, and not by ajv at a request. */
  #check(keyword: string, value: unknown, schema: JSONSchema): void {
    switch (keyword) {
      case 'type':
        for (const type of typesOf(schema)) this.#checkType(type);
        break;
      case 'format':
        if (typeof value === 'string' && !formatOf(value) && hasType(schema, 'string'))
          throw this.#fault(
            `has the unknown format "${value}" (known: ${formatNames().join(', ')}); add yours with addFormat`,
          );
        break;
      case 'pattern':
      case 'source':
        if (typeof value === 'string') this.#checkPattern(value);
        break;
      case 'flags':
        if (/[^dgyuv]/.test(String(value)))
          throw this.#fault(
            `has the flags "${value}", which JSON Schema has no form for; write them into the pattern`,
          );
        break;
      case 'patternProperties':
        for (const pattern in value as object | undefined) this.#checkPattern(pattern);
    }
    if (!isKnownKeyword(keyword) && !isOfTypeBox(keyword, schema))
      throw this.#fault(`has the unknown keyword "${keyword}"; one of your own starts with "x-"`);
  }

  #checkType(type: unknown): void {
    if (isJSONType(type) || type === 'RegExp') return;
    const mend = mends[type as string];
    throw this.#fault(`has the type "${String(type)}", which JSON has no form for${mend ? `: ${mend}` : ''}`);
  }

  #checkPattern(pattern: string): void {
    try {
      new RegExp(pattern, 'u');
    } catch {
      throw this.#fault(`has the pattern ${JSON.stringify(pattern)}, which is no regular expression`);
    }
  }

  #properties(out: JSONSchema, original: JSONSchema): void {
    const { mode, partial } = this.#options;
    const skipped = mode === 'input' ? 'readOnly' : mode === 'output' ? 'writeOnly' : undefined;
    const unchanged = partial && this.#path.every((token) => typeof token === 'number' || inPlace.has(token));
    const written = out.properties as Record<string, JSONSchema>;
    const properties: Record<string, JSONSchema> = {};
    let sources: Map<string, string> | undefined;
    let optional: Set<unknown> | undefined;
    const originals = original.properties as Record<string, JSONSchema>;
    for (const name of Object.keys(written)) {
      const property = written[name] as JSONSchema;
      if (name === '__proto__')
        throw this.#fault('declares the property "__proto__", which objects can not have safely');
      if (!name.isWellFormed())
        throw this.#fault(
          'declares a property whose name has half of a pair of UTF-16, which no JSON in UTF-8 has',
        );
      const wireName = this.#wireName(name);
      if (wireName !== name) {
        sources ??= new Map();
        sources.set(wireName, name);
      }
      // Where none is renamed, all names differ.
      if (sources && Object.hasOwn(properties, wireName)) {
        throw this.#fault(`has two properties that are both "${wireName}" on the wire; rename one`);
      }
      const hidden = skipped !== undefined && originals[name]?.[skipped] === true;
      // A property with a default may be left out by the client.
      if (hidden || (mode === 'input' && 'default' in property)) {
        optional ??= new Set();
        optional.add(name);
      }
      if (mode !== 'output' && unchanged) delete property.default;
      // What is hidden stays known, so that it is not let through as an unknown property.
      properties[wireName] = hidden ? { [skipped]: true } : property;
    }
    out.properties = properties;
    if (Array.isArray(out.required)) {
      const required = optional ? out.required.filter((name) => !optional.has(name)) : out.required;
      if (required.length > 0) out.required = required;
      else delete out.required;
    }
    if (sources) {
      this.#sources ??= new Map();
      this.#sources.set(out, sources);
    }
  }

  #wireName(name: string): string {
    return wireName(name, this.#options.naming);
  }

  /** The names of properties where they stand outside of `properties`. */
  #rename(out: JSONSchema): void {
    const rename = (names: unknown): unknown =>
      Array.isArray(names) ? names.map((name) => this.#wireName(name)) : names;
    if (out.required) out.required = rename(out.required);
    for (const keyword of ['dependentRequired', 'dependentSchemas']) {
      const named = out[keyword];
      if (!isObject(named)) continue;
      out[keyword] = Object.fromEntries(
        Object.entries(named).map(([name, value]) => [this.#wireName(name), rename(value)]),
      );
    }
    if (isObject(out.discriminator)) {
      const { propertyName } = out.discriminator;
      out.discriminator = { ...out.discriminator, propertyName: this.#wireName(String(propertyName)) };
    }
  }

  /** What an input must hold besides: integers that are exact, text that is well-formed, JSON that is harmless. */
  #tighten(out: JSONSchema, scope: Scope): void {
    const { unknown } = this.#options;
    if (out.enum !== undefined || 'const' in out) return;
    if (hasType(out, 'string')) out.wellFormed = true;
    if (hasType(out, 'integer')) out.safeInteger = true;
    if (scalars.has(out.type)) return;
    if (Array.isArray(out.prefixItems)) out.items ??= this.#write(true, scope);
    if (isFreeForm(out)) {
      out.jsonValue = true;
      this.unbounded = true;
      // So that a schema around it, which forbids what it does not know, lets pass what is in it.
      if (unknown === 'forbid') out.additionalProperties = true;
      return;
    }
    // Of a value of a type that it does not speak of it says nothing.
    if (out.type === undefined && !combines(out)) {
      out.jsonValue = true;
      this.unbounded = true;
    }
    const describes = isObject(out.properties) || isObject(out.patternProperties);
    if (unknown === 'keep' && describes && !isClosed(out))
      out.additionalProperties = this.#write(true, scope);
    if (isObject(out.additionalProperties) || isObject(out.patternProperties)) out.wellFormedNames = true;
  }

  #fault(sentence: string): TypeError {
    return new TypeError(
      `The schema${this.#options.hint ? ` of ${this.#options.hint}` : ''} at ${pointerOf(this.#path)} ${sentence}.`,
    );
  }
}

/** Keywords that do not stay as they are: most schemas are scalars, and have none of them. */
const reshaped = new Set([
  'items',
  'source',
  'patternProperties',
  'anyOf',
  'properties',
  'required',
  'dependentRequired',
  'dependentSchemas',
  'discriminator',
]);

/** Keywords that say what else may stand in a value. */
const outer = new Set(['items', 'additionalProperties', 'unevaluatedItems', 'unevaluatedProperties']);

/** Keywords whose schemas describe the same value as the schema they stand in. */
const inPlace = new Set<string | number>([
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'dependentSchemas',
]);

function scopeOf(schema: JSONSchema, scope: Scope): Scope {
  if (!isObject(schema.$defs)) return scope;
  const named = new Map(scope);
  for (const [name, definition] of Object.entries(schema.$defs)) {
    named.set(name, { name: componentName(name), schema: definition as JSONSchema });
  }
  return named;
}

/** TypeBox writes tuples as drafts before 2020-12 did, and has a type of its own for regular expressions. */
function isOfTypeBox(keyword: string, { items, type }: JSONSchema): boolean {
  if (keyword === 'additionalItems') return Array.isArray(items);
  return type === 'RegExp' && (keyword === 'source' || keyword === 'flags');
}

function hasType(schema: JSONSchema, type: string): boolean {
  return typesOf(schema).includes(type);
}

/** Whether it says itself what becomes of properties that it does not know. */
function isClosed(schema: JSONSchema): boolean {
  return schema.additionalProperties !== undefined || schema.unevaluatedProperties !== undefined;
}

const combining = ['allOf', 'anyOf', 'oneOf', 'if', '$ref'];

function combines(schema: JSONSchema): boolean {
  return combining.some((keyword) => schema[keyword] !== undefined);
}

/** Keywords that say what a value has in it, or which it is. */
const shaping = [...combining, 'enum', 'const', 'properties', 'patternProperties', 'prefixItems', 'items'];

/** A place where any JSON may stand, so that nothing else bounds what comes. */
export function isFreeForm(schema: JSONSchema): boolean {
  if (schema.type !== undefined && !hasType(schema, 'object') && !hasType(schema, 'array')) return false;
  return !isObject(schema.additionalProperties) && shaping.every((keyword) => schema[keyword] === undefined);
}

/** Most values of keywords are texts and numbers, and most others lists of them. */
function clone(value: unknown): unknown {
  if (isScalar(value)) return value;
  return Array.isArray(value) && value.every(isScalar) ? [...value] : structuredClone(value);
}

function isScalar(value: unknown): boolean {
  return (
    value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  );
}

/** TypeBox's forms, made those of the standard. */
const forms: readonly ((schema: JSONSchema) => JSONSchema)[] = [
  tuple,
  regularExpression,
  record,
  literals,
  nullable,
];

function tuple(schema: JSONSchema): JSONSchema {
  if (!Array.isArray(schema.items)) return schema;
  const { items, additionalItems = false, ...rest } = schema;
  return { ...rest, prefixItems: items, items: additionalItems };
}

function regularExpression(schema: JSONSchema): JSONSchema {
  if (schema.type !== 'RegExp') return schema;
  const { source, flags, ...rest } = schema;
  return { ...rest, type: 'string', pattern: source };
}

function record(schema: JSONSchema): JSONSchema {
  const patterns = schema.patternProperties;
  if (!isObject(patterns) || schema.properties || Object.keys(patterns).join() !== '^(.*)$') return schema;
  const { patternProperties, ...rest } = schema;
  return { ...rest, additionalProperties: patterns['^(.*)$'] };
}

/** A union of literals is an enum. */
function literals(schema: JSONSchema): JSONSchema {
  const options = schema.anyOf as JSONSchema[] | undefined;
  if (!Array.isArray(options) || options.length < 2) return schema;
  const constants = options.map((option) => (option.type === 'null' ? { const: null, ...option } : option));
  const plain = constants.every(
    (option) => 'const' in option && Object.keys(option).every((key) => key === 'const' || key === 'type'),
  );
  if (!plain) return schema;
  const types = new Set(constants.map((option) => option.type));
  const { anyOf, ...rest } = schema;
  if (!types.has(undefined)) rest.type = types.size === 1 ? constants[0]?.type : [...types];
  rest.enum = constants.map((option) => option.const);
  return rest;
}

const scalars = new Set<unknown>(['string', 'number', 'integer', 'boolean']);

/** A union of one scalar type with null is that type, or null. */
function nullable(schema: JSONSchema): JSONSchema {
  const options = schema.anyOf as JSONSchema[] | undefined;
  if (!Array.isArray(options) || options.length !== 2 || schema.type !== undefined) return schema;
  const value = options.find(({ type }) => scalars.has(type));
  if (!value || 'const' in value || !options.some(({ type }) => type === 'null')) return schema;
  const { anyOf, ...rest } = schema;
  const either = { ...rest, ...value, ...rest, type: [value.type, 'null'] } as JSONSchema;
  return Array.isArray(either.enum) ? { ...either, enum: [...either.enum, null] } : either;
}
