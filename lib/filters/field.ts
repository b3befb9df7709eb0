import { KindGuard, type TSchema, Type } from '@sinclair/typebox';
import type { FieldPath, Scalar } from '../operations/index.js';
import type { Schema } from '../typebox.js';
import { DATE_OR_TIME, readInstant } from './instant.js';

export type FieldType = 'string' | 'integer' | 'number' | 'boolean' | 'date-time' | 'date';

/** A scalar property of a schema that filters can compare. */
export interface Field {
  readonly path: FieldPath;
  readonly type: FieldType;
  /** Whether it may be null or absent, also because an object around it may. */
  readonly nullable: boolean;
  /** Whether the path leads through a list. */
  readonly many: boolean;
  /** Whether it, or an object around it, is never shown. */
  readonly writeOnly: boolean;
  /** Whether it is a text whose parts mean something, unlike those of an enum or of a UUID. */
  readonly free: boolean;
  /** The schema of a value that it is compared with: its type, without the limits of what may be stored. */
  readonly operand: TSchema;
  /** A checked operand as the value of a condition. */
  value(operand: unknown): Scalar;
}

/** The longest text that is compared with, in characters. */
const MAX_TEXT = 500;

/** The scalar at a path, `undefined` where there is none. */
export function fieldAt(schema: Schema, path: FieldPath): Field | undefined {
  const place = placeAt(schema, path);
  const type = place && typeOf(place.schema);
  if (!place || !type) return undefined;
  const { schema: at, nullable, many, writeOnly } = place;
  return {
    path,
    type,
    nullable,
    many,
    writeOnly,
    free:
      type === 'string' && at.type === 'string' && at.format !== 'uuid' && !('enum' in at || 'const' in at),
    operand: operandOf(at, type),
    value: type === 'date-time' ? (text) => readInstant(text as string) as Date : (value) => value as Scalar,
  };
}

/** What a path leads to, a scalar or not; `undefined` where the schema does not have it. */
export function placeAt(schema: Schema, path: FieldPath): Place | undefined {
  let place: Place = { schema: schema as TSchema, nullable: false, many: false, writeOnly: false };
  for (const name of path.split('.')) {
    const property = propertiesOf(place.schema)[name];
    if (!property) return undefined;
    const inner = unwrap(property);
    place = {
      schema: inner.schema,
      nullable: place.nullable || inner.nullable,
      many: place.many || inner.many,
      writeOnly: place.writeOnly || property.writeOnly === true || inner.schema.writeOnly === true,
    };
  }
  return place;
}

/** The properties of an object schema, also of those that it is combined of. */
export function propertiesOf(schema: TSchema): Readonly<Record<string, TSchema>> {
  if (KindGuard.IsIntersect(schema)) return Object.assign({}, ...schema.allOf.map(propertiesOf));
  return KindGuard.IsObject(schema) ? own(schema.properties) : {};
}

/** No property of every object, such as `constructor`, is one of the schema. */
function own(properties: object): Record<string, TSchema> {
  return Object.assign(Object.create(null), properties);
}

interface Unwrapped {
  readonly schema: TSchema;
  readonly nullable: boolean;
  readonly many: boolean;
}

interface Place extends Unwrapped {
  readonly writeOnly: boolean;
}

/** What stands inside of optional, nullable and lists. */
export function unwrap(property: TSchema): Unwrapped {
  const optional = KindGuard.IsOptional(property);
  if (KindGuard.IsArray(property)) return { ...unwrap(property.items), nullable: true, many: true };
  if (!KindGuard.IsUnion(property)) return { schema: property, nullable: optional, many: false };
  const kinds = property.anyOf.filter((kind: TSchema) => !KindGuard.IsNull(kind));
  const nullable = optional || kinds.length < property.anyOf.length;
  const [only] = kinds;
  if (only && kinds.length === 1) {
    const inner = unwrap(only);
    return { ...inner, nullable: nullable || inner.nullable };
  }
  return {
    schema: kinds.length === property.anyOf.length ? property : Type.Union(kinds),
    nullable,
    many: false,
  };
}

function typeOf(schema: TSchema): FieldType | undefined {
  if (KindGuard.IsUnion(schema)) {
    const types = new Set(schema.anyOf.map(typeOf));
    return types.size === 1 ? [...types][0] : undefined;
  }
  if (KindGuard.IsLiteral(schema)) {
    return typeof schema.const === 'number' ? 'number' : (typeof schema.const as 'string' | 'boolean');
  }
  if (schema.type === 'string' || schema.type === undefined) {
    if (schema.format === 'date-time' || schema.format === 'date') return schema.format;
    return schema.type === 'string' || isTextEnum(schema) ? 'string' : undefined;
  }
  return schema.type === 'integer' || schema.type === 'number' || schema.type === 'boolean'
    ? schema.type
    : undefined;
}

function isTextEnum({ enum: values }: TSchema): boolean {
  return Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === 'string');
}

function operandOf(schema: TSchema, type: FieldType): TSchema {
  if (type === 'date-time') return DATE_OR_TIME;
  if (KindGuard.IsUnion(schema) || KindGuard.IsLiteral(schema) || isTextEnum(schema)) return bare(schema);
  if (type === 'integer') return Type.Integer();
  if (type === 'number') return Type.Number();
  if (type === 'boolean') return Type.Boolean();
  // Not all databases have the year 0.
  if (type === 'date') return Type.String({ format: 'date', pattern: '^(?!0000)', maxLength: 10 });
  const { format } = schema;
  return Type.String({ maxLength: MAX_TEXT, ...(format !== undefined && { format }) });
}

/** The text that a field is searched for. */
export function textOperand(): TSchema {
  return Type.String({ minLength: 1, maxLength: MAX_TEXT });
}

/** Without what belongs to the property, and not to a value of its type. */
function bare({
  $id,
  default: _default,
  readOnly,
  writeOnly,
  title,
  description,
  ...schema
}: TSchema): TSchema {
  return schema as TSchema;
}
