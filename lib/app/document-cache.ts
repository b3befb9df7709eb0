import type { buildDocument } from '../openapi/index.js';

type Document = ReturnType<typeof buildDocument>;

/** The document of an app, made once, and again when what it is made of changes. */
export class DocumentCache {
  #parts: readonly unknown[] = [];
  #document: Document | undefined;
  readonly #texts = new Map<string, string>();

  /** `parts` are what the document is made of, compared by identity. */
  document(parts: readonly unknown[], build: () => Document): Document {
    if (!this.#document || !same(parts, this.#parts)) {
      this.#document = build();
      this.#parts = parts;
      this.#texts.clear();
    }
    return this.#document;
  }

  /** The text of the present document in a format. */
  text(format: string, write: () => string): string {
    const known = this.#texts.get(format);
    if (known !== undefined) return known;
    const text = write();
    this.#texts.set(format, text);
    return text;
  }
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}
