import type { buildDocument, MountedOperation } from '../openapi/index.js';
import { mountedOperations } from './mounts.js';

type Document = ReturnType<typeof buildDocument>;

/** The document of an app, made once and again when views, mounts or options change. */
export class DocumentCache {
  #mounted: readonly MountedOperation[] = [];
  #options: object | undefined;
  #document: Document | undefined;
  readonly #texts = new Map<string, string>();

  document(
    app: object,
    options: object,
    build: (mounted: readonly MountedOperation[]) => Document,
  ): Document {
    const mounted = mountedOperations(app);
    if (!this.#document || options !== this.#options || !same(mounted, this.#mounted)) {
      this.#document = build(mounted);
      this.#mounted = mounted;
      this.#options = options;
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

function same(a: readonly MountedOperation[], b: readonly MountedOperation[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      ({ operation, mountPath }, index) =>
        operation === b[index]?.operation && mountPath === b[index]?.mountPath,
    )
  );
}
