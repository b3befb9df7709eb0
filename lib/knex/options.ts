import type { Scalar } from '../operations/index.js';
import type { Columns, Dialect, RelationOptions, RowOptions } from '../sql/index.js';

export interface TableOptions {
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
  /**
   * Makes parameters of values, for columns of an unusual form. Default: as they are for PostgreSQL; for SQLite 0 or 1 for
   * a boolean, and milliseconds for a `Date`, as Knex itself keeps them there.
   */
  readonly encode?: ((value: Scalar, property: string) => unknown) | undefined;
}

export interface KnexRepositoryOptions<Entity extends object, StoredRow = Record<string, unknown>>
  extends TableOptions,
    RowOptions<Entity, StoredRow> {
  /** Default: that of the Knex instance. */
  readonly dialect?: Dialect | undefined;
}
