import { EventEmitter } from 'node:events';

export interface SubApp {
  readonly app: object;
  readonly parent: object;
}

/**
 * The apps that are mounted in others from here on, in their order. Express keeps only a nameless function of them in the
 * parent, but tells them: `app.on('mount', (parent) => ...)`. Apps copy `emit` when they are made.
 */
export function noteSubApps(): readonly SubApp[] {
  const noted: SubApp[] = [];
  const { emit } = EventEmitter.prototype;
  EventEmitter.prototype.emit = function (this: object, event: string | symbol, ...args: unknown[]) {
    const [parent] = args;
    if (event === 'mount' && typeof this === 'function' && typeof parent === 'function')
      noted.push({ app: this, parent });
    return emit.call(this, event, ...args);
  };
  return noted;
}
