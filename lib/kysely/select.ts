import type { SelectQueryBuilder } from 'kysely';
import type { Selection } from '../operations/index.js';
import {
  checkDialect,
  compileSelection,
  type Dialect,
  type NamedOptions,
  NamedSource,
  type Query,
} from '../sql/index.js';
import { expressionOf } from './fragment.js';

/** A query whose tables and columns are nobody's business. */
export type AnySelect = SelectQueryBuilder<Record<string, Record<string, unknown>>, string, object>;

/** A query of `selectFrom`, told by its shape: the declarations of Kysely are two. */
export interface SelectQuery {
  select(selection: never): unknown;
  where(expression: never): unknown;
  orderBy(expression: never): unknown;
  limit(limit: never): unknown;
  offset(offset: never): unknown;
}

/** What a query is about, for `applySelection`. */
export interface SelectionOptions extends NamedOptions {
  /** The table that the fields are of. */
  readonly table: string;
  /** What the query calls it: `'i'` for `selectFrom('items as i')`. Default: the name of the table. */
  readonly alias?: string | undefined;
  /** Queries of Kysely do not tell. */
  readonly dialect: Dialect;
}

/**
 * Adds the conditions, the order, the limits and, where `columns` are declared, the select list of a selection to a query: for
 * actions that join, or that ask for more than a repository does. All columns are selected where `fields` names what is none of
 * them, or where none are declared and there are `fields`.
 *
 * @throws TypeError when a field of a condition or of the order is unknown, or the options do not fit together.
 */
export function applySelection<Query extends SelectQuery>(
  query: Query,
  selection: Selection,
  { table, alias, ...options }: SelectionOptions,
): Query {
  const dialect = checkDialect(options.dialect, 'applySelection');
  const source = NamedSource.of(table, options, { dialect, dates: 'text', alias });
  const compiled = compileSelection(dialect, selection, source);
  const from = query as unknown as AnySelect;
  const all = !compiled.outputs && selection.fields?.length;
  const selected = all ? (from.selectAll(source.qualifier) as AnySelect) : selectOutputs(from, compiled);
  return restrict(selected, compiled) as unknown as Query;
}

export function selectOutputs(query: AnySelect, { outputs, extras }: Query): AnySelect {
  const selected = [...(outputs ?? []), ...extras].map(([name, value]) => expressionOf(value).as(name));
  return selected.length > 0 ? (query.select(selected) as AnySelect) : query;
}

export function restrict(query: AnySelect, { where, orderBy, limit, offset }: Query): AnySelect {
  let restricted = query;
  if (where) restricted = restricted.where(expressionOf<boolean>(where));
  for (const order of orderBy) restricted = restricted.orderBy(expressionOf(order));
  if (limit !== undefined) restricted = restricted.limit(limit);
  return offset === undefined ? restricted : restricted.offset(offset);
}
