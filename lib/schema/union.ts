import { COMPONENTS } from './components.js';
import { annotations, isObject, type JSONSchema, type Schemas } from './json-schema.js';

/** How a property of an object is read by its name on the wire. */
export type ReadMember = (wireName: string) => unknown;

/** A branch of a union. */
export interface Branch {
  readonly schema: JSONSchema;
  /** The JSON types that it takes, where it says. */
  readonly types: ReadonlySet<string> | undefined;
  readonly required: readonly string[];
  /** The values of the properties that have to be constants. */
  readonly constants: ReadonlyMap<string, readonly unknown[]>;
}

/** A union, and what tells its branches apart without a check of the whole value. */
export interface Union {
  readonly branches: readonly Branch[];
  /** The property that is another constant in each branch that is an object. */
  readonly tag: string | undefined;
}

export function unionOf(options: readonly JSONSchema[], schemas: Schemas): Union {
  const branches = options
    .flatMap((schema) => flatOptions(schema, schemas) ?? [schema])
    .map((schema) => branchOf(schema, schemas));
  return { branches, tag: tagOf(branches.filter((branch) => takes(branch, 'object'))) };
}

/** The branches that can be meant by a value: by its type, then by the tag, or else by what is required of it. */
export function likelyBranches({ branches, tag }: Union, type: string, read: ReadMember): readonly Branch[] {
  const typed = branches.filter((branch) => takes(branch, type));
  if (type !== 'object' || typed.length < 2) return typed;
  if (tag !== undefined) {
    const value = read(tag);
    return typed.filter((branch) => branch.constants.get(tag)?.includes(value));
  }
  const complete = typed.filter(({ required }) => required.every((name) => read(name) !== undefined));
  return complete.length > 0 ? complete : typed;
}

export function takes({ types }: Branch, type: string): boolean {
  return !types || types.has(type) || (type === 'number' && types.has('integer'));
}

/** The schema and all that applies to the same value without a choice: `allOf`, `$ref`, the branches of conditions. */
export function partsOf(schema: JSONSchema, schemas: Schemas, seen = new Set<JSONSchema>()): JSONSchema[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const dependent = Object.values((schema.dependentSchemas as object | undefined) ?? {});
  const inner = [
    targetOf(schema, schemas),
    schema.allOf,
    schema.if,
    schema.then,
    schema.else,
    dependent,
  ].flat();
  return [schema, ...inner.filter(isObject).flatMap((part) => partsOf(part, schemas, seen))];
}

/** What a `$ref` means. */
export function targetOf({ $ref }: JSONSchema, schemas: Schemas): JSONSchema | undefined {
  return typeof $ref === 'string' ? schemas[$ref.slice(COMPONENTS.length)] : undefined;
}

/** The options of the unions that apply to the same value. */
export function choicesOf(parts: readonly JSONSchema[]): JSONSchema[][] {
  return parts.flatMap(({ anyOf, oneOf }) => [anyOf, oneOf].filter(Array.isArray)) as JSONSchema[][];
}

/** Whether a union describes the same value as the schema does, or a part of it. */
export function reachesUnion(schema: JSONSchema, schemas: Schemas): boolean {
  return choicesOf(partsOf(schema, schemas)).length > 0;
}

/** The branches of a schema that is a union, or a reference to one, and says nothing else; those of inner unions among them. */
export function flatOptions(
  schema: JSONSchema,
  schemas: Schemas,
  seen = new Set<JSONSchema>(),
): JSONSchema[] | undefined {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const said = Object.keys(schema).filter((keyword) => !silent.has(keyword));
  if (said.length !== 1) return undefined;
  if (Array.isArray(schema.anyOf))
    return schema.anyOf.flatMap((option) => flatOptions(option, schemas, seen) ?? [option]);
  const target = targetOf(schema, schemas);
  return target && flatOptions(target, schemas, seen);
}

const silent = new Set([...annotations, 'recursive']);

function branchOf(schema: JSONSchema, schemas: Schemas): Branch {
  const parts = partsOf(schema, schemas);
  const types = parts.flatMap(typesOf);
  const constants = new Map<string, readonly unknown[]>();
  for (const part of parts) {
    for (const [name, property] of Object.entries((part.properties as Schemas | undefined) ?? {})) {
      const values = constantsOf(targetOf(property, schemas) ?? property);
      if (values) constants.set(name, values);
    }
  }
  return {
    schema,
    types: types.length > 0 ? new Set(types) : undefined,
    required: parts.flatMap(({ required }) => (required as string[] | undefined) ?? []),
    constants,
  };
}

function typesOf(part: JSONSchema): string[] {
  if (part.type !== undefined) return [part.type].flat() as string[];
  return constantsOf(part)?.map(jsonTypeOf) ?? [];
}

function constantsOf(schema: JSONSchema): readonly unknown[] | undefined {
  if ('const' in schema) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum : undefined;
}

function tagOf(branches: readonly Branch[]): string | undefined {
  const [first] = branches;
  if (!first || branches.length < 2) return undefined;
  return [...first.constants.keys()].find((name) => {
    const values = branches.map(({ constants }) => constants.get(name) ?? []);
    const all = values.flat();
    return values.every((own) => own.length > 0) && new Set(all).size === all.length;
  });
}

/** As JSON Schema names them; integers are numbers. */
export function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
