import { compileCheck } from '../ajv.js';
import { isObject, type JSONSchema, type Schemas, typesOf } from '../json-schema.js';
import { once } from '../once.js';
import { compileProject } from '../project.js';
import type { Wire } from '../wire.js';
import type { Form, Member } from './forms.js';
import { quoted, scalarText } from './quoted.js';
import { isScalar, scalarTest } from './scalar-test.js';
import { optional, resolve, says, shapes } from './shapes.js';

/**
 * Generates code, as ajv does for its checks, that checks a value and makes something of it in one go; `undefined` for schemas of
 * more than declared properties, lists and scalars. The code returns `undefined` where the long way has to be taken.
 */
export function generate(wire: Wire, form: Form): ((value: unknown) => unknown) | undefined {
  const generator = new Generator(wire, form);
  const top = generator.maker(wire.schema);
  if (top === undefined) return undefined;
  // Someone may have given a property to all objects, which is then none of this one: the long way tells them apart.
  const inherited = [...generator.names].map((name) => `${JSON.stringify(name)} in base`);
  const known = {
    base: Object.prototype,
    prototypeOf: Object.getPrototypeOf,
    hasOwn: Object.hasOwn,
    isArray: Array.isArray,
    values: Array.prototype.values,
    isFinite: Number.isFinite,
    isInteger: Number.isInteger,
    isSafeInteger: Number.isSafeInteger,
    quoted,
    scalarText,
    checks: generator.checks.map((compile) => compile()),
    mends: generator.mends,
    fills: generator.fills,
  };
  const code = [
    `"use strict"; const { ${Object.keys(known).join(', ')} } = known;`,
    // A constant is a target that V8 can inline; an entry of an array is none.
    ...generator.checks.map((_, place) => `const check${place} = checks[${place}];`),
    ...generator.functions,
    `return (value) => ${inherited.length > 0 ? `${inherited.join(' || ')} ? undefined : ` : ''}${top}(value);`,
  ].join('\n');
  return new Function('known', code)(known);
}

/** Each schema is a function, by the name of which it is called where the schema stands; hoisted, so that it may recur. */
class Generator {
  readonly functions: string[] = [];
  /** The properties that are read without a look at whether they are the object's own. */
  readonly names = new Set<string>();
  readonly checks: (() => (value: unknown) => unknown)[] = [];
  readonly mends: ((value: unknown) => unknown)[] = [];
  readonly fills: (() => unknown)[] = [];
  readonly #wire: Wire;
  readonly #form: Form;
  readonly #isInput: boolean;
  readonly #schemas: Schemas;
  readonly #known = new Map<JSONSchema, string>();

  constructor(wire: Wire, form: Form) {
    this.#wire = wire;
    this.#form = form;
    this.#isInput = form.direction === 'in';
    this.#schemas = wire.components.schemas;
  }

  /** The name of the function of a schema; nothing where the schema says what none is generated for. */
  maker(schema: JSONSchema): string | undefined {
    const target = resolve(schema, this.#schemas);
    if (!target) return undefined;
    const known = this.#known.get(target);
    if (known) return known;
    const name = `make${this.#known.size}`;
    this.#known.set(target, name);
    const body =
      this.#object(target) ?? this.#array(target) ?? this.#scalar(target) ?? this.#optional(target);
    if (body === undefined) return undefined;
    this.functions.push(`function ${name}(value) {\n${body.join('\n')}\n}`);
    return name;
  }

  /**
   * Reads each property once and in the order of the long way, so that objects with getters and instances of classes
   * are read alike; only if the result does not fit in the end are their getters called by both ways.
   */
  #object(schema: JSONSchema): string[] | undefined {
    const { type, properties, additionalProperties, unevaluatedProperties, required = [] } = schema;
    if (type !== 'object' || !isObject(properties) || !says(schema, shapes.object)) return undefined;
    const others = additionalProperties ?? unevaluatedProperties;
    if (others !== undefined && others !== false) return undefined;
    const hidden = this.#isInput ? 'readOnly' : 'writeOnly';
    const fields = Object.entries(properties as Schemas).filter(([, property]) => !property[hidden]);
    const declared = new Set(fields.map(([name]) => name));
    const needed = new Set(required as string[]);
    if (declared.has('__proto__') || [...needed].some((name) => !declared.has(name))) return undefined;
    const sources = this.#wire.sources.get(schema);
    const lines: string[] = [];
    const members: Member[] = [];
    for (const [index, [wireName, property]] of fields.entries()) {
      const make = this.maker(property);
      if (make === undefined) return undefined;
      const source = sources?.get(wireName) ?? wireName;
      const [read, name] = this.#isInput ? [wireName, source] : [source, wireName];
      const [from, made] = [`from${index}`, `made${index}`];
      lines.push(`const ${from} = ${this.#read(read)};`);
      if (needed.has(wireName)) {
        lines.push(`const ${made} = ${make}(${from});`, `if (${made} === undefined) return undefined;`);
        members.push({ name, made });
      } else {
        const isFilled = this.#isInput && 'default' in property;
        const left = isFilled ? this.#fill(property) : 'undefined';
        lines.push(
          `const ${made} = ${from} === undefined ? ${left} : ${make}(${from});`,
          `if (${made} === undefined && ${from} !== undefined) return undefined;`,
        );
        members.push(isFilled ? { name, made } : { name, made, given: `${made} !== undefined` });
      }
    }
    return [
      'if (typeof value !== "object" || value === null || isArray(value)) return undefined;',
      ...(this.#isInput
        ? [
            'if (prototypeOf(value) !== base) return undefined;',
            ...this.#closed(others, Object.keys(properties)),
          ]
        : // The copy holds nothing that could be refused.
          ['if (value.toJSON !== undefined) return undefined;']),
      ...lines,
      ...this.#form.object(members),
    ];
  }

