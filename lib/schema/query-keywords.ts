import type { TSchema } from '@sinclair/typebox';
import type { JSONSchema } from './json-schema.js';

/*
 * How a parameter stands in a query, which JSON Schema has no words for. Schemas of query parameters say it by these:
 *
 * - `x-comma-separated: true`, of an array: its items may stand in one text, with commas between them, or in several. An item with a
 *   comma in it stands in double quotes, and a double quote in it is doubled; blanks around the quotes do not count.
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
  if (!(COMMA_SEPARATED in schema) && !(ALIASES in schema)) return schema;
  const { [COMMA_SEPARATED]: _separated, [ALIASES]: _aliases, ...rest } = schema;
  return rest;
}

/**
 * `1,"a,b",` has the items `1`, `a,b` and an empty one. Blanks around an item in quotes are not part of it.
 *
 * @param most What comes after so many items is not read.
 */
export function splitAtCommas(text: string, most = Number.POSITIVE_INFINITY): string[] {
  if (!text.includes('"')) return text.split(',', Number.isFinite(most) ? most : undefined);
  const items: string[] = [];
  let item = new Item();
  for (let index = 0; index < text.length && items.length < most; index += 1) {
    const character = text[index] as string;
    if (item.open && character === '"' && text[index + 1] === '"') {
      item.add('"');
      index += 1;
    } else if (character === '"' && (item.open || item.blank)) item.quote();
    else if (character === ',' && !item.open) {
      items.push(item.read());
      item = new Item();
    } else item.add(character);
  }
  return items.length < most ? [...items, item.read()] : items;
}

/** An item while it is read. */
class Item {
  /** Whether it is in quotes. */
  open = false;
  /** Whether nothing but blanks has come. */
  blank = true;
  #text = '';
  /** How much of it stood in quotes. */
  #quoted: number | undefined;

  add(character: string): void {
    this.#text += character;
    this.blank &&= character === ' ' || character === '\t';
  }

  quote(): void {
    if (this.open) this.#quoted = this.#text.length;
    else this.#text = '';
    this.open = !this.open;
    this.blank = false;
  }

  read(): string {
    const rest = this.#quoted === undefined ? undefined : this.#text.slice(this.#quoted);
    return rest !== undefined && /^[ \t]+$/.test(rest) ? this.#text.slice(0, this.#quoted) : this.#text;
  }
}
