import { isObject, type JSONSchema, type Schemas } from './json-schema.js';
import { wireName } from './naming.js';

/** Where named schemas stand in a document, and in the schemas that ajv compiles. */
export const COMPONENTS = '#/components/schemas/';

/** What a name stands for, and how the names in it are spelt. */
interface Meaning {
  readonly schema: object;
  readonly spelling: string;
  /** Where it was met first. */
  readonly label: string | undefined;
  text?: string;
}

/** The named schemas of one document, each once. */
export class Components {
  /** What is written next, as in `a schema of ItemViewSet.list`: for the sentence about a name that is taken. */
  label: string | undefined;
  readonly #meanings = new Map<string, Meaning>();
  readonly #schemas = new Map<string, JSONSchema>();
  #object: Schemas | undefined;
  readonly #known: Components | undefined;

  /** `known` are there already, and stay as they are. */
  constructor(known?: Components) {
    this.#known = known;
  }

  /** Whether this very schema, or one that reads the same, has the name; another one, or another spelling of its names, is refused. */
  has(name: string, schema: object, spelling: string): boolean {
    const known = this.#meaningOf(name);
    if (!known) return false;
    if (known.spelling === spelling || !isRespelt(schema)) {
      if (known.schema === schema) return true;
      known.text ??= JSON.stringify(known.schema);
      if (known.text === JSON.stringify(schema)) return true;
    }
    throw new TypeError(twoMeanings(name, known.label, this.label));
  }

  #meaningOf(name: string): Meaning | undefined {
    return this.#meanings.get(name) ?? (this.#known ? this.#known.#meaningOf(name) : undefined);
  }

  /** Takes the name before the schema is written, so that a schema may refer to itself. */
  reserve(name: string, schema: object, spelling: string): void {
    this.#meanings.set(name, { schema, spelling, label: this.label });
  }

  set(name: string, json: JSONSchema): void {
    this.#schemas.set(name, json);
    this.#object = undefined;
  }

  get(name: string): JSONSchema | undefined {
    return this.#schemas.get(name);
  }

  entries(): Iterable<[name: string, schema: JSONSchema]> {
    return this.#schemas;
  }

  /** Them all. Most components are never asked for it, and V8 takes long to make an object for each set of names. */
  get schemas(): Schemas {
    this.#object ??= Object.fromEntries(this.#schemas);
    return this.#object;
  }

  /** Whether they all have names of their own, and none is named after the place where it stands. */
  get areNamed(): boolean {
    return [...this.#meanings.values()].every(({ schema }) => !isOrdinal((schema as JSONSchema).$id));
  }

  /** Takes the names that a schema has in it, as if it was written here. */
  meet(others: Components): void {
    for (const [name, { schema, spelling }] of others.#meanings)
      if (!this.has(name, schema, spelling)) this.reserve(name, schema, spelling);
  }

  /** Takes over the names of others, and not their schemas. */
  takeNames(others: Components): void {
    for (const [name, meaning] of others.#meanings) this.#meanings.set(name, meaning);
  }
}

function twoMeanings(name: string, known: string | undefined, label: string | undefined): string {
  return known === undefined
    ? `Two different schemas have the $id "${name}": a component has one meaning in a document, so give one of them another $id.`
    : `The component "${name}" would have two meanings in the document: ${known} and ${label} differ. ` +
        'The name is the $id of a schema, or the name of an error class: give one of them another.';
}

/** Whether the names in a schema differ by spelling; one without such names may stand beside any. */
function isRespelt(schema: object): boolean {
  let found = false;
  JSON.stringify(schema, (key, value) => {
    if (key === 'properties' && isObject(value))
      found ||= Object.keys(value).some((name) => wireName(name, 'snake_case') !== name);
    return value;
  });
  return found;
}

/** How TypeBox counts recursive schemas that have no name. */
export function isOrdinal(id: unknown): boolean {
  return typeof id === 'string' && /^T\d+$/.test(id);
}

/** A component name that OpenAPI allows: the last part of a URI, without its ending. */
export function componentName(id: string): string {
  const last = id.split(/[/#]/).filter(Boolean).at(-1) ?? id;
  return last.replace(/\.json$/, '').replace(/[^A-Za-z0-9._-]+/g, '_');
}
