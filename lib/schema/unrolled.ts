import { KindGuard, OptionalKind, ReadonlyKind, type TSchema } from '@sinclair/typebox';

/**
 * A recursive object as one that is not, so that its properties can be taken apart: where it refers to itself there is the
 * whole. Other schemas are returned as they are.
 */
export function unrolled(schema: TSchema): TSchema {
  if (!KindGuard.IsRecursive(schema) || !KindGuard.IsObject(schema)) return schema;
  const { $id, ...rest } = schema;
  return { ...rest, properties: withoutThis(schema.properties, schema) } as unknown as TSchema;
}

function withoutThis(value: unknown, whole: TSchema): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withoutThis(item, whole));
  if (KindGuard.IsThis(value) && value.$ref === whole.$id) {
    const modifiers = [OptionalKind, ReadonlyKind].filter((kind) => kind in value);
    return {
      ...whole,
      ...Object.fromEntries(modifiers.map((kind) => [kind, (value as TSchema)[kind as never]])),
    };
  }
  return Object.fromEntries(
    Reflect.ownKeys(value).map((name) => [name, withoutThis(value[name as never], whole)]),
  );
}
