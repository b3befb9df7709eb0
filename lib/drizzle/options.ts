import type { RowOptions } from '../sql/index.js';

/*
 * The objects of Drizzle, told by their shape: its declarations for ES modules and for CommonJS are two, with private
 * members of their own, so that a table of the one is none of the other.
 */

/** A table, of `pgTable` or `sqliteTable`. */
export interface DrizzleTable {
  readonly _: {
    readonly brand: 'Table';
    readonly config: { readonly dialect: string };
    readonly columns: object;
  };
  readonly $inferSelect: object;
  getSQL(): unknown;
}

/** The database object that a table is for, or a transaction of it. */
export type DatabaseOf<Of extends DrizzleTable> = Of['_']['config']['dialect'] extends 'pg'
  ? PgDatabase
  : Of['_']['config']['dialect'] extends 'sqlite'
    ? SqliteDatabase
    : never;

interface AnyDatabase {
  select(fields: never): unknown;
  insert(table: never): unknown;
  update(table: never): unknown;
  delete(table: never): unknown;
}

/** A database of `drizzle-orm/node-postgres` and the like. */
export interface PgDatabase extends AnyDatabase {
  execute(query: never): unknown;
  refreshMaterializedView(view: never): unknown;
}

/** A database of `drizzle-orm/better-sqlite3` and the like. */
export interface SqliteDatabase extends AnyDatabase {
  run(query: never): unknown;
  values(query: never): unknown;
}

/** The properties of a table. */
export type PropertyOf<Of extends DrizzleTable> = keyof Of['_']['columns'] & string;

/** The way to the rows of another table: to one, or to many. */
export interface DrizzleRelation {
  readonly table: DrizzleTable;
  /** A property of this table, and that of the other one that has to be equal: `{ category_id: 'id' }`. */
  readonly on: Readonly<Record<string, string>>;
  /** Whether there may be more than one row, so that nothing can be sorted by it. Default false. */
  readonly many?: boolean | undefined;
  readonly relations?: Readonly<Record<string, DrizzleRelation>> | undefined;
  readonly collations?: Readonly<Record<string, string>> | undefined;
}

export interface TableOptions {
  /** The properties that may be named, and are selected. Default: all of the table. */
  readonly columns?: readonly string[] | undefined;
  /** The tables that are reached by a path, by its first step: `{ category: { table: categories, on: { category_id: 'id' } } }`. */
  readonly relations?: Readonly<Record<string, DrizzleRelation>> | undefined;
  /** The collations that properties are sorted and compared in: `{ name: 'C' }`. Default: those of the columns. */
  readonly collations?: Readonly<Record<string, string>> | undefined;
}

export interface DrizzleRepositoryOptions<Of extends DrizzleTable, Entity extends object>
  extends TableOptions,
    RowOptions<Entity, Of['$inferSelect']> {
  readonly columns?: readonly PropertyOf<Of>[] | undefined;
}