  #fill({ default: value }: JSONSchema): string {
    return `fills[${this.fills.push(() => structuredClone(value)) - 1}]()`;
  }

  /** An input may have to be refused for what else it has. */
  #closed(others: unknown, names: readonly string[]): string[] {
    if (others !== false) return [];
    const isKnown = names.map((name) => `name === ${JSON.stringify(name)}`).join(' || ') || 'false';
    return [`for (const name in value) if (!(${isKnown})) return undefined;`];
  }

  #read(source: string): string {
    const name = JSON.stringify(source);
    if (source in Object.prototype) return `hasOwn(value, ${name}) ? value[${name}] : undefined`;
    this.names.add(source);
    return `value[${name}]`;
  }

  /** Lists only: another iterable may be gone after it was read, and the long way could not read it again. */
  #array(schema: JSONSchema): string[] | undefined {
    const { type, items, minItems, maxItems } = schema;
    const { list } = this.#form;
    if (!list || type !== 'array' || !isObject(items) || !says(schema, shapes.array)) return undefined;
    const make = this.maker(items);
    if (make === undefined) return undefined;
    // At the end, as a getter of an item may change the list.
    const bounds = [
      ...(minItems === undefined ? [] : [`index < ${Number(minItems)}`]),
      ...(maxItems === undefined ? [] : [`index > ${Number(maxItems)}`]),
    ];
    return [
      'if (!isArray(value) || value[Symbol.iterator] !== values || value.toJSON !== undefined) return undefined;',
      list.begin,
      'let index = 0;',
      'for (; index < value.length; index += 1) {',
      `const item = ${make}(value[index]);`,
      'if (item === undefined) return undefined;',
      list.add,
      '}',
      ...bounds.map((outOfBounds) => `if (${outOfBounds}) return undefined;`),
      list.end,
    ];
  }

  #scalar(schema: JSONSchema): string[] | undefined {
    if (!isScalar(schema)) return undefined;
    const known = scalarTest(schema);
    const asked = known?.isExact
      ? undefined
      : `check${this.checks.push(() => compileCheck(schema, {})) - 1}(value)`;
    const test = [known?.test, asked].filter((each) => each !== undefined).join(' || ');
    const made = this.#form.scalar('value', typesOf(schema));
    if (this.#isInput) return [`return ${test} ? ${made} : undefined;`];
    const place = this.mends.push(mender({ ...this.#wire, schema })) - 1;
    return [
      `if (${test}) return ${made};`,
      `value = mends[${place}](value);`,
      `return ${test} ? ${made} : undefined;`,
    ];
  }

  /** An object or a list, or null. */
  #optional(schema: JSONSchema): string[] | undefined {
    const present = optional(schema, this.#schemas);
    const make = present && this.maker(present);
    if (make === undefined) return undefined;
    // A union takes what is iterable for a list.
    const unlike = present?.type === 'object' ? ' || Symbol.iterator in value' : '';
    return [
      `if (value === null) return ${this.#form.nothing};`,
      `if (typeof value !== "object"${unlike}) return undefined;`,
      `return ${make}(value);`,
    ];
  }
}

/** What the long way makes of dates and big integers, which are what rows of databases hold besides plain scalars. */
function mender(wire: Wire): (value: unknown) => unknown {
  const project = once(() => compileProject(wire, 'out'));
  return (value) => (typeof value === 'bigint' || value instanceof Date ? project()(value) : undefined);
}
