import type { Rule } from './rules.js';

interface Finding {
  readonly rule: Rule;
  readonly at: string;
  readonly message: string;
}

/**
 * What differs between two schemas, and the differences of the components below them. Each pair of components is compared once,
 * however many operations lead to it.
 */
export class Difference {
  readonly #found: Finding[] = [];
  readonly #below = new Set<Difference>();

  add(rule: Rule, at: string, message: string): void {
    this.#found.push({ rule, at, message });
  }

  leadTo(other: Difference): void {
    this.#below.add(other);
  }

  /** What was found here and below. */
  *all(): Generator<Finding> {
    const met = new Set<Difference>([this]);
    // A set is walked to its end, also through what is added meanwhile.
    for (const one of met) {
      yield* one.#found;
      for (const other of one.#below) met.add(other);
    }
  }
}
