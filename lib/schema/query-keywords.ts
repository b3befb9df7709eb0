import type { TSchema } from '@sinclair/typebox';
import type { JSONSchema } from './json-schema.js';

/*
 * How a parameter stands in a query, which JSON Schema has no words for. Schemas of query parameters say it by these:
 *
 * - `x-comma-separated: true`, of an array: its items may stand in one text, with commas between them, or in several. An item with a
 *   comma in it stands in double quotes, and a double quote in it is doubled.
 * - `x-aliases`, of a property: other names that it is taken by.
 */
const COMMA_SEPARATED = 'x-comma-separated';
const ALIASES = 'x-aliases';

export function isCommaSeparated(schema: JSONSchema | TSchema): boolean {
  return schema[COMMA_SEPARATED] === true;
}

export function aliasesOf(schema: JSONSchema | TSchema): readonly string[] {
  return (schema[ALIASES] as readonly string[] | undefined) ?? [];
}

/** A schema without them. */
export function withoutQueryKeywords(schema: JSONSchema): JSONSchema {
  const { [COMMA_SEPARATED]: _separated, [ALIASES]: _aliases, ...rest } = schema;
  return rest;
}

/** `1,"a,b",` has the items `1`, `a,b` and an empty one. */
export function splitAtCommas(text: string): string[] {
  if (!text.includes('"')) return text.split(',');
  const items: string[] = [];
  let item = '';
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] as string;
    if (quoted && character === '"' && text[index + 1] === '"') {
      item += '"';
      index += 1;
    } else if (character === '"' && (quoted || item === '')) quoted = !quoted;
    else if (character === ',' && !quoted) {
      items.push(item);
      item = '';
    } else item += character;
  }
  return [...items, item];
}
