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

/** The same, and what it makes is the text of the copy, letter by letter as `JSON.stringify` writes it. */
export type QuickText = (value: unknown) => string | undefined;

/**
 * Generates the code of the quick copy, as ajv does for its checks, for schemas of declared properties, lists and
 * scalars; `undefined` for any other.
 */
export function compileQuickCopy(wire: Wire): QuickCopy | undefined {
  return generate(wire, asCopy);
}

/** Generates the code of the quick text, for the same schemas. */
export function compileQuickText(wire: Wire): QuickText | undefined {
  return generate(wire, asText) as QuickText | undefined;
}

function generate(wire: Wire, form: Form): QuickCopy | undefined {
  const generator = new Generator(wire, form);
  const top = generator.writer(wire.schema);
  if (top === undefined) return undefined;
  // Someone may have given a property to all objects, which is then none of this one: the long way tells them apart.
  const inherited = [...generator.names].map((name) => `${JSON.stringify(name)} in base`);
  const code = [
    '"use strict"; const { base, isArray, isFinite, isInteger, hasOwn, values, checks, mends, quoted, scalarText } = known;',
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
    quoted,
    scalarText,
  });
}

/** What the generated code makes of a value that fits: expressions and statements of it, where parts are names of variables. */
interface Form {
  /** Of one of these types. */
  scalar(value: string, types: readonly string[]): string;
  readonly nothing: string;
  /** Ends the function of an object. */
  object(members: readonly Member[]): string[];
  readonly list: { readonly begin: string; readonly add: string; readonly end: string };
}

interface Member {
  readonly name: string;
  /** The variable that holds what was made of it. */
  readonly made: string;
  /** An expression that says whether it is there; none where it always is. */
  readonly given?: string;
}

const asCopy: Form = {
  scalar: (value) => value,
  nothing: 'null',
  object: (members) => [
    `return { ${members.map(({ name, made }) => `${JSON.stringify(name)}: ${made}`).join(', ')} };`,
  ],
  list: { begin: 'const list = [];', add: 'list.push(item);', end: 'return list;' },
};

const asText: Form = {
  scalar: (value, types) => {
    const mayBeString = types.length === 0 || types.includes('string');
    return `${mayBeString ? (types.length === 1 ? 'quoted' : 'scalarText') : 'String'}(${value})`;
  },
  nothing: '"null"',
  object: (members) => {
    // Whether a comma is due is known from the first member on that is always there.
    const first = members.findIndex(({ given }) => given === undefined);
    const lines = members.map(({ name, made, given }, index) => {
      const label = `${JSON.stringify(name)}:`;
      const [plain, next] = [JSON.stringify(label), JSON.stringify(`,${label}`)];
      const isLed = first >= 0 && index > first;
      const lead = isLed ? next : index === 0 ? plain : `(text.length > 1 ? ${next} : ${plain})`;
      return `${given === undefined ? '' : `if (${given}) `}text += ${lead} + ${made};`;
    });
    return ['let text = "{";', ...lines, 'return text + "}";'];
  },
  list: {
    begin: 'let list = "[";',
    add: 'list += index === 0 ? item : "," + item;',
    end: 'return list + "]";',
  },
};

