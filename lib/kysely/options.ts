import type { Scalar } from '../operations/index.js';
import type { Dialect, RowOptions } from '../sql/index.js';

/**
 * An instance of Kysely, or a transaction. Its declarations for ES modules and for CommonJS are two, with private members of
 * their own, so that an instance of the one is none of the other.
 */
export type KyselyInstance<DB> =
  | import('kysely', { with: { 'resolution-mode': 'import' }}).Kysely<DB>
  | import('kysely', { with: { 'resolution-mode': 'import' }}).Transaction<DB>
  | import('kysely', { with: { 'resolution-mode': 'require' }}).Kysely<DB>
  | import('kysely', { with: { 'resolution-mode': 'require' }}).Transaction<DB>;

/** The tables of a Kysely database type. */
export type TableName<DB> = keyof DB & string;

type ColumnName<DB, Table> = Table extends keyof DB ? keyof DB[Table] & string : string;

/** The columns of a table by the properties that they are for; a list where the names are the same. */
export type ColumnsOf<DB, Table> =
  | readonly ColumnName<DB, Table>[]
  | Readonly<Record<string, ColumnName<DB, Table>>>;

/** The way to the rows of another table: to one, or to many. */
export type RelationOf<DB, Table> = {
  [Other in TableName<DB>]: {
    readonly table: Other;
    /** A column of this table, and the column of the other one that has to be equal: `{ category_id: 'id' }`. */
    readonly on: { readonly [Name in ColumnName<DB, Table>]?: ColumnName<DB, Other> };
    /** Whether there may be more than one row, so that nothing can be sorted by it. Default false. */
    readonly many?: boolean | undefined;
    readonly columns?: ColumnsOf<DB, Other> | undefined;
    readonly relations?: Readonly<Record<string, RelationOf<DB, Other>>> | undefined;
    readonly collations?: Readonly<Record<string, string>> | undefined;
  };
}[TableName<DB>];

export interface TableOptions<DB, Table> {
  /**
   * What may be named, and is selected: `['id', 'name']`, or the columns by the properties that they are for,
   * `{ createdAt: 'created_at' }`. Default: each property is the column of its name, quoted, and `*` is selected, whatever
   * fields are asked for.
   */
  readonly columns?: ColumnsOf<DB, Table> | undefined;
  /** The tables that are reached by a path, by its first step: `{ category: { table: 'categories', on: { category_id: 'id' } } }`. */
  readonly relations?: Readonly<Record<string, RelationOf<DB, Table>>> | undefined;
  /** The collations that properties are sorted and compared in: `{ name: 'C' }`. Default: those of the columns. */
  readonly collations?: Readonly<Record<string, string>> | undefined;
  /**
   * Makes parameters of values, for columns of an unusual form. Default: as they are for PostgreSQL; for SQLite 0 or 1 for
   * a boolean, and a text in ISO 8601 for a `Date`.
   */
  readonly encode?: ((value: Scalar, property: string) => unknown) | undefined;
}

export interface KyselyRepositoryOptions<DB, Table extends TableName<DB>, Entity extends object, StoredRow>
  extends TableOptions<DB, Table>,
    RowOptions<Entity, StoredRow> {
  /** Default: that of the database object. */
  readonly dialect?: Dialect | undefined;
}
