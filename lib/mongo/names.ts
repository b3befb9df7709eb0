import type { FieldPath, Scalar } from '../operations/index.js';
import { RefusedValue } from '../repository/refusal.js';

/** How the properties of an entity are kept in its document. */
export interface MongoMapping {
  /**
   * The names that properties have in the document, where they differ; a path keeps the rest of its names. Default:
   * `{ id: '_id' }`. With `{}`, `_id` is no property, and is left out of entities.
   */
  readonly fields?: Readonly<Record<string, string>>;
  /**
   * The fields that conditions, orders and projections may name, as whole paths; what can be written are the properties
   * that they start with. Default: any. The key of an entity, which is the view's, may have others.
   */
  readonly allow?: readonly FieldPath[];
  /** How a `Date` is kept: as a date of BSON, or as a text such as `2024-02-29T08:30:00.500Z`. Default `date`. */
  readonly dates?: 'date' | 'text';
  /**
   * Makes of a value what the document has in its place, by field: `{ id: (id) => new ObjectId(String(id)) }`. Used where
   * fields are compared, and where properties are written. `undefined` means that no document can have the value: a
   * comparison with it does not hold, and writing it is a 400.
   */
  readonly encode?: Readonly<Record<FieldPath, (value: Scalar) => unknown>>;
}

const defaults: Readonly<Record<string, string>> = { id: '_id' };

/**
 * The path of a field within the document.
 *
 * @throws TypeError when the field is not allowed, or its name could mean something else than a field.
 */
export function toMongoPath(field: FieldPath, mapping: MongoMapping = {}): string {
  const path = findMongoPath(field, mapping);
  if (path === undefined) {
    // The name may come from outside, so that it is not repeated.
    throw new TypeError(
      'A field was asked for that is not allowed: expected a name, or names joined by dots, without "$" at the start and without NUL.',
    );
  }
  return path;
}

/** The same; `undefined` where the field is not allowed. */
export function findMongoPath(
  field: FieldPath,
  { fields = defaults, allow }: MongoMapping = {},
): string | undefined {
  const names = typeof field === 'string' ? field.split('.') : [];
  if (names.length === 0 || names.some(isUnsafe) || (allow && !allow.includes(field))) return undefined;
  const [first, ...rest] = names as [string, ...string[]];
  return [own(fields, first) ?? first, ...rest].join('.');
}

/** What the document has for a value of a field; `undefined` where it cannot have one. */
export function encodeValue(field: FieldPath, value: Scalar, { encode, dates }: MongoMapping): unknown {
  if (!isScalar(value)) {
    throw new TypeError(`The field "${field}" is compared with what is no text, number, boolean or Date.`);
  }
  const convert = own(encode ?? {}, field);
  if (convert) return convert(value);
  return dates === 'text' && value instanceof Date ? value.toISOString() : value;
}

/**
 * The document of an entity, or of some of its properties: under their names there, without those that are undefined.
 *
 * @throws TypeError when a property has a name that MongoDB takes for something else.
 * @throws BadRequest when `encode` has nothing for a value.
 */
export function toMongoDocument(values: object, mapping: MongoMapping = {}): Record<string, unknown> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  const allowed = mapping.allow && new Set(mapping.allow.map((field) => field.split('.')[0]));
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (name.includes('.') || isUnsafe(name) || allowed?.has(name) === false) {
        throw new TypeError(
          'A property cannot be stored: it is not allowed, or its name is empty, starts with "$", or has a dot or NUL.',
        );
      }
      return [own(mapping.fields ?? defaults, name) ?? name, stored(name, value, mapping)];
    }),
  );
}

function stored(name: string, value: unknown, mapping: MongoMapping): unknown {
  if (isScalar(value)) {
    const encoded = encodeValue(name, value, mapping);
    if (encoded !== undefined) return encoded;
    throw new RefusedValue(undefined, { fields: [name] });
  }
  return mapping.dates === 'text' ? withTextDates(value) : value;
}

/** Dates anywhere in a value as texts, as for those at the top. */
function withTextDates(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(withTextDates);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withTextDates(item)]));
}

/** The entity of a document: its properties under their own names, and no `_id` that is not one of them. */
export function fromMongoDocument(document: object, mapping: MongoMapping = {}): object {
  const properties = propertyNames(mapping);
  return Object.fromEntries(
    Object.entries(document)
      .filter(([name]) => name !== '_id' || properties.has(name))
      .map(([name, value]) => [properties.get(name) ?? name, value]),
  );
}

/** The properties by their names in the document, where they are mapped. */
export function propertyNames({ fields = defaults }: MongoMapping): ReadonlyMap<string, string> {
  return new Map(Object.entries(fields).map(([property, name]) => [name, property]));
}

/** @throws TypeError when the mapping is one that cannot work. */
export function checkMapping({ fields = defaults }: MongoMapping): void {
  for (const [property, name] of Object.entries(fields)) {
    if ([property, name].some((part) => typeof part !== 'string' || part.includes('.') || isUnsafe(part))) {
      throw new TypeError(
        `\`fields\` maps "${property}" to "${name}": both have to be single names, without dots, without "$" at the start.`,
      );
    }
  }
  if (new Set(Object.values(fields)).size < Object.keys(fields).length) {
    throw new TypeError('`fields` maps two properties to one name of the document.');
  }
}

function isUnsafe(name: string): boolean {
  return name === '' || name.startsWith('$') || name.includes('\0') || name === '__proto__';
}

function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value) || value instanceof Date;
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
