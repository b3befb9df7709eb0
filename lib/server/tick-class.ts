import { executionAsyncResource } from 'node:async_hooks';

let kept: object | undefined;

/**
 * Keeps one of the objects that `process.nextTick` makes, and so their hidden class. Where none is alive during a full garbage
 * collection, V8 lets go of the class, takes the next one for another, and gives up on the code that makes them: from then on each tick takes
 * five to seven times as long, for the life of the process (seen on Node.js 20 to 24). A request has about six of them, and V8 collects
 * garbage when a process has rested for eight seconds, as a server does that waits for its first requests.
 */
export function keepTickClass(): void {
  if (kept) return;
  process.nextTick(() => {
    kept ??= executionAsyncResource();
  });
}
