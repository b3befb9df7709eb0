import { compileCheck } from './ajv.js';
import { annotations, isObject, type JSONSchema, type Schemas, scalarAssertions } from './json-schema.js';
import { once } from './once.js';
import { compileProject } from './project.js';
import { targetOf } from './union.js';
import type { Wire } from './wire.js';

/**
 * Checks and copies a result in one go: the copy is what `compileProject` makes of it, and fits the schema. `undefined`
 * means nothing but that the long way has to be taken: the result does not fit, or something about it is unusual. A
 * property that is left out may be there as `undefined`, which `JSON.stringify` leaves out.
 */
export type QuickCopy = (value: unknown) => unknown;

/**
 * Generates the code of the quick copy, as ajv does for its checks, for schemas of declared properties, lists and
 * scalars; `undefined` for any other. It copies, and leaves the text to `JSON.stringify`, because that is faster on lists
 * than text that is put together in JavaScript, and has one opinion on what is to be escaped.
 */
export function compileQuickCopy(wire: Wire): QuickCopy | undefined {
  const generator = new Generator(wire);
  const top = generator.copier(wire.schema);
  if (top === undefined) return undefined;
  // Someone may have given a property to all objects, which is then none of this one: the long way tells them apart.
  const inherited = [...generator.names].map((name) => `${JSON.stringify(name)} in base`);
  const code = [
    '"use strict"; const { base, isArray, isFinite, isInteger, hasOwn, values, checks, mends } = known;',
    // A constant is a target that V8 can inline; an entry of an array is none.
    ...generator.checks.map((_, place) => `const check${place} = checks[${place}];`),
    ...generator.functions,
    `return (value) => ${inherited.length > 0 ? `${inherited.join(' || ')} ? undefined : ` : ''}${top}(value);`,
  ].join('\n');
  const checks = generator.checks.map((compile) => compile());
  const { mends } = generator;
  return new Function('known', code)({
    base: Object.prototype,
    isArray: Array.isArray,
    isFinite: Number.isFinite,
    isInteger: Number.isInteger,
    hasOwn: Object.hasOwn,
    values: Array.prototype.values,
    checks,
    mends,
  });
}

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

/** Each schema is a function, by the name of which it is called where the schema stands; hoisted, so that it may recur. */
class Generator {
  readonly functions: string[] = [];
  /** The properties that are read without a look at whether they are the object's own. */
  readonly names = new Set<string>();
  readonly checks: (() => (value: unknown) => unknown)[] = [];
  readonly mends: ((value: unknown) => unknown)[] = [];
  readonly #wire: Wire;
  readonly #schemas: Schemas;
  readonly #known = new Map<JSONSchema, string>();

  constructor(wire: Wire) {
    this.#wire = wire;
    this.#schemas = wire.components.schemas;
  }

  /** The name of the function of a schema; nothing where the schema says what none is generated for. */
  copier(schema: JSONSchema): string | undefined {
    const target = resolve(schema, this.#schemas);
    if (!target) return undefined;
    const known = this.#known.get(target);
    if (known) return known;
    const name = `copy${this.#known.size}`;
    this.#known.set(target, name);
    const body =
      this.#object(target) ?? this.#array(target) ?? this.#scalar(target) ?? this.#optional(target);
    if (body === undefined) return undefined;
    this.functions.push(`function ${name}(value) {\n${body}\n}`);
    return name;
  }

  /**
   * Reads each property once and in the order of the long way, so that objects with getters and instances of classes
   * are read alike; only if the result does not fit in the end are their getters called by both ways.
   */
  #object(schema: JSONSchema): string | undefined {
    const { type, properties, additionalProperties, unevaluatedProperties, required = [] } = schema;
    if (type !== 'object' || !isObject(properties) || !says(schema, ofObjects)) return undefined;
    // The copy holds nothing that could be refused, but things could be let through.
    if ((additionalProperties ?? false) !== false || (unevaluatedProperties ?? false) !== false)
      return undefined;
    const fields = Object.entries(properties as Schemas).filter(([, property]) => !property.writeOnly);
    const declared = new Set(fields.map(([name]) => name));
    const needed = new Set(required as string[]);
    if (declared.has('__proto__') || [...needed].some((name) => !declared.has(name))) return undefined;
    const sources = this.#wire.sources.get(schema) ?? {};
    const lines: string[] = [];
    const members: string[] = [];
    for (const [index, [name, property]] of fields.entries()) {
      const copy = this.copier(property);
      if (copy === undefined) return undefined;
      const [from, to] = [`from${index}`, `to${index}`];
      lines.push(`const ${from} = ${this.#read(sources[name] ?? name)};`);
      if (needed.has(name)) {
        lines.push(`const ${to} = ${copy}(${from});`, `if (${to} === undefined) return undefined;`);
      } else {
        lines.push(
          `const ${to} = ${from} === undefined ? undefined : ${copy}(${from});`,
          `if (${to} === undefined && ${from} !== undefined) return undefined;`,
        );
      }
      members.push(`${JSON.stringify(name)}: ${to}`);
    }
    return [
      'if (typeof value !== "object" || value === null || isArray(value)) return undefined;',
      'if (value.toJSON !== undefined) return undefined;',
      ...lines,
      `return { ${members.join(', ')} };`,
    ].join('\n');
  }

