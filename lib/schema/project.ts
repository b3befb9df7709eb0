import { compileWire } from './ajv.js';
import { COMPONENTS } from './components.js';
import { isObject, type JSONSchema } from './json-schema.js';
import { copyHarmless, isPolluting } from './json-value.js';
import { once } from './once.js';
import { isFreeForm, type Wire } from './wire.js';

/** Copies a value as its schema describes it: declared properties only, under their names on the other side. */
export type Project = (value: unknown) => unknown;

/**
 * `in` reads names of the wire and writes those of the program, fills in defaults, and takes plain JSON;
 * `in-keep` also keeps what is not declared; `out` is the other way round and takes what programs have: dates, class
 * instances, getters, iterables, `toJSON`.
 */
export type Direction = 'in' | 'in-keep' | 'out';

/** Compiles the projection of a schema. It never changes what it is given. */
export function compileProject(wire: Wire, direction: Direction): Project {
  const compiler = new Compiler(wire, direction);
  return compiler.compile(wire.schema);
}

const same: Project = (value) => value;

class Compiler {
  readonly #wire: Wire;
  readonly #out: boolean;
  readonly #keep: boolean;
  readonly #components = new Map<string, Project>();

  constructor(wire: Wire, direction: Direction) {
    this.#wire = wire;
    this.#out = direction === 'out';
    this.#keep = direction === 'in-keep';
  }

  compile(schema: JSONSchema): Project {
    if (isFreeForm(schema)) return this.#out ? plain : copyHarmless;
    const parts = this.#parts(schema);
    const value = this.#shape(parts);
    return this.#out ? outgoing(value, schema) : value;
  }

  #shape(parts: readonly JSONSchema[]): Project {
    const choices = parts.flatMap((part) => [part.anyOf, part.oneOf].filter(Array.isArray)) as JSONSchema[][];
    const object = this.#object(parts);
    const array = this.#array(parts);
    const choose = choices.map((choice) => this.#choice(choice));
    if (!object && !array && choose.length === 0) return same;
    const [only] = choose;
    if (only && choose.length === 1 && !object && !array) return only;
    const merges = object ?? ((): Record<string, unknown> => ({}));
    return (value) => {
      if (Array.isArray(value)) return array ? array(value) : only ? only(value) : value;
      if (typeof value !== 'object' || value === null) return only && !object ? only(value) : value;
      if (array && isIterable(value)) return array(value);
      if (!object && choose.length === 0) return value;
      return Object.assign(merges(value), ...choose.map((choice) => choice(value)));
    };
  }

