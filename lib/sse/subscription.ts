import type { GapEvent } from '../inference.js';
import { isAfter, type Position } from './position.js';

/** An event, as it is published. */
export interface PublishedEvent {
  readonly event?: string | undefined;
  readonly data: unknown;
  readonly retry?: number | undefined;
}

/** An event, as a subscriber gets it: with the id that `Last-Event-ID` names. */
export type Received<E extends PublishedEvent> = (E & { readonly id: string }) | HubGap;

/** It has no id, so that the client keeps that of the last event it got. */
export interface HubGap extends GapEvent {
  readonly id?: undefined;
}

/** An event in the history of a hub. */
export interface Entry<E extends PublishedEvent> {
  readonly position: Position;
  readonly channel: string;
  readonly event: E & { readonly id: string };
}

export interface SubscribeOptions<E extends PublishedEvent> {
  /** The id of the last event that the client has: what came after it is sent first. Default: only what comes from now on. */
  readonly lastEventId?: string | undefined;
  /** Ends the subscription; give it `this.signal`. */
  readonly signal?: AbortSignal | undefined;
  /** Which events this subscriber may see, also of those before. Default: each of its channels. */
  readonly filter?: ((event: E, channel: string) => boolean) | undefined;
}

export const GAP = {
  history: Object.freeze({ event: 'gap', data: Object.freeze({ reason: 'history' }) }),
  slow: Object.freeze({ event: 'gap', data: Object.freeze({ reason: 'slow' }) }),
} as const;

type Step<E extends PublishedEvent> = IteratorResult<Received<E>, undefined>;
type Replayed<E extends PublishedEvent> = Entry<E> | HubGap;

interface Reader<E extends PublishedEvent> {
  readonly resolve: (step: Step<E>) => void;
  readonly reject: (error: unknown) => void;
}

export interface SubscriptionSetup<E extends PublishedEvent> extends SubscribeOptions<E> {
  readonly channels: ReadonlySet<string>;
  /** How many events may wait for the subscriber. */
  readonly queue: number;
  /** What it has missed, before anything that is pushed. */
  readonly replay?: AsyncIterator<Replayed<E>> | Iterator<Replayed<E>> | undefined;
  readonly leave: (subscription: Subscription<E>) => void;
}

interface Waiting<E extends PublishedEvent> {
  readonly event: Received<E>;
  /** None of a gap. */
  readonly position?: Position;
}

/** What one subscriber receives. It begins when it is made, and not when it is first read. */
export class Subscription<E extends PublishedEvent = PublishedEvent>
  implements AsyncIterableIterator<Received<E>>
{
  readonly channels: ReadonlySet<string>;
  readonly #setup: SubscriptionSetup<E>;
  #replay: SubscriptionSetup<E>['replay'];
  #queue: Waiting<E>[] = [];
  readonly #readers: Reader<E>[] = [];
  /** Of the last one that was replayed: what is pushed before it is known. */
  #last: Position = [0, 0];
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(setup: SubscriptionSetup<E>) {
    this.channels = setup.channels;
    this.#setup = setup;
    this.#replay = setup.replay;
    if (setup.signal?.aborted) this.#ended = true;
    else setup.signal?.addEventListener('abort', this.#abort);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Takes an event that was published just now. */
  push(entry: Entry<E>): void {
    if (!this.#ended && this.#sees(entry)) this.#give(entry);
  }

  /** Tells that events are missing. */
  pushGap(): void {
    if (!this.#ended) this.#give({ event: GAP.history });
  }

  /** Tells that all before is lost, and that the positions of what comes now have nothing to do with those of it. */
  restart(): void {
    if (this.#ended) return;
    this.#replay = undefined;
    this.#queue = [];
    this.#last = [0, 0];
    this.pushGap();
  }

  async next(): Promise<Step<E>> {
    const replayed = this.#replay && (await this.#replayed(this.#replay));
    if (replayed) return replayed;
    const waiting = this.#queue.shift();
    if (waiting) return { done: false, value: waiting.event };
    if (this.#failure) {
      const { error } = this.#failure;
      this.#failure = undefined;
      throw error;
    }
    if (this.#ended) return DONE;
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  async return(): Promise<Step<E>> {
    this.#abort();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends it behind what is already there. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#setup.signal?.removeEventListener('abort', this.#abort);
    this.#setup.leave(this);
    for (const { resolve, reject } of this.#readers.splice(0)) {
      if (this.#failure) reject(this.#failure.error);
      else resolve(DONE);
    }
  }

  readonly #abort = (): void => {
    this.#queue = [];
    this.#replay = undefined;
    this.end();
  };

  async #replayed(replay: NonNullable<SubscriptionSetup<E>['replay']>): Promise<Step<E> | undefined> {
    for (;;) {
      const step = await this.#orEnd(replay.next());
      if (this.#replay !== replay) return undefined;
      if (step.done) break;
      if (!('position' in step.value)) return { done: false, value: step.value };
      this.#last = step.value.position;
      if (this.#sees(step.value)) return { done: false, value: step.value.event };
    }
    this.#replay = undefined;
    this.#queue = this.#queue.filter(({ position }) => !position || isAfter(position, this.#last));
    return undefined;
  }

  /** Whoever is told of an error does not come back to say that it leaves. */
  async #orEnd<T>(step: T | Promise<T>): Promise<T> {
    try {
      return await step;
    } catch (error) {
      this.#abort();
      throw error;
    }
  }

  /** What a filter throws is the subscriber's to hear, and not the publisher's. */
  #sees({ channel, event }: Entry<E>): boolean {
    if (!this.channels.has(channel)) return false;
    try {
      return this.#setup.filter?.(event, channel) ?? true;
    } catch (error) {
      this.#failure = { error };
      this.end();
      return false;
    }
  }

  #give(waiting: Waiting<E>): void {
    const { position } = waiting;
    if (!this.#replay && position && !isAfter(position, this.#last)) return;
    const reader = this.#readers.shift();
    if (reader) reader.resolve({ done: false, value: waiting.event });
    else if (this.#queue.length < this.#setup.queue) this.#queue.push(waiting);
    else {
      // Its client comes back with the id of the last event that it got, and has the rest from the history.
      this.#queue = [{ event: GAP.slow }];
      this.#replay = undefined;
      this.end();
    }
  }
}

const DONE = { done: true, value: undefined } as const;
