import { Type } from '@sinclair/typebox';
import { addFormat } from '../schema/index.js';

const FORMAT = 'date-or-date-time';

// An unescaped `+` in a query is a blank.
const ISO = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)([Zz]|[+\- ]\d\d:?\d\d)?)?$/;

/**
 * Reads a date, or a date and a time (RFC 3339 section 5.6). A date is its first moment; a time without an offset is in UTC, so
 * that no answer depends on where the server stands.
 */
export function readInstant(text: string): Date | undefined {
  const [, date, time = '00:00', offset = 'Z'] = ISO.exec(text) ?? [];
  if (!date || !isDay(date)) return undefined;
  const instant = new Date(`${date}T${time}${offset.toUpperCase().replace(' ', '+')}`);
  const year = instant.getUTCFullYear();
  // Neither RFC 3339 nor all databases have other years; the offset may lead out of them.
  return year >= 1 && year <= 9999 ? instant : undefined;
}

/** JavaScript reads the 30th of February as the 1st of March. */
function isDay(date: string): boolean {
  const day = new Date(`${date}T00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}

addFormat(FORMAT, (text) => readInstant(text) !== undefined);

/** What a `date-time` is compared with. */
export const DATE_OR_TIME = Type.String({
  format: FORMAT,
  maxLength: 50,
  description: 'A date, or a date and a time as in RFC 3339; without an offset it is in UTC.',
});
