import { compileWire } from './ajv.js';
import { isObject, type JSONSchema, type Schemas } from './json-schema.js';
import { copyHarmless, isPolluting } from './json-value.js';
import { once } from './once.js';
import {
  type Branch,
  choicesOf,
  jsonTypeOf,
  likelyBranches,
  partsOf,
  targetOf,
  type Union,
  unionOf,
} from './union.js';
import { isFreeForm, type Wire } from './wire.js';

/** Copies a value as its schema describes it: declared properties only, under their names on the other side. */
export type Project = (value: unknown) => unknown;

/**
 * `in` reads names of the wire and writes those of the program, fills in defaults, and takes plain JSON; `out` is the
 * other way round and takes what programs have: dates, class instances, getters, iterables, `toJSON`.
 */
export type Direction = 'in' | 'out';

/** Compiles the projection of a schema. It never changes what it is given. */
export function compileProject(wire: Wire, direction: Direction): Project {
  const compiler = new Compiler(wire, direction);
  return compiler.compile(wire.schema);
}

const same: Project = (value) => value;

class Compiler {
  readonly #wire: Wire;
  readonly #schemas: Schemas;
  readonly #out: boolean;
  readonly #known = new Map<JSONSchema, Project>();

  constructor(wire: Wire, direction: Direction) {
    this.#wire = wire;
    this.#schemas = wire.components.schemas;
    this.#out = direction === 'out';
  }

