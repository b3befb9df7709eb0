import { Conflict } from '../errors/index.js';

/** A value that has to be unique is taken: 409. */
export class UniqueViolation extends Conflict {
  static override readonly title: string = 'Conflict';
  static override readonly detail: string = 'There is a resource with the same values already.';

  /** @param fields The properties that have to be unique together; none where the store does not tell. */
  constructor(
    readonly fields: readonly string[] = [],
    options: { readonly cause?: unknown } = {},
  ) {
    super(undefined, options);
  }
}