  #read(source: string): string {
    const name = JSON.stringify(source);
    if (source in Object.prototype) return `hasOwn(value, ${name}) ? value[${name}] : undefined`;
    this.names.add(source);
    return `value[${name}]`;
  }

  /** Lists only: another iterable may be gone after it was read, and the long way could not read it again. */
  #array(schema: JSONSchema): string | undefined {
    const { type, items, minItems, maxItems } = schema;
    if (type !== 'array' || !isObject(items) || !says(schema, ofArrays)) return undefined;
    const copy = this.copier(items);
    if (copy === undefined) return undefined;
    const bounds = [
      ...(minItems === undefined ? [] : [`list.length < ${Number(minItems)}`]),
      ...(maxItems === undefined ? [] : [`list.length > ${Number(maxItems)}`]),
    ];
    return [
      'if (!isArray(value) || value[Symbol.iterator] !== values || value.toJSON !== undefined) return undefined;',
      'const list = [];',
      'for (let index = 0; index < value.length; index += 1) {',
      `const item = ${copy}(value[index]);`,
      'if (item === undefined) return undefined;',
      'list.push(item);',
      '}',
      ...bounds.map((tooFew) => `if (${tooFew}) return undefined;`),
      'return list;',
    ].join('\n');
  }

  /** Types are told here, as ajv tells them; what else a schema says of a scalar, by ajv itself. */
  #scalar(schema: JSONSchema): string | undefined {
    if (!isScalar(schema)) return undefined;
    const place = this.mends.length;
    const types = [schema.type].flat() as string[];
    const test = says(schema, ofTypes)
      ? types.map((type) => typeTests[type]).join(' || ')
      : `check${this.checks.push(() => compileCheck(schema, {})) - 1}(value)`;
    this.mends.push(mender({ ...this.#wire, schema }));
    return [
      `if (${test}) return value;`,
      `value = mends[${place}](value);`,
      `return ${test} ? value : undefined;`,
    ].join('\n');
  }

  /** An object or a list, or null. */
  #optional(schema: JSONSchema): string | undefined {
    const present = optional(schema, this.#schemas);
    const copy = present && this.copier(present);
    if (copy === undefined) return undefined;
    // A union takes what is iterable for a list.
    const unlike = present?.type === 'object' ? ' || Symbol.iterator in value' : '';
    return [
      'if (value === null) return null;',
      `if (typeof value !== "object"${unlike}) return undefined;`,
      `return ${copy}(value);`,
    ].join('\n');
  }
}

/** What the long way makes of dates and big integers, which are what rows of databases hold besides plain scalars. */
function mender(wire: Wire): (value: unknown) => unknown {
  const project = once(() => compileProject(wire, 'out'));
  return (value) => (typeof value === 'bigint' || value instanceof Date ? project()(value) : undefined);
}

/** What a schema is that may be no more than a reference. */
function resolve(schema: JSONSchema, schemas: Schemas): JSONSchema | undefined {
  const seen = new Set<JSONSchema>();
  let target: JSONSchema | undefined = schema;
  while (target?.$ref !== undefined) {
    if (seen.has(target) || !says(target, ofReferences)) return undefined;
    seen.add(target);
    target = targetOf(target, schemas);
  }
  return target;
}

/** The object or the list that may be null instead. */
function optional(schema: JSONSchema, schemas: Schemas): JSONSchema | undefined {
  const options = schema.anyOf as JSONSchema[] | undefined;
  if (!Array.isArray(options) || options.length !== 2 || !says(schema, ofUnions)) return undefined;
  const nothing = options.find((option) => option.type === 'null' && says(option, ofTypes));
  const other = options.find((option) => option !== nothing);
  const present = nothing && other && resolve(other, schemas);
  return present?.type === 'object' || present?.type === 'array' ? present : undefined;
}

function isScalar(schema: JSONSchema): boolean {
  const { type, enum: constants } = schema;
  if (!says(schema, ofScalars)) return false;
  if (type !== undefined) return [type].flat().every((name) => Object.hasOwn(typeTests, name as string));
  const possible = 'const' in schema ? [schema.const] : constants;
  return Array.isArray(possible) && possible.every((value) => typeof value !== 'object' || value === null);
}

/** Whether a schema says nothing but this, and what does not matter to a check. */
function says(schema: JSONSchema, keywords: ReadonlySet<string>): boolean {
  return Object.keys(schema).every((keyword) => keywords.has(keyword) || silent.has(keyword));
}

const silent = new Set([...annotations, 'recursive']);
const ofTypes = new Set(['type']);
const ofReferences = new Set(['$ref']);
const ofUnions = new Set(['anyOf']);
const ofObjects = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'unevaluatedProperties',
]);
const ofArrays = new Set(['type', 'items', 'minItems', 'maxItems']);
const ofScalars = new Set<string>(scalarAssertions);

const typeTests: Readonly<Record<string, string>> = {
  string: 'typeof value === "string"',
  number: 'isFinite(value)',
  integer: 'isInteger(value)',
  boolean: 'typeof value === "boolean"',
  null: 'value === null',
};
