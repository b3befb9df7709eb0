import type { Outlet } from './outlet.js';

type Step = IteratorResult<unknown>;
export type Source = Iterator<unknown> | AsyncIterator<unknown>;

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof (value as Partial<AsyncIterable<unknown>> | null | undefined)?.[Symbol.asyncIterator] ===
    'function'
  );
}

export function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === 'object' &&
    typeof (value as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === 'function'
  );
}

/** @throws TypeError for what is not iterable. */
export function sourceOf(result: unknown, label: string): Source {
  if (isAsyncIterable(result)) return result[Symbol.asyncIterator]();
  if (isIterable(result)) return result[Symbol.iterator]();
  throw new TypeError(
    `${label} has to return something iterable, such as a generator: write \`async *${label.split('.').at(-1)}() { yield ... }\`.`,
  );
}

/** Lets a source go which nobody reads any more: `finally` of a generator runs. */
export async function release(source: Source, report: (error: unknown) => void): Promise<void> {
  try {
    await source.return?.();
  } catch (error) {
    report(error);
  }
}

export interface PumpHooks {
  /** Runs when the outlet is over before the source is. */
  readonly abandon: () => void;
  /** Gets what the source throws after that. */
  readonly report: (error: unknown) => void;
}

/**
 * Takes the items of a source one by one, as fast as `take` lets it. Where the outlet is over first, the source is let go at
 * once, also while it waits for something; what it throws then goes to `report`. Rejects with what the source or `take` throws.
 */
export async function pump(
  source: Source,
  outlet: Outlet,
  take: (item: unknown) => Promise<void> | undefined,
  { report, abandon }: PumpHooks,
): Promise<void> {
  let leave: (() => void) | undefined;
  outlet.onOver(() => {
    abandon();
    void release(source, report);
    leave?.();
  });
  // One promise at a time: `Promise.race` with one that lives as long as the stream would keep all that went before.
  const settled = (pending: PromiseLike<Step>): Promise<Step | undefined> =>
    new Promise((resolve, reject) => {
      leave = () => {
        leave = undefined;
        resolve(undefined);
      };
      pending.then(
        (step) => resolve(step),
        (error) => (outlet.over ? report(error) : reject(error)),
      );
    });
  while (!outlet.over) {
    const next = source.next() as Step | PromiseLike<Step>;
    const step = 'then' in next ? await settled(next) : next;
    if (!step || step.done) return;
    if (outlet.over) return;
    try {
      const written = take(step.value);
      if (written) await written;
    } catch (error) {
      void release(source, report);
      throw error;
    }
  }
}
