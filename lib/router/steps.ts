import { isThenable } from './thenable.js';

/**
 * Takes the steps of a generator: a promise that it yields is awaited, anything else is handed back at once, in the
 * same tick. What is thrown, in a step or by a promise, goes to `fail`.
 */
export function drive(steps: Generator<unknown, void, never>, fail: (thrown: unknown) => void): void {
  const advance = (value: unknown): void => {
    try {
      let step = steps.next(value as never);
      while (!step.done) {
        if (isThenable(step.value)) {
          Promise.resolve(step.value).then(advance, fail);
          return;
        }
        step = steps.next(step.value as never);
      }
    } catch (thrown) {
      fail(thrown);
    }
  };
  advance(undefined);
}

/** Steps with one more behind them, which is not taken where they fail. */
export function* followedBy(
  steps: Generator<unknown, void, never>,
  last: () => void,
): Generator<unknown, void, never> {
  yield* steps;
  last();
}
