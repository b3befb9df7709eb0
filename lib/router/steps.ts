import { isThenable } from './thenable.js';

/** One step of what is done for something; it gets what the step before gave, once that is no promise. */
export type Step<S> = (subject: S, value: unknown) => unknown;

/** What a step gives that is the last one. */
export const OVER = Symbol('over');

/** How it ends; what `done` throws goes to `fail`. */
export interface Ends<S> {
  done(subject: S): void;
  fail(subject: S, thrown: unknown): void;
}

/** Takes steps in order, those that wait for nothing in the same tick. What is thrown, in a step or by a promise, goes to `fail`. */
export function takeSteps<S>(
  steps: readonly Step<S>[],
  subject: S,
  ends: Ends<S>,
  from = 0,
  given?: unknown,
): void {
  try {
    let value = given;
    for (let next = from; next < steps.length && value !== OVER; next += 1) {
      value = (steps[next] as Step<S>)(subject, value);
      if (isThenable(value)) {
        wait(value, steps, subject, ends, next + 1);
        return;
      }
    }
    ends.done(subject);
  } catch (thrown) {
    ends.fail(subject, thrown);
  }
}

/** A function of its own, as what takes no promise is to make no closures. */
function wait<S>(
  promise: PromiseLike<unknown>,
  steps: readonly Step<S>[],
  subject: S,
  ends: Ends<S>,
  next: number,
): void {
  Promise.resolve(promise).then(
    (value) => takeSteps(steps, subject, ends, next, value),
    (thrown) => ends.fail(subject, thrown),
  );
}