  /** The schema and all that applies to the same value without a choice: `allOf`, `$ref`, the branches of conditions. */
  #parts(schema: JSONSchema, seen = new Set<JSONSchema>()): JSONSchema[] {
    if (seen.has(schema)) return [];
    seen.add(schema);
    const parts = [schema];
    const inner = [schema.allOf, schema.if, schema.then, schema.else, this.#target(schema)].flat();
    for (const part of inner) if (isObject(part)) parts.push(...this.#parts(part, seen));
    for (const part of Object.values((schema.dependentSchemas as object) ?? {})) {
      if (isObject(part)) parts.push(...this.#parts(part, seen));
    }
    return parts;
  }

  #target(schema: JSONSchema): JSONSchema | undefined {
    const ref = schema.$ref as string | undefined;
    return ref === undefined ? undefined : this.#wire.components.schemas[ref.slice(COMPONENTS.length)];
  }

  /** The projection of an inner value; a component's is compiled once, and late, as it may refer to itself. */
  #inner(schema: JSONSchema): Project {
    const ref = schema.$ref as string | undefined;
    if (ref === undefined || Object.keys(schema).length > 1) return this.compile(schema);
    const known = this.#components.get(ref);
    if (known) return known;
    let compiled: Project | undefined;
    const late: Project = (value) => {
      compiled ??= this.compile(this.#target(schema) as JSONSchema);
      return compiled(value);
    };
    this.#components.set(ref, late);
    return late;
  }

  #object(parts: readonly JSONSchema[]): ((value: object) => Record<string, unknown>) | undefined {
    const describing = parts.filter(
      (part) => part.properties || part.patternProperties || part.additionalProperties,
    );
    if (describing.length === 0) return undefined;
    const fields = describing.flatMap((part) => this.#fields(part));
    const patterns = describing.flatMap((part) =>
      Object.entries((part.patternProperties as Record<string, JSONSchema>) ?? {}).map(
        ([pattern, schema]) => [new RegExp(pattern, 'u'), this.#inner(schema)] as const,
      ),
    );
    const rest = describing
      .map((part) => part.additionalProperties)
      .find((schema) => schema !== undefined && schema !== false);
    const others = isObject(rest)
      ? this.#inner(rest)
      : rest === true || this.#keep
        ? this.#out
          ? plain
          : copyHarmless
        : undefined;
    const declared = new Set(fields.flatMap(({ from }) => from));
    const read = this.#out ? readProperty : readOwn;
    return (value) => {
      const copy: Record<string, unknown> = {};
      for (const { from, to, project, fill } of fields) {
        const item = read(value, from);
        if (item !== undefined) copy[to] = project(item);
        else if (fill) copy[to] = fill();
      }
      if (patterns.length === 0 && !others) return copy;
      for (const name of Object.keys(value)) {
        if (declared.has(name) || isPolluting(name)) continue;
        const match = patterns.find(([pattern]) => pattern.test(name));
        const project = match ? match[1] : others;
        const item = (value as Record<string, unknown>)[name];
        if (project && item !== undefined) copy[name] = project(item);
      }
      return copy;
    };
  }

  #fields(part: JSONSchema): Field[] {
    const sources = this.#wire.sources.get(part) ?? {};
    return Object.entries((part.properties as Record<string, JSONSchema>) ?? {}).map(([wireName, schema]) => {
      const source = sources[wireName] ?? wireName;
      const fill = this.#out || !('default' in schema) ? undefined : () => structuredClone(schema.default);
      const [from, to] = this.#out ? [source, wireName] : [wireName, source];
      return { from, to, project: this.#inner(schema), fill };
    });
  }

  #array(parts: readonly JSONSchema[]): ((value: Iterable<unknown>) => unknown[]) | undefined {
    const part = parts.find(({ items, prefixItems }) => isObject(items) || Array.isArray(prefixItems));
    if (!part) return undefined;
    const items = isObject(part.items) ? this.#inner(part.items) : same;
    const prefix = ((part.prefixItems as JSONSchema[]) ?? []).map((schema) => this.#inner(schema));
    if (prefix.length === 0) return (value) => Array.from(value, (item) => items(item));
    return (value) => Array.from(value, (item, index) => (prefix[index] ?? items)(item));
  }

  /** The first branch that fits. A branch of another JSON type is passed over without a check. */
  #choice(options: readonly JSONSchema[]): Project {
    const branches = options.map((schema) => {
      const check = once(() => compileWire(this.#wire, schema));
      return {
        types: this.#types(schema),
        project: this.#inner(schema),
        fits: (value: unknown) => check()(value) as boolean,
      };
    });
    return (value) => {
      const type = typeOf(value, this.#out);
      const likely = branches.filter(
        ({ types }) => !types || types.has(type) || (type === 'date' && types.has('string')),
      );
      if (likely.length === 1) return (likely[0] as (typeof branches)[number]).project(value);
      for (const { project, fits } of likely) {
        const candidate = project(value);
        if (fits(this.#out ? candidate : value)) return candidate;
      }
      return value;
    };
  }

  #types(schema: JSONSchema): Set<string> | undefined {
    const found = this.#parts(schema).flatMap((part) => {
      if (part.type !== undefined) return [part.type].flat() as string[];
      if ('const' in part) return [typeOf(part.const, false)];
      if (Array.isArray(part.enum)) return part.enum.map((value) => typeOf(value, false));
      return [];
    });
    if (found.length === 0) return undefined;
    return new Set(found.map((type) => (type === 'integer' ? 'number' : type)));
  }
}

interface Field {
  readonly from: string;
  readonly to: string;
  readonly project: Project;
  readonly fill: (() => unknown) | undefined;
}

function typeOf(value: unknown, out: boolean): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'object') return typeof value;
  if (value instanceof Date) return 'date';
  return out && isIterable(value) ? 'array' : 'object';
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

function readOwn(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** Getters of classes count, what every object inherits does not. */
function readProperty(value: object, name: string): unknown {
  const found = (value as Record<string, unknown>)[name];
  return found === (Object.prototype as unknown as Record<string, unknown>)[name] &&
    !Object.hasOwn(value, name)
    ? undefined
    : found;
}

/** What a program has for a value of the wire: `toJSON`, dates in the format of the schema, big integers that fit. */
function outgoing(project: Project, schema: JSONSchema): Project {
  const date = dateWriters[schema.format as string];
  return (value) => {
    if (typeof value === 'bigint') return fromBigInt(value);
    if (typeof value !== 'object' || value === null) return project(value);
    if (value instanceof Date) return date ? date(value) : plain(value);
    const { toJSON } = value as { toJSON?: unknown };
    return project(typeof toJSON === 'function' ? toJSON.call(value) : value);
  };
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? fromBigInt(value) : value;
}

function fromBigInt(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const dateWriters: Readonly<Record<string, (date: Date) => unknown>> = {
  'date-time': (date) => (Number.isNaN(date.getTime()) ? date : date.toISOString()),
  date: (date) => (Number.isNaN(date.getTime()) ? date : date.toISOString().slice(0, 10)),
};
