import type { Place } from '../places.js';

/** How places are counted. */
export interface PlaceHooks {
  readonly enter: () => void;
  readonly leave: () => void;
  /** How long what works on may keep the place once the answer is over, in milliseconds. */
  readonly linger: number;
}

/** The place of a request: it is taken as long as it is answered, or anything works for it. */
export class RequestPlace implements Place {
  readonly #hooks: PlaceHooks;
  readonly #holders = new Set<object>();
  #isAnswered = false;
  #lingering: NodeJS.Timeout | undefined;

  constructor(hooks: PlaceHooks) {
    this.#hooks = hooks;
    this.#hold(this);
  }

  take(): () => void {
    const holder = {};
    this.#hold(holder);
    return () => this.#release(holder);
  }

  /** The answer is over: complete, or given up. */
  answered(): void {
    this.#isAnswered = true;
    this.#release(this);
    this.#limit();
  }

  #hold(holder: object): void {
    if (this.#holders.size === 0) this.#hooks.enter();
    this.#holders.add(holder);
    this.#limit();
  }

  #release(holder: object): void {
    if (this.#holders.delete(holder) && this.#holders.size === 0) this.#leave();
  }

  #limit(): void {
    if (!this.#isAnswered || this.#holders.size === 0) return;
    this.#lingering ??= setTimeout(() => {
      this.#holders.clear();
      this.#leave();
    }, this.#hooks.linger).unref();
  }

  #leave(): void {
    clearTimeout(this.#lingering);
    this.#lingering = undefined;
    this.#hooks.leave();
  }
}