  compile(schema: JSONSchema): Project {
    if (isFreeForm(schema)) return this.#out ? plain : copyHarmless;
    const parts = partsOf(schema, this.#schemas);
    const value = this.#shape(parts);
    if (!this.#out) return value;
    const scalar = value === same && parts.some(({ type }) => type !== undefined);
    return outgoing(scalar ? bare : value, parts.find(({ format }) => format !== undefined)?.format);
  }

  #shape(parts: readonly JSONSchema[]): Project {
    const object = this.#object(parts);
    const array = this.#array(parts);
    const choices = choicesOf(parts).map((options) => this.#choice(options));
    const other = choices.length === 1 ? (choices[0] as Project) : this.#out ? bare : copyHarmless;
    if (!object && !array && choices.length < 2) return choices.length === 1 ? other : same;
    return (value) => {
      if (typeof value !== 'object' || value === null) return other(value);
      if (Array.isArray(value) || (array && isIterable(value)))
        return array ? array(value as Iterable<unknown>) : other(value);
      if (!object && choices.length < 2) return other(value);
      return Object.assign({}, object?.(value), ...choices.map((choice) => choice(value)));
    };
  }

  /** The projection of an inner value: compiled once, and late where it is referred to, as it may be the outer one. */
  #inner(schema: JSONSchema): Project {
    if (schema.$ref === undefined) return this.compile(schema);
    const target = targetOf(schema, this.#schemas);
    const named = target && Object.keys(schema).length === 1 ? target : schema;
    const known = this.#known.get(named);
    if (known) return known;
    const late = this.#late(named);
    this.#known.set(named, late);
    return late;
  }

  #late(schema: JSONSchema): Project {
    const compiled = once(() => this.compile(schema));
    return (value) => compiled()(value);
  }

  #object(parts: readonly JSONSchema[]): ((value: object) => Record<string, unknown>) | undefined {
    const describing = parts.filter(
      (part) => part.properties || part.patternProperties || part.additionalProperties,
    );
    if (describing.length === 0) return undefined;
    const fields = this.#fields(describing);
    const others = this.#others(describing);
    const declared = new Set(this.#namesIn(parts));
    const read = this.#out ? readProperty : readOwn;
    return (value) => {
      const copy: Record<string, unknown> = {};
      for (const { from, to, project, fill } of fields) {
        const item = read(value, from);
        if (item !== undefined) copy[to] = project(item);
        else if (fill) copy[to] = fill();
      }
      if (!others) return copy;
      for (const name of Object.keys(value)) {
        if (declared.has(name) || (this.#out ? name === '__proto__' : isPolluting(name))) continue;
        const item = (value as Record<string, unknown>)[name];
        const project = others(name);
        if (project && item !== undefined) copy[name] = project(item);
      }
      return copy;
    };
  }

  /** The declared properties; one that several parts declare is as all of them say. */
  #fields(parts: readonly JSONSchema[]): Field[] {
    const byName = new Map<string, { source: string; schemas: JSONSchema[] }>();
    for (const part of parts) {
      for (const [wireName, source, schema] of this.#declaredIn(part)) {
        const known = byName.get(wireName);
        if (known) known.schemas.push(schema);
        else byName.set(wireName, { source, schemas: [schema] });
      }
    }
    return [...byName]
      .filter(([, { schemas }]) => !schemas.some((schema) => schema[this.#out ? 'writeOnly' : 'readOnly']))
      .map(([wireName, { source, schemas }]) => {
        const [first] = schemas as [JSONSchema];
        const filled = this.#out ? undefined : schemas.find((schema) => 'default' in schema);
        return {
          from: this.#out ? source : wireName,
          to: this.#out ? wireName : source,
          project: schemas.length === 1 ? this.#inner(first) : this.#late({ allOf: schemas }),
          fill: filled && (() => structuredClone(filled.default)),
        };
      });
  }

  /** How a property is projected that is not declared by its name, where any such is let through. */
  #others(parts: readonly JSONSchema[]): ((name: string) => Project | undefined) | undefined {
    const patterns = parts
      .flatMap((part) => Object.entries((part.patternProperties as Schemas | undefined) ?? {}))
      .map(([pattern, schema]) => [new RegExp(pattern, 'u'), this.#inner(schema)] as const);
    const rest = parts.map((part) => part.additionalProperties).find(Boolean);
    const project = isObject(rest) ? this.#inner(rest) : rest === true ? plain : undefined;
    if (patterns.length === 0 && !project) return undefined;
    return (name) => patterns.find(([pattern]) => pattern.test(name))?.[1] ?? project;
  }

  /** The names of the properties that a schema declares, also in the branches of its unions. */
  #namesIn(parts: readonly JSONSchema[], seen = new Set<JSONSchema>()): string[] {
    const own = parts.flatMap((part) => this.#declaredIn(part));
    const branches = choicesOf(parts).flat();
    return [
      ...own.map(([wireName, source]) => (this.#out ? source : wireName)),
      ...branches.flatMap((branch) => this.#namesIn(partsOf(branch, this.#schemas, seen), seen)),
    ];
  }

  #declaredIn(part: JSONSchema): (readonly [wireName: string, source: string, schema: JSONSchema])[] {
    const sources = this.#wire.sources.get(part);
    return Object.entries((part.properties as Schemas | undefined) ?? {}).map(([wireName, schema]) => [
      wireName,
      sources?.get(wireName) ?? wireName,
      schema,
    ]);
  }

  #array(parts: readonly JSONSchema[]): ((value: Iterable<unknown>) => unknown[]) | undefined {
    const part = parts.find(({ items, prefixItems }) => isObject(items) || Array.isArray(prefixItems));
    if (!part) return undefined;
    const items = isObject(part.items) ? this.#inner(part.items) : same;
    const prefix = ((part.prefixItems as JSONSchema[]) ?? []).map((schema) => this.#inner(schema));
    if (prefix.length === 0) return (value) => Array.from(value, (item) => items(item));
    return (value) => Array.from(value, (item, index) => (prefix[index] ?? items)(item));
  }

  /**
   * Of the branches that fit, the one that knows most of what is there. Where none fits, a likely one: what is not
   * declared does not get through, whatever becomes of the misfit.
   */
  #choice(options: readonly JSONSchema[]): Project {
    const union = unionOf(options, this.#schemas);
    const arms = new Map(union.branches.map((branch) => [branch, this.#arm(branch)]));
    const sources = this.#sourcesOf(union);
    const readMember = this.#out ? readProperty : readOwn;
    return (value) => {
      const read = (name: string): unknown => readMember(value as object, sources.get(name) ?? name);
      const likely = likelyBranches(union, this.#typeOf(value), read).map(
        (branch) => arms.get(branch) as Arm,
      );
      if (likely.length === 1) return (likely[0] as Arm).project(value);
      let best: { readonly candidate: unknown; readonly known: number } | undefined;
      for (const { project, fits, names } of likely) {
        const candidate = project(value);
        if (!fits(this.#out ? candidate : value)) continue;
        if (typeof value !== 'object' || value === null) return candidate;
        const known = names.filter((name) => readMember(value, name) !== undefined).length;
        if (!best || known > best.known) best = { candidate, known };
      }
      if (best) return best.candidate;
      if (likely.length > 0) return (likely[0] as Arm).project(value);
      const { tag } = union;
      return tag !== undefined && this.#typeOf(value) === 'object' ? { [tag]: bare(read(tag)) } : bare(value);
    };
  }

  /** Where a program has what a union names. */
  #sourcesOf({ branches }: Union): Map<string, string> {
    const parts = this.#out ? branches.flatMap(({ schema }) => partsOf(schema, this.#schemas)) : [];
    return new Map(
      parts.flatMap((part) =>
        this.#declaredIn(part).map(([wireName, source]): [string, string] => [wireName, source]),
      ),
    );
  }

  #arm({ schema }: Branch): Arm {
    const check = once(() => compileWire(this.#wire, schema));
    return {
      project: this.#inner(schema),
      names: this.#namesIn(partsOf(schema, this.#schemas)),
      fits: (value) => check()(value) as boolean,
    };
  }

  #typeOf(value: unknown): string {
    if (!this.#out || typeof value !== 'object' || value === null) return jsonTypeOf(value);
    if (value instanceof Date) return 'string';
    return isIterable(value) ? 'array' : 'object';
  }
}

interface Field {
  readonly from: string;
  readonly to: string;
  readonly project: Project;
  readonly fill: (() => unknown) | undefined;
}

interface Arm {
  readonly project: Project;
  readonly names: readonly string[];
  readonly fits: (value: unknown) => boolean;
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

function readOwn(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** Getters of classes count, what every object inherits does not. */
function readProperty(value: object, name: string): unknown {
  if (name in Object.prototype && !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** What a program has for a value of the wire: `toJSON`, dates in the format of the schema, big integers that fit. */
function outgoing(project: Project, format: unknown): Project {
  const date = dateWriters[format as string];
  return (value) => {
    if (typeof value === 'bigint') return fromBigInt(value);
    if (typeof value !== 'object' || value === null) return project(value);
    if (value instanceof Date) return date ? date(value) : project(value);
    const { toJSON } = value as { toJSON?: unknown };
    return project(typeof toJSON === 'function' ? toJSON.call(value) : value);
  };
}

/** An object or a list where neither may stand: the check tells of it, and nothing of it gets through. */
function bare(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? [] : {};
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