/** As `JSON.stringify` writes it. */
function scalarText(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** Of characters: to look at each of so few is faster than to search them. */
const SHORT = 40;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what JSON has to escape (RFC 8259 section 7).
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

function quoted(text: string): string {
  if (text.length > SHORT) return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code <= 0xdfff))
      return JSON.stringify(text);
  }
  return `"${text}"`;
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
  readonly #form: Form;
  readonly #schemas: Schemas;
  readonly #known = new Map<JSONSchema, string>();

  constructor(wire: Wire, form: Form) {
    this.#wire = wire;
    this.#form = form;
    this.#schemas = wire.components.schemas;
  }

  /** The name of the function of a schema; nothing where the schema says what none is generated for. */
  writer(schema: JSONSchema): string | undefined {
    const target = resolve(schema, this.#schemas);
    if (!target) return undefined;
    const known = this.#known.get(target);
    if (known) return known;
    const name = `write${this.#known.size}`;
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
    const members: Member[] = [];
    for (const [index, [name, property]] of fields.entries()) {
      const write = this.writer(property);
      if (write === undefined) return undefined;
      const [from, made] = [`from${index}`, `made${index}`];
      lines.push(`const ${from} = ${this.#read(sources[name] ?? name)};`);
      if (needed.has(name)) {
        lines.push(`const ${made} = ${write}(${from});`, `if (${made} === undefined) return undefined;`);
        members.push({ name, made });
      } else {
        lines.push(
          `const ${made} = ${from} === undefined ? undefined : ${write}(${from});`,
          `if (${made} === undefined && ${from} !== undefined) return undefined;`,
        );
        members.push({ name, made, given: `${made} !== undefined` });
      }
    }
    return [
      'if (typeof value !== "object" || value === null || isArray(value)) return undefined;',
      'if (value.toJSON !== undefined) return undefined;',
      ...lines,
      ...this.#form.object(members),
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
    const write = this.writer(items);
    if (write === undefined) return undefined;
    // At the end, as a getter of an item may change the list.
    const bounds = [
      ...(minItems === undefined ? [] : [`index < ${Number(minItems)}`]),
      ...(maxItems === undefined ? [] : [`index > ${Number(maxItems)}`]),
    ];
    const { begin, add, end } = this.#form.list;
    return [
      'if (!isArray(value) || value[Symbol.iterator] !== values || value.toJSON !== undefined) return undefined;',
      begin,
      'let index = 0;',
      'for (; index < value.length; index += 1) {',
      `const item = ${write}(value[index]);`,
      'if (item === undefined) return undefined;',
      add,
      '}',
      ...bounds.map((outOfBounds) => `if (${outOfBounds}) return undefined;`),
      end,
    ].join('\n');
  }

  /** Types are told here, as ajv tells them; what else a schema says of a scalar, by ajv itself. */
  #scalar(schema: JSONSchema): string | undefined {
    if (!isScalar(schema)) return undefined;
    const place = this.mends.length;
    const types = [schema.type ?? []].flat() as string[];
    const simple = says(schema, ofTypes)
      ? types.map((type) => typeTests[type]).join(' || ')
      : boundsTest(schema);
    const isExact = says(schema, ofTypes);
    const check = () => `check${this.checks.push(() => compileCheck(schema, {})) - 1}(value)`;
    const test = isExact ? simple : [...(simple ? [simple] : []), check()].join(' || ');
    this.mends.push(mender({ ...this.#wire, schema }));
    const made = this.#form.scalar('value', types);
    return [
      `if (${test}) return ${made};`,
      `value = mends[${place}](value);`,
      `return ${test} ? ${made} : undefined;`,
    ].join('\n');
  }

  /** An object or a list, or null. */
  #optional(schema: JSONSchema): string | undefined {
    const present = optional(schema, this.#schemas);
    const write = present && this.writer(present);
    if (write === undefined) return undefined;
    // A union takes what is iterable for a list.
    const unlike = present?.type === 'object' ? ' || Symbol.iterator in value' : '';
    return [
      `if (value === null) return ${this.#form.nothing};`,
      `if (typeof value !== "object"${unlike}) return undefined;`,
      `return ${write}(value);`,
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
const ofBounds = new Set([
  'type',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
]);
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

/**
 * A test of nothing but bounds, which what passes it surely fits; `undefined` where there is more to it. A length counts characters
 * (JSON Schema Validation section 6.3), of which each takes one or two units of a string: where that matters, ajv counts.
 */
function boundsTest(schema: JSONSchema): string | undefined {
  const { type, minLength = 0, maxLength, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (typeof type !== 'string' || !says(schema, ofBounds)) return undefined;
  const bounds: readonly [string, unknown][] =
    type === 'string'
      ? [
          ['value.length >=', Math.max(2 * Number(minLength) - 1, 0)],
          ['value.length <=', maxLength],
        ]
      : [
          ['value >=', minimum],
          ['value <=', maximum],
          ['value >', exclusiveMinimum],
          ['value <', exclusiveMaximum],
        ];
  const tests = bounds
    .filter(([, bound]) => bound !== undefined)
    .map(([test, bound]) => `${test} ${Number(bound)}`);
  return `(${[typeTests[type], ...tests].join(' && ')})`;
}

const typeTests: Readonly<Record<string, string>> = {
  string: 'typeof value === "string"',
  number: 'isFinite(value)',
  integer: 'isInteger(value)',
  boolean: 'typeof value === "boolean"',
  null: 'value === null',
};
