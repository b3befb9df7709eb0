import { property } from './paths.js';
import { tokenOf } from './token.js';

/** Finds what is held under the values of these fields, which no two entities share. */
export class UniqueIndex<Held> {
  readonly #found = new Map<string, Held>();
  /** A text would be found as the `Date` that it stands for, too. */
  #instants = false;

  constructor(readonly fields: readonly string[]) {}

  /** What an entity with the same values is held by. Where one of them is null, there is none. */
  taken(entity: object): Held | undefined {
    const token = this.#token(entity);
    return token === undefined ? undefined : this.#found.get(token);
  }

  /** Whether the values of these fields are there to search by, and name their entity in one way only. */
  covers(values: object): boolean {
    return this.fields.every((field) => {
      const value = property(values, field);
      return typeof value === 'number' || (typeof value === 'string' && !this.#instants);
    });
  }

  add(entity: object, held: Held): void {
    const token = this.#token(entity);
    if (token === undefined) return;
    this.#found.set(token, held);
    this.#instants ||= this.fields.some((field) => property(entity, field) instanceof Date);
  }

  remove(entity: object): void {
    const token = this.#token(entity);
    if (token !== undefined) this.#found.delete(token);
  }

  #token(entity: object): string | undefined {
    let token = '';
    for (const field of this.fields) {
      const value = property(entity, field);
      if (value === null || value === undefined) return undefined;
      token += tokenOf(value);
    }
    return token;
  }
}
