import type { Changes } from './changes.js';
import type { Difference } from './difference.js';
import type { FlatSchema, Schemas } from './flat-schema.js';
import type { Direction } from './rules.js';

/** The two documents, and what was found between them. */
export interface Comparison {
  readonly before: Schemas;
  readonly after: Schemas;
  readonly changes: Changes;
  readonly met: Readonly<Record<Direction, Met>>;
  /** What is still to be compared: a chain of components may be longer than the stack is deep. */
  readonly pending: (() => void)[];
}

/** The pairs of components that were compared. */
export type Met = Map<FlatSchema, Map<FlatSchema, Difference>>;

export type Pair = readonly [before: FlatSchema, after: FlatSchema];

/** A comparison of schemas in one direction. */
export interface Walk {
  readonly before: Schemas;
  readonly after: Schemas;
  readonly direction: Direction;
  readonly met: Met;
  readonly pending: (() => void)[];
  /** Where findings go. */
  readonly into: Difference;
  /** The pairs without a name that are being compared, from the innermost. */
  readonly open?: Open | undefined;
}

interface Open {
  readonly pair: Pair;
  readonly around: Open | undefined;
}

/** One aspect of two schemas; `at` is where they stand, such as `Item.price`. */
export type Compare = (pair: Pair, at: string, walk: Walk) => void;

export function isOpen([before, after]: Pair, { open }: Walk): boolean {
  for (let one = open; one; one = one.around)
    if (one.pair[0] === before && one.pair[1] === after) return true;
  return false;
}
