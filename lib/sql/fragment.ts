/*
 * A piece of SQL that belongs to no library: what is text, what is a name and what is a value stay apart until a library
 * quotes the names and binds the values. So no name and no value can become SQL.
 */
export type Fragment = readonly Chunk[];

export type Chunk =
  /** SQL as it is. */
  | string
  /** A column, behind the table or the alias that it belongs to. */
  | { readonly kind: 'name'; readonly parts: readonly string[] }
  /** A table, perhaps with its schema. */
  | { readonly kind: 'table'; readonly parts: readonly string[] }
  /** A bound parameter. */
  | { readonly kind: 'value'; readonly value: unknown }
  /** What the library has an object for. */
  | { readonly kind: 'native'; readonly native: unknown };

export function nameChunk(...parts: readonly string[]): Chunk {
  return { kind: 'name', parts };
}

export function valueChunk(value: unknown): Chunk {
  return { kind: 'value', value };
}

/** The fragments one after another, with a text between them. */
export function joined(fragments: readonly Fragment[], separator: string): Chunk[] {
  const chunks: Chunk[] = [];
  for (const [index, fragment] of fragments.entries()) {
    if (index > 0) chunks.push(separator);
    for (const chunk of fragment) chunks.push(chunk);
  }
  return chunks;
}
