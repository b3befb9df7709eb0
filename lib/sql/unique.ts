import { BadRequest } from '../errors/index.js';
import { UniqueViolation } from '../repository/index.js';
import type { Source } from './source.js';

/** Anything but a blank, a quote, a comma and a bracket: the end of the message, which no value of a client is in. */
const ofSQLite =
  /UNIQUE constraint failed: ([^\s,'"()]+(?:, [^\s,'"()]+)*|index '[^']*')(?:: SQLITE_CONSTRAINT\w*)?$/;

/** What a write has failed with, as the views know it: a `UniqueViolation` where it is one. */
export function translated(error: unknown, source: Source): unknown {
  for (const cause of causesOf(error)) {
    const { code, message } = cause;
    if (code === '23505') return new UniqueViolation(propertiesOf(keyOf(cause), source), { cause: error });
    // A NUL in a text, or \u0000 in JSON.
    if (code === '22021' || code === '22P05') {
      return new BadRequest('A text holds a character that can not be stored.', { cause: error });
    }
    const columns = typeof message === 'string' && ofSQLite.exec(message)?.[1];
    if (columns)
      return new UniqueViolation(propertiesOf(columnsOfMessage(columns), source), { cause: error });
  }
  return error;
}

interface DatabaseError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly detail?: unknown;
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
