import { type Direction, type Level, type Rule, rules } from './rules.js';

export interface Change {
  readonly level: Level;
  readonly rule: Rule;
  readonly direction?: Direction;
  /** `Item.price` for a property of a component, `query page` for a parameter; none for the operation as a whole. */
  readonly at?: string;
  readonly message: string;
  /** Where it is seen, as `GET /items/{id}`. */
  readonly operations: readonly string[];
}

/** Where a comparison stands. */
export interface Place {
  readonly operation: string;
  readonly direction: Direction;
  readonly at?: string;
}

/** The changes that were found. One of a component that many operations have is one change. */
export class Changes {
  readonly #byKey = new Map<string, Change & { operations: string[] }>();

  add(rule: Rule, { operation, direction, at }: Place, message: string): void {
    const { request, response } = rules[rule];
    const sided = request !== response || at !== undefined;
    const key = JSON.stringify([rule, sided && direction, at ?? operation, message]);
    const known = this.#byKey.get(key);
    if (known) {
      // One operation is compared after the other.
      if (known.operations.at(-1) !== operation) known.operations.push(operation);
      return;
    }
    this.#byKey.set(key, {
      level: rules[rule][direction],
      rule,
      ...(sided && { direction }),
      ...(at !== undefined && { at }),
      message,
      operations: [operation],
    });
  }

  /** Breaking ones first, else in the order in which they were found. */
  list(): Change[] {
    const all = [...this.#byKey.values()];
    return [
      ...all.filter(({ level }) => level === 'breaking'),
      ...all.filter(({ level }) => level === 'harmless'),
    ];
  }
}
