import { BadRequest } from '../errors/index.js';
import { UniqueViolation } from '../repository/index.js';
import {
  brokenReference,
  brokenRule,
  exclusion,
  incomparable,
  missingValue,
  RefusedValue,
} from '../repository/refusal.js';
import type { Source } from './source.js';

/** The codes of PostgreSQL for values that a type can not hold, or that are none of it. */
const impossible = new Set(['22001', '22003', '22007', '22008', '22P02']);
/** For a NUL in a text, or \u0000 in JSON. */
const unspeakable = new Set(['22021', '22P05']);
/** For a reference to what is not there, and to what is to go; from PostgreSQL 18 on the latter has a code of its own. */
const references = new Set(['23503', '23001']);

/** What a write has failed with, as the views know it: a `UniqueViolation`, a 400 or a 409, or the error as it is. */
export function translatedWrite(error: unknown, source: Source): unknown {
  for (const cause of causesOf(error)) {
    const violation = ofPostgres(cause, source, error) ?? ofSQLite(cause, source, error);
    if (violation) return violation;
  }
  return error;
}

/** What a read has failed with: a 400 where a value was asked for that the type of the column can not hold. */
export function translatedRead(error: unknown): unknown {
  for (const { code } of causesOf(error)) {
    if (typeof code !== 'string') continue;
    if (impossible.has(code) || unspeakable.has(code)) return incomparable(error);
  }
  return error;
}

function ofPostgres(thrown: DatabaseError, source: Source, cause: unknown): Error | undefined {
  const { code, column } = thrown;
  if (typeof code !== 'string') return undefined;
  if (code === '23505') return new UniqueViolation(propertiesOf(keyOf(thrown), source), { cause });
  if (unspeakable.has(code)) {
    return new BadRequest('A text holds a character that can not be stored.', { cause });
  }
  if (impossible.has(code)) return new RefusedValue(undefined, { fields: fieldOf(column, source), cause });
  if (code === '23502') return missingValue(fieldOf(column, source), cause);
  if (code === '23514') return brokenRule(cause);
  if (code === '23P01') return exclusion(cause);
  return references.has(code) ? brokenReference(cause) : undefined;
}

/** What may stand before the message of SQLite, in that of a driver or of Knex; and behind it. */
const [before, after] = ['(?:^|[\\s:])', '(?:: SQLITE_CONSTRAINT\\w*)?$'];
/** Anything but a blank, a quote, a comma and a bracket: where the message ends in it, no value of a client is in it. */
const plain = `[^\\s,'"()]+`;
const unique = new RegExp(
  `${before}UNIQUE constraint failed: (${plain}(?:, ${plain})*|index '[^']*')${after}`,
);
const notNull = new RegExp(`${before}NOT NULL constraint failed: (${plain})${after}`);
const foreignKey = new RegExp(`${before}FOREIGN KEY constraint failed${after}`);
/** A column of a strict table, or a key that is an integer. */
const mismatch = new RegExp(
  `${before}(?:cannot store \\w+ value in \\w+ column (${plain})|datatype mismatch)${after}`,
);
/** Knex has the statement before it, with values in quotes; a rule may be named by its expression, with quotes in it. */
const check = /^(?:\w+: )*CHECK constraint failed\b|\bCHECK constraint failed(?:: [^']*)?$/;

function ofSQLite({ message }: DatabaseError, source: Source, cause: unknown): Error | undefined {
  if (typeof message !== 'string') return undefined;
  const taken = unique.exec(message)?.[1];
  if (taken) return new UniqueViolation(propertiesOf(columnsOfMessage(taken), source), { cause });
  const missing = notNull.exec(message)?.[1];
  if (missing) return missingValue(fieldOf(columnsOfMessage(missing)[0], source), cause);
  if (foreignKey.test(message)) return brokenReference(cause);
  const strange = mismatch.exec(message);
  if (strange) {
    const [column] = strange[1] ? columnsOfMessage(strange[1]) : [];
    return new RefusedValue(undefined, { fields: fieldOf(column, source), cause });
  }
  return check.test(message) ? brokenRule(cause) : undefined;
}

function fieldOf(column: unknown, source: Source): string[] {
  return typeof column === 'string' ? propertiesOf([column], source) : [];
}

interface DatabaseError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly detail?: unknown;
  readonly column?: unknown;
  readonly cause?: unknown;
}

/** The error and what it was made of: Drizzle wraps those of drivers. */
function* causesOf(error: unknown): Iterable<DatabaseError> {
  const seen = new Set<unknown>();
  let cause = error;
  while (typeof cause === 'object' && cause !== null && !seen.has(cause)) {
    seen.add(cause);
    yield cause;
    cause = (cause as DatabaseError).cause;
  }
}

/** `Key (tenant, lower(email))=(...) already exists.`, in whatever language. */
function keyOf({ detail }: DatabaseError): string[] {
  const key = typeof detail === 'string' ? /\((.*?)\)=\(/s.exec(detail)?.[1] : undefined;
  return key?.match(/"(?:[^"]|"")+"|[^\s,"]+/g)?.map(unquoted) ?? [];
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** `items.tenant, items.email`; of an index on an expression, only its name. */
function columnsOfMessage(columns: string): string[] {
  if (columns.startsWith('index ')) return [];
  return columns.split(', ').map((column) => column.slice(column.lastIndexOf('.') + 1));
}

/** None where one is no column, such as `lower(email)`. */
function propertiesOf(columns: readonly string[], source: Source): string[] {
  const properties = columns.map((column) => (/[()]/.test(column) ? undefined : source.propertyOf(column)));
  return properties.every((property) => property !== undefined) ? properties : [];
}
