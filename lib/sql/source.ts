import type { Scalar } from '../operations/index.js';
import type { Chunk, Fragment } from './fragment.js';

/** A table, as conditions and orders see it. */
export interface Source {
  /** For messages. */
  readonly name: string;
  /** What its columns are named behind in the query. */
  readonly qualifier: string;
  /** The column of a property; none where there is no such property. */
  column(property: string): Column | undefined;
  relation(property: string): Relation | undefined;
  /** The properties that have columns; `undefined` where only the database knows. */
  properties(): readonly string[] | undefined;
  /** The property that a column is for. */
  propertyOf(column: string): string | undefined;
}

export interface Column {
  readonly chunk: Chunk;
  readonly collation?: string | undefined;
  /** What the library names it by in an insert or an update. */
  readonly key: string;
  /** A value that it is compared with. */
  parameter(value: Scalar): Fragment;
  /** A value that it is set to. */
  stored(value: unknown): unknown;
}

/** The way to another table. */
export interface Relation {
  /** Whether it leads to more than one row. */
  readonly many: boolean;
  /** The other table by an alias, seen from a table. */
  join(outer: Source, alias: string): { from: Fragment; on: Fragment; source: Source };
}

/** @throws TypeError when the source has no such column. */
export function columnOf(source: Source, property: string): Column {
  const column = source.column(property);
  if (!column) throw unknownField(source, property);
  return column;
}

export function unknownField(source: Source, field: string): TypeError {
  const known = source.properties();
  return new TypeError(
    `${JSON.stringify(field)} is no column of ${source.name}${
      known ? `, which has: ${known.join(', ')}` : ''
    }. Name it in columns, or its table in relations.`,
  );
}
