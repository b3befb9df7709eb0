import type { Scalar } from '../operations/index.js';
import { type Chunk, type Fragment, valueChunk } from './fragment.js';

/** The databases that are known. */
export type Dialect = 'postgres' | 'sqlite';

/** @throws TypeError when the dialect is none that is known. */
export function checkDialect(dialect: string | undefined, of: string): Dialect {
  if (dialect === 'postgres' || dialect === 'sqlite') return dialect;
  throw new TypeError(
    dialect === undefined
      ? `${of} does not tell which database it is for. Give the option dialect: 'postgres' or 'sqlite'.`
      : `The dialect ${JSON.stringify(dialect)} of ${of} is not supported: expected 'postgres' or 'sqlite'.`,
  );
}

/** How a `Date` is kept in SQLite, which has no type for it: as ISO 8601 in UTC, or as milliseconds since 1970. */
export type StoredDate = 'text' | 'milliseconds';

/** A scalar as the drivers of the database take it. */
export function encodeScalar(dialect: Dialect, value: Scalar, dates: StoredDate): unknown {
  if (dialect === 'postgres') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') {
    // Not every driver binds a bigint, and none more than 64 bits.
    const fits = BigInt.asIntN(64, value) === value && !Number.isSafeInteger(Number(value));
    return fits ? value : Number(value);
  }
  if (value instanceof Date) return dates === 'text' ? value.toISOString() : value.getTime();
  return value;
}

/** A value to be stored. Objects become JSON, and so do lists in SQLite; PostgreSQL has lists of its own. */
export function encodeStored(dialect: Dialect, value: unknown, dates: StoredDate): unknown {
  if (value === null || typeof value !== 'object') {
    return value === null ? null : encodeScalar(dialect, value as Scalar, dates);
  }
  if (value instanceof Date) return encodeScalar(dialect, value, dates);
  if (ArrayBuffer.isView(value) || (Array.isArray(value) && dialect === 'postgres')) return value;
  return JSON.stringify(value);
}

/**
 * A bound value, with the type that PostgreSQL needs to be told. It takes a parameter for one of the column's type, so
 * that a number beyond a column of 16 bits would be an error instead of one that no row has. Integers are compared
 * across their sizes by the same index.
 */
export function parameter(dialect: Dialect, value: Scalar, chunk: Chunk): Fragment {
  const type = dialect === 'postgres' ? castOf(value) : undefined;
  return type ? [chunk, `::${type}`] : [chunk];
}

function castOf(value: Scalar): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  if (value >= -32_768 && value <= 32_767) return Number.isInteger(Number(value)) ? undefined : 'numeric';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'float8';
  if (typeof value === 'number' && !Number.isInteger(value)) return 'numeric';
  if (value >= -2_147_483_648 && value <= 2_147_483_647) return 'int4';
  return BigInt.asIntN(64, BigInt(value)) === BigInt(value) ? 'int8' : 'numeric';
}

/** Whether the column is another than the value, or null. */
export function differs(dialect: Dialect): string {
  return dialect === 'postgres' ? ' is distinct from ' : ' is not ';
}

/** The text of a match, in which each character means itself. */
export function textMatch(
  dialect: Dialect,
  column: Chunk,
  op: 'contains' | 'starts_with' | 'ends_with',
  text: string,
  ignoreCase: boolean,
): Fragment {
  if (dialect === 'postgres') {
    // Not the backslash, which means one thing or another in a literal, as the server is configured.
    const literal = text.replace(/[%_!]/g, '!$&');
    const pattern = `${op === 'starts_with' ? '' : '%'}${literal}${op === 'ends_with' ? '' : '%'}`;
    const operator = ignoreCase ? 'ilike' : 'like';
    return ['(', column, `)::text ${operator} `, valueChunk(pattern), ` escape '!'`];
  }
  if (text === '') return [column, ' is not null'];
  // LIKE ignores the case of ASCII in SQLite.
  const subject: Fragment = ignoreCase ? ['lower(', column, ')'] : [column];
  const sought: Fragment = ignoreCase ? ['lower(', valueChunk(text), ')'] : [valueChunk(text)];
  if (op === 'ends_with') {
    return ['substr(', ...subject, ', ', valueChunk(-[...text].length), ') = ', ...sought];
  }
  return ['instr(', ...subject, ', ', ...sought, op === 'contains' ? ') > 0' : ') = 1'];
}

/** What stands behind an expression that is sorted by, so that null is the largest. */
export function sortOrder(dialect: Dialect, direction: 'asc' | 'desc', nullable: boolean): string {
  // PostgreSQL has that order by default, and in its indexes.
  if (dialect === 'postgres' || !nullable) return ` ${direction}`;
  return direction === 'asc' ? ' asc nulls last' : ' desc nulls first';
}

/** The name of a collation, which no library binds. */
export function collate(collation: string | undefined): string {
  return collation === undefined ? '' : ` collate "${collation.replaceAll('"', '""')}"`;
}
