import type { Knex } from 'knex';
import type { Fragment } from '../sql/index.js';

/** A piece of SQL with its bindings, as `raw` takes it. */
export interface RawSql {
  readonly sql: string;
  readonly bindings: Knex.Value[];
}

/**
 * A fragment as SQL of Knex, which quotes its names and binds its values.
 *
 * @throws TypeError when Knex would take a name for several.
 */
export function rawOf(fragment: Fragment): RawSql {
  let sql = '';
  const bindings: unknown[] = [];
  for (const chunk of fragment) {
    if (typeof chunk === 'string') {
      sql += chunk;
    } else if (chunk.kind === 'value') {
      sql += '?';
      bindings.push(chunk.value);
    } else if (chunk.kind !== 'native') {
      sql += chunk.parts.map(() => '??').join('.');
      for (const part of chunk.parts) bindings.push(checkName(part));
    }
  }
  return { sql, bindings: bindings as Knex.Value[] };
}

/** Knex splits a name at a dot and at `as`, and trims it. */
export function checkName(name: string): string {
  if (name === '' || name === '*' || name.includes('.') || / as /i.test(name) || name.trim() !== name) {
    throw new TypeError(`${JSON.stringify(name)} is no name of a column that Knex can quote.`);
  }
  return name;
}
