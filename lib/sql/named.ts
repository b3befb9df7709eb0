import type { Scalar } from '../operations/index.js';
import { type Dialect, encodeScalar, encodeStored, parameter, type StoredDate } from './dialect.js';
import { type Fragment, joined, nameChunk, valueChunk } from './fragment.js';
import type { Column, Relation, Source } from './source.js';

/** The columns of a table: their names, or a column by the property that it is for. */
export type Columns = readonly string[] | Readonly<Record<string, string>>;

/** The way to the rows of another table. */
export interface RelationOptions {
  /** The other table: `'categories'`, or with its schema, `'shop.categories'`. */
  readonly table: string;
  /** A column of this table, and the column of the other one that has to be equal: `{ category_id: 'id' }`. */
  readonly on: Readonly<Record<string, string>>;
  /** Whether there may be more than one row, so that nothing can be sorted by it. Default false. */
  readonly many?: boolean | undefined;
  /** As those of the repository. */
  readonly columns?: Columns | undefined;
  readonly relations?: Readonly<Record<string, RelationOptions>> | undefined;
  readonly collations?: Readonly<Record<string, string>> | undefined;
}

/** What a table is told by that no types are known of. */
export interface NamedOptions {
  /**
   * What may be named, and is selected: `['id', 'name']`, or the columns by the properties that they are for,
   * `{ createdAt: 'created_at' }`. Default: each property is the column of its name, quoted, and `*` is selected, whatever
   * fields are asked for.
   */
  readonly columns?: Columns | undefined;
  /** The tables that are reached by a path, by its first step: `{ category: { table: 'categories', on: { category_id: 'id' } } }`. */
  readonly relations?: Readonly<Record<string, RelationOptions>> | undefined;
  /** The collations that properties are sorted and compared in: `{ name: 'C' }`. Default: those of the columns. */
  readonly collations?: Readonly<Record<string, string>> | undefined;
  /** Makes parameters of values, for columns of an unusual form. */
  readonly encode?: ((value: Scalar, property: string) => unknown) | undefined;
}

interface Definition {
  readonly table: readonly string[];
  readonly columns: ReadonlyMap<string, string> | undefined;
  /** The other way round; where nothing is declared, the names are the same. */
  readonly properties: ReadonlyMap<string, string> | undefined;
  readonly relations: ReadonlyMap<string, Relation>;
  readonly collations: ReadonlyMap<string, string>;
  readonly encoding: Encoding;
}

interface Encoding {
  readonly dialect: Dialect;
  readonly dates: StoredDate;
  readonly encode: ((value: Scalar, property: string) => unknown) | undefined;
}

/** A table that is known by the names of its columns alone. */
export class NamedSource implements Source {
  readonly name: string;
  readonly qualifier: string;
  readonly #definition: Definition;

  private constructor(definition: Definition, qualifier: string) {
    this.name = definition.table.join('.');
    this.#definition = definition;
    this.qualifier = qualifier;
  }

  /**
   * @param alias What the table is called in the query, where it has another name there.
   * @throws TypeError when the options do not fit together.
   */
  static of(
    table: string,
    options: NamedOptions,
    { dialect, dates, alias }: { dialect: Dialect; dates: StoredDate; alias?: string | undefined },
  ): NamedSource {
    const definition = define(table, options, { dialect, dates, encode: options.encode });
    return new NamedSource(definition, alias ?? (definition.table.at(-1) as string));
  }

  /** The same table by an alias. */
  static related(definition: Definition, alias: string): NamedSource {
    return new NamedSource(definition, alias);
  }

  column(property: string): Column | undefined {
    const { columns, relations, collations, encoding } = this.#definition;
    const name = columns ? columns.get(property) : undeclared(property, relations);
    if (name === undefined) return undefined;
    const encode = (value: Scalar) =>
      encoding.encode
        ? encoding.encode(value, property)
        : encodeScalar(encoding.dialect, value, encoding.dates);
    return {
      chunk: nameChunk(this.qualifier, name),
      collation: collations.get(property),
      key: name,
      parameter: (value) => parameter(encoding.dialect, value, valueChunk(encode(value))),
      stored: (value) =>
        encoding.encode && isScalar(value)
          ? encoding.encode(value, property)
          : encodeStored(encoding.dialect, value, encoding.dates),
    };
  }

  relation(property: string): Relation | undefined {
    return this.#definition.relations.get(property);
  }

  properties(): readonly string[] | undefined {
    const { columns } = this.#definition;
    return columns && [...columns.keys()];
  }

  propertyOf(column: string): string | undefined {
    const { properties } = this.#definition;
    return properties ? properties.get(column) : column;
  }
}

function define(table: string, options: NamedOptions, encoding: Encoding): Definition {
  if (typeof table !== 'string' || table === '') {
    throw new TypeError('A table is named by a text that is not empty, such as "items".');
  }
  const columns = options.columns && columnsOf(options.columns, table);
  const relations = new Map<string, Relation>();
  for (const [property, relation] of Object.entries(options.relations ?? {})) {
    if (columns?.has(property)) {
      throw new TypeError(`${property} of ${table} is both a column and a relation: give one another name.`);
    }
    relations.set(property, relationOf(property, relation, table, encoding));
  }
  for (const property of Object.keys(options.collations ?? {})) {
    if (columns && !columns.has(property)) {
      throw new TypeError(`collations of ${table} names ${property}, which is none of its columns.`);
    }
  }
  return {
    table: table.split('.'),
    columns,
    properties: columns && new Map([...columns].map(([property, column]) => [column, property])),
    relations,
    collations: new Map(Object.entries(options.collations ?? {})),
    encoding,
  };
}

function relationOf(property: string, options: RelationOptions, table: string, encoding: Encoding): Relation {
  const pairs = Object.entries(options.on ?? {});
  if (pairs.length === 0) {
    throw new TypeError(
      `The relation ${property} of ${table} needs on: its own column and that of ${options.table}, such as { ${property}_id: 'id' }.`,
    );
  }
  // The columns of another table are encoded alike, but `encode` is asked for those of the first only.
  const definition = define(options.table, options, { ...encoding, encode: undefined });
  return {
    many: options.many ?? false,
    join(outer, alias) {
      const conditions = pairs.map(([own, other]): Fragment => {
        return [nameChunk(alias, other), ' = ', nameChunk(outer.qualifier, own)];
      });
      return {
        from: [{ kind: 'table', parts: definition.table }, ' as ', nameChunk(alias)],
        on: joined(conditions, ' and '),
        source: NamedSource.related(definition, alias),
      };
    },
  };
}

function columnsOf(columns: Columns, table: string): ReadonlyMap<string, string> {
  const entries = isList(columns)
    ? columns.map((name) => [name, name] as const)
    : Object.entries(columns as Readonly<Record<string, string>>);
  if (entries.length === 0) throw new TypeError(`columns of ${table} names no column.`);
  if (new Set(entries.map(([, column]) => column)).size < entries.length) {
    throw new TypeError(`columns of ${table} names a column twice.`);
  }
  return new Map(entries);
}

function isList(columns: Columns): columns is readonly string[] {
  return Array.isArray(columns);
}

/** What is declared nowhere is a column by the same name, unless an object has it by nature or it leads elsewhere. */
function undeclared(property: string, relations: ReadonlyMap<string, Relation>): string | undefined {
  const leads = property === '' || property.includes('.') || relations.has(property);
  return leads || property in Object.prototype ? undefined : property;
}

function isScalar(value: unknown): value is Scalar {
  return value !== null && (typeof value !== 'object' || value instanceof Date);
}
