import type { Knex } from 'knex';
import type { Selection } from '../operations/index.js';
import {
  checkDialect,
  compileSelection,
  type Dialect,
  type Fragment,
  NamedSource,
  nameChunk,
  type Query,
} from '../sql/index.js';
import { dialectOf } from './dialect.js';
import { rawOf } from './fragment.js';
import type { TableOptions } from './options.js';

/** What a query is about, for `applySelection`. */
export interface SelectionOptions extends TableOptions {
  /** The table that the fields are of. */
  readonly table: string;
  /** What the query calls it: `'i'` for `knex('items as i')`. Default: the name of the table. */
  readonly alias?: string | undefined;
  /** Default: that of the query. */
  readonly dialect?: Dialect | undefined;
}

/**
 * Adds the conditions, the order, the limits and, where `columns` are declared, the select list of a selection to a query, which is
 * changed and returned: for actions that join, or that ask for more than a repository does. All columns are selected where
 * `fields` names what is none of them, or where none are declared and there are `fields`.
 *
 * @throws TypeError when a field of a condition or of the order is unknown, or the options do not fit together.
 */
export function applySelection<Query extends Knex.QueryBuilder>(
  query: Query,
  selection: Selection,
  { table, alias, ...options }: SelectionOptions,
): Query {
  const dialect = checkDialect(options.dialect ?? dialectOf(query), 'This query of Knex');
  const source = NamedSource.of(table, options, { dialect, dates: 'milliseconds', alias });
  const compiled = compileSelection(dialect, selection, source);
  if (!compiled.outputs && selection.fields?.length) query.select(`${source.qualifier}.*`);
  selectOutputs(query, compiled);
  restrict(query, compiled);
  return query;
}

export function selectOutputs(query: Knex.QueryBuilder, { outputs, extras }: Query): void {
  for (const [name, value] of [...(outputs ?? []), ...extras]) {
    const { sql, bindings } = rawOf(aliased(name, value));
    query.select(query.client.raw(sql, bindings));
  }
}

export function restrict(query: Knex.QueryBuilder, { where, orderBy, limit, offset }: Query): void {
  if (where) {
    const { sql, bindings } = rawOf(where);
    query.whereRaw(sql, bindings);
  }
  for (const order of orderBy) {
    const { sql, bindings } = rawOf(order);
    query.orderByRaw(sql, bindings);
  }
  if (limit !== undefined) query.limit(limit);
  if (offset !== undefined) query.offset(offset);
}

export function aliased(name: string, value: Fragment): Fragment {
  return [...value, ' as ', nameChunk(name)];
}
