import {
  aliasedTable,
  type Column as DrizzleColumn,
  getTableColumns,
  getTableName,
  is,
  sql,
  type Table,
} from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Scalar } from '../operations/index.js';
import {
  type Chunk,
  type Column,
  type Dialect,
  encodeScalar,
  encodeStored,
  type Fragment,
  joined,
  parameter,
  type Relation,
  type Source,
  valueChunk,
} from '../sql/index.js';
import type { DrizzleRelation, DrizzleTable, TableOptions } from './options.js';

/** The database that a table is for, by its kind. */
export function dialectOfTable(table: object): Dialect | undefined {
  if (is(table, PgTable)) return 'postgres';
  return is(table, SQLiteTable) ? 'sqlite' : undefined;
}

/** A table that Drizzle describes, with the types of its columns. */
export class DrizzleSource implements Source {
  readonly name: string;
  readonly qualifier: string;
  readonly #columns: ReadonlyMap<string, DrizzleColumn>;
  readonly #relations: ReadonlyMap<string, Relation>;
  readonly #options: TableOptions;
  readonly #dialect: Dialect;

  /** @throws TypeError when the options do not fit the table. */
  constructor(table: DrizzleTable, dialect: Dialect, options: TableOptions) {
    this.name = nameOf(table);
    this.qualifier = this.name;
    this.#dialect = dialect;
    this.#options = options;
    this.#columns = pick(new Map(Object.entries(columnsOf(table))), options.columns, this.name);
    const relations = Object.entries(options.relations ?? {});
    this.#relations = new Map(relations.map(([name, to]) => [name, this.#relationTo(name, to, table)]));
    for (const property of Object.keys(options.collations ?? {})) {
      if (!this.#columns.has(property)) {
        throw new TypeError(`collations of ${this.name} names ${property}, which is none of its columns.`);
      }
    }
  }

  column(property: string): Column | undefined {
    const column = this.#columns.get(property);
    if (!column) return undefined;
    const { collations } = this.#options;
    const dialect = this.#dialect;
    return {
      chunk: native(column),
      collation: collations && Object.hasOwn(collations, property) ? collations[property] : undefined,
      key: property,
      parameter: (value) => parameter(dialect, value, compared(dialect, column, value)),
      stored: (value) => stored(dialect, column, value),
    };
  }

  relation(property: string): Relation | undefined {
    return this.#relations.get(property);
  }

  properties(): readonly string[] {
    return [...this.#columns.keys()];
  }

  propertyOf(name: string): string | undefined {
    for (const [property, column] of this.#columns) {
      if (column.name === name || snakeCase(column.name) === name) return property;
    }
    return undefined;
  }

  #relationTo(property: string, options: DrizzleRelation, table: DrizzleTable): Relation {
    const pairs = Object.entries(options.on ?? {});
    const [own, others] = [columnsOf(table), columnsOf(options.table)];
    const fits = pairs.every(([name, other]) => Object.hasOwn(own, name) && Object.hasOwn(others, other));
    if (pairs.length === 0 || !fits) {
      throw new TypeError(
        `The relation ${property} of ${this.name} needs on: a property of its own and one of ${nameOf(options.table)}, such as { ${property}_id: 'id' }.`,
      );
    }
    if (this.#columns.has(property)) {
      throw new TypeError(`${property} of ${this.name} is both a column and a relation: name one otherwise.`);
    }
    const dialect = this.#dialect;
    const inner = { relations: options.relations, collations: options.collations };
    // Mistakes in what it leads to are told at once; it may not lead to itself without end, as objects are finite.
    new DrizzleSource(options.table, dialect, inner);
    return {
      many: options.many ?? false,
      join(outer, alias) {
        const aliased = aliasedTable(options.table as unknown as Table, alias) as unknown as DrizzleTable;
        const columns = columnsOf(aliased);
        const conditions = pairs.map(([name, other]): Fragment => {
          return [native(columns[other]), ' = ', (outer as DrizzleSource).#chunk(name, table)];
        });
        return {
          from: [native(options.table), ' as ', native(sql.identifier(alias))],
          on: joined(conditions, ' and '),
          source: new DrizzleSource(aliased, dialect, inner),
        };
      },
    };
  }

  /** A column that a relation starts from, though it may be none that clients can name. */
  #chunk(property: string, table: DrizzleTable): Chunk {
    return native(this.#columns.get(property) ?? columnsOf(table)[property]);
  }
}

function columnsOf(table: DrizzleTable): Readonly<Record<string, DrizzleColumn>> {
  return getTableColumns(table as unknown as Table);
}

function nameOf(table: DrizzleTable): string {
  return getTableName(table as unknown as Table);
}

function native(object: unknown): Chunk {
  return { kind: 'native', native: object };
}

function pick(
  columns: ReadonlyMap<string, DrizzleColumn>,
  names: readonly string[] | undefined,
  table: string,
): ReadonlyMap<string, DrizzleColumn> {
  if (!names) return columns;
  return new Map(
    names.map((name) => {
      const column = columns.get(name);
      if (!column)
        throw new TypeError(`columns of ${table} names ${JSON.stringify(name)}, which it does not have.`);
      return [name, column];
    }),
  );
}

/** A value in the form that the column is kept in; what comes from the database itself is in that form already. */
function compared(dialect: Dialect, column: DrizzleColumn, value: Scalar): Chunk {
  if (column.dataType !== 'date') {
    // A column of dates in the mode of strings.
    const plain = value instanceof Date ? value.toISOString() : value;
    return encodes(column, plain)
      ? native(sql.param(plain, column))
      : valueChunk(encodeScalar(dialect, plain, 'text'));
  }
  if (value instanceof Date) return native(sql.param(value, column));
  if (dialect === 'sqlite' && typeof value === 'string') return native(sql.param(new Date(value), column));
  return valueChunk(value);
}

/** Whether the column's own encoding is for such a value. */
function encodes(column: DrizzleColumn, value: Scalar): boolean {
  return column.dataType === 'custom' || column.dataType === typeof value;
}

function stored(dialect: Dialect, column: DrizzleColumn, value: unknown): unknown {
  if (value === null) return null;
  if (column.dataType === 'date') return typeof value === 'string' ? new Date(value) : value;
  if (column.dataType === 'string' && value instanceof Date) return encodeStored(dialect, value, 'text');
  if (column.dataType === 'bigint' && typeof value === 'number') return BigInt(value);
  return value;
}

/** What `casing: 'snake_case'` makes of a name. */
function snakeCase(name: string): string {
  const words = name.replace(/['\u2019]/g, '').match(/[\da-z]+|[A-Z]+(?![a-z])|[A-Z][\da-z]+/g) ?? [];
  return words.map((word) => word.toLowerCase()).join('_');
}
