import { KindGuard, type TSchema, Type } from '@sinclair/typebox';
import type { FieldPath } from '../operations/index.js';
import { unrolled } from '../schema/index.js';
import type { ObjectSchema, Schema } from '../typebox.js';
import { propertiesOf, unwrap } from './field.js';
import { type FilterClass, filterOf } from './filter.js';
import { listOf } from './operators.js';
import { checkPaths, choiceOf, spellings, spelt } from './spelling.js';

export interface FieldsFilterOptions {
  /** The fields that may be chosen. Default: all of the schema. */
  readonly fields?: readonly FieldPath[];
}

/** How deep the names of fields go: `seller.address.city` has three. */
const MAX_DEPTH = 3;

/**
 * Lets a client choose what it is shown: `FieldsFilter(Item)` takes `fields=id,name,category.name`, or `fields` repeated.
 *
 * @throws TypeError for fields that the schema does not have.
 */
export function FieldsFilter(
  schema: ObjectSchema,
  { fields }: FieldsFilterOptions = {},
): FilterClass<{ readonly fields?: readonly string[] }, 'none'> {
  const all = fieldPathsOf(schema);
  if (fields) checkPaths('FieldsFilter', fields);
  const unknown = fields?.find((field) => !all.includes(field));
  if (unknown !== undefined) {
    throw new TypeError(
      `FieldsFilter names the field "${unknown}", which its schema does not have: ${all.join(', ')}.`,
    );
  }
  const chosen = fields ?? all;
  const known = spellings(chosen);
  return filterOf([
    {
      label: 'FieldsFilter',
      parameters: (naming) => ({
        fields: Type.Optional({
          ...listOf(choiceOf(chosen.map((field) => spelt(field, naming))), {
            minItems: 1,
            maxItems: chosen.length,
          }),
          description: 'The properties that are shown, instead of all.',
        }),
      }),
      operations: ({ fields: asked }) => ({
        fields: asked
          ? [...new Set((asked as string[]).map((field) => known.get(field) ?? field))]
          : undefined,
      }),
      selects: chosen,
    },
  ]);
}

/** The paths of all that a schema shows. */
export function fieldPathsOf(schema: Schema): FieldPath[] {
  return pathsOf(schema as unknown as TSchema, []);
}

function pathsOf(schema: TSchema, trail: readonly string[]): FieldPath[] {
  return Object.entries(propertiesOf(schema)).flatMap(([name, property]) => {
    if (property.writeOnly === true) return [];
    const path = [...trail, name];
    const inner = path.length < MAX_DEPTH ? pathsOf(unwrap(property).schema, path) : [];
    return [path.join('.'), ...inner];
  });
}

/** A schema that lets each property be absent, at any depth. */
export function subsetSchema(schema: Schema): TSchema {
  return subsetOf(schema as TSchema, []);
}

/** @param around The names of the recursive schemas that it stands in: no field leads deeper into one. */
function subsetOf(schema: TSchema, around: readonly unknown[]): TSchema {
  if (KindGuard.IsRecursive(schema) && around.includes(schema.$id)) return schema;
  const inside = KindGuard.IsRecursive(schema) ? [...around, schema.$id] : around;
  const given = unrolled(schema);
  const { $id, ...bare } = given;
  if (KindGuard.IsObject(given)) {
    const properties = Object.entries(given.properties).map(([name, property]) => [
      name,
      Type.Optional(subsetOf(property, inside)),
    ]);
    const { required, ...rest } = bare;
    return { ...rest, properties: Object.fromEntries(properties) } as unknown as TSchema;
  }
  if (KindGuard.IsArray(given)) return { ...bare, items: subsetOf(given.items, inside) } as never;
  if (KindGuard.IsUnion(given)) {
    return { ...bare, anyOf: given.anyOf.map((kind) => subsetOf(kind, inside)) } as never;
  }
  if (KindGuard.IsIntersect(given)) {
    return { ...bare, allOf: given.allOf.map((kind) => subsetOf(kind, inside)) } as never;
  }
  return given;
}

/** `true` is all that is there. */
export type FieldTree = true | ReadonlyMap<string, FieldTree>;

export function treeOf(fields: readonly FieldPath[]): FieldTree {
  const tree = new Map<string, FieldTree>();
  for (const field of fields) {
    let at = tree;
    const names = field.split('.');
    for (const [index, name] of names.entries()) {
      const found = at.get(name);
      if (found === true) break;
      if (index === names.length - 1) at.set(name, true);
      else {
        const next = (found as Map<string, FieldTree> | undefined) ?? new Map<string, FieldTree>();
        at.set(name, next);
        at = next;
      }
    }
  }
  return tree;
}

/** A copy of a value with these fields alone; the value stays as it is. */
export function pickTree(value: unknown, tree: FieldTree): unknown {
  if (tree === true || typeof value !== 'object' || value === null) return value;
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, (item) => pickTree(item, tree));
  const source = typeof (value as { toJSON?: unknown }).toJSON === 'function' ? toJSON(value) : value;
  const picked: Record<string, unknown> = {};
  for (const [name, inner] of tree) {
    const found = (source as Record<string, unknown>)[name];
    if (found !== undefined) picked[name] = pickTree(found, inner);
  }
  return picked;
}

function toJSON(value: object): unknown {
  return (value as { toJSON(): unknown }).toJSON();
}
