import type { Fixtures } from '../../../lib/testing/product';

/** What places hold, so that they are filled where something was written since. Most cases read, and find what the one before has found. */
export class Held {
  readonly #texts = new Map<unknown, string>();

  /** Fills a place, unless it holds the fixtures. */
  async fill(place: unknown, fixtures: Fixtures, fill: () => Promise<void>): Promise<void> {
    const text = JSON.stringify(fixtures);
    if (this.#texts.get(place) === text) return;
    this.#texts.delete(place);
    await fill();
    this.#texts.set(place, text);
  }

  /** Something may have been written. */
  forget(): void {
    this.#texts.clear();
  }
}
