/** What a value has to be checked against so often is too complex. */
export class TooComplex extends Error {}

let steps = Number.POSITIVE_INFINITY;

/**
 * Bounds the work of a check. Where a recursive union can not tell its branches apart, each level of a value multiplies
 * the work of the level below it, and the levels are the client's.
 *
 * @throws TooComplex
 */
export function withinSteps<T>(bound: number, work: () => T): T {
  const before = steps;
  steps = bound;
  try {
    return work();
  } finally {
    steps = before;
  }
}

/** One visit of a recursive schema. */
export function step(): true {
  steps -= 1;
  if (steps < 0) throw new TooComplex();
  return true;
}
