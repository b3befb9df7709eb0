import { type SQL, sql, type Table } from 'drizzle-orm';
import type { Selection } from '../operations/index.js';
import { checkDialect, compileSelection, type Fragment, type Query } from '../sql/index.js';
import type { DrizzleTable, TableOptions } from './options.js';
import { DrizzleSource, dialectOfTable } from './source.js';

/** What a query is about, for `applySelection`. */
export interface SelectionOptions<Of extends DrizzleTable = DrizzleTable> extends TableOptions {
  /** The table that the fields are of, or an alias of it. */
  readonly table: Of;
}

/** What a query takes that `$dynamic()` was called of, or of which nothing was called yet. */
export interface DynamicSelect {
  where(condition: never): unknown;
  orderBy(...columns: never[]): unknown;
  limit(limit: never): unknown;
  offset(offset: never): unknown;
}

/** A condition of Drizzle, such as `eq(items.name, 'x')`. */
export interface SqlObject {
  getSQL(): object;
}

/**
 * Adds the conditions, the order and the limits of a selection to a query, which is changed and returned: for actions that
 * join, or that ask for more than a repository does. The select list is the query's own; conditions that it has already
 * are replaced, as Drizzle does, so that they go into `where` of the selection or come as `and`.
 *
 * @throws TypeError when a field is unknown, or the options do not fit together.
 */
export function applySelection<Select extends DynamicSelect>(
  query: Select,
  selection: Selection,
  { table, ...options }: SelectionOptions,
  and?: SqlObject,
): Select {
  const dialect = checkDialect(dialectOfTable(table), 'The table of applySelection');
  const source = new DrizzleSource(table, dialect, options);
  const compiled = compileSelection(dialect, { ...selection, fields: undefined }, source);
  const where = compiled.where && expressionOf(compiled.where);
  const both = where && and ? sql`${where} and (${and})` : (where ?? (and?.getSQL() as SQL | undefined));
  restrict(query as unknown as Restrictable, compiled, both);
  return query;
}

/** A fragment as SQL of Drizzle, which quotes its names and binds its values. */
export function expressionOf(fragment: Fragment): SQL {
  const chunks = fragment.map((chunk) => {
    if (typeof chunk === 'string') return sql.raw(chunk);
    if (chunk.kind === 'value') return sql.param(chunk.value);
    return chunk.kind === 'native' ? (chunk.native as Table) : sql.identifier(chunk.parts.join('.'));
  });
  // A select list of one table takes the tables off the columns of an expression, but not off those of one within it.
  return sql`${sql.join(chunks)}`;
}

/** A query as it is used here. */
export interface Restrictable {
  where(condition: SQL): unknown;
  orderBy(...columns: SQL[]): unknown;
  limit(limit: number): unknown;
  offset(offset: number): unknown;
}

export function restrict(
  query: Restrictable,
  { orderBy, limit, offset }: Query,
  where: SQL | undefined,
): void {
  if (where) query.where(where);
  if (orderBy.length > 0) query.orderBy(...orderBy.map(expressionOf));
  if (limit !== undefined) query.limit(limit);
  if (offset !== undefined) query.offset(offset);
}
