import { randomInt } from 'node:crypto';
import { channelsOf, FanOut } from './fan-out.js';
import { isAfter, type Position, positionOf } from './position.js';
import {
  type Entry,
  GAP,
  type PublishedEvent,
  type SubscribeOptions,
  type Subscription,
} from './subscription.js';

/** What hubs have in common, whatever keeps their history. */
export interface Hub<E extends PublishedEvent = PublishedEvent> {
  /**
   * Sends an event to whoever listens to the channel now. Resolves with the id of the event. It is kept for those who come later, and
   * not copied by a hub in memory: leave its `data` as it is.
   */
  publish(channel: string, event: E): Promise<string>;
  /**
   * What is published on one channel or on several, from now on, or from behind `lastEventId` on. An event `gap` in front says that
   * some of it is lost; one at the end, that the subscriber was too slow, and has to subscribe again.
   */
  subscribe(channels: string | readonly string[], options?: SubscribeOptions<E>): Subscription<E>;
  /** How many subscriptions this process has. */
  readonly subscribers: number;
  /** Ends all subscriptions. */
  close(): Promise<void>;
}

export interface EventHubOptions {
  /** How many events are kept for clients that come back, of all channels together. Default 1000. */
  readonly history?: number;
  /** How many events may wait for one subscriber. Default 1000. */
  readonly queue?: number;
}

/**
 * Hands events from publishers to subscribers within one process.
 *
 * ```ts
 * const prices = new EventHub<{ event: 'changed'; data: Price }>();
 *
 * async *events() {
 *   yield* prices.subscribe('prices', { lastEventId: lastEventId(this.request), signal: this.signal });
 * }
 * ```
 *
 * @throws TypeError for an option that is no whole number.
 */
export class EventHub<E extends PublishedEvent = PublishedEvent> implements Hub<E> {
  readonly #fanOut = new FanOut<E>();
  readonly #limits: Required<EventHubOptions>;
  #history: Entry<E>[] = [];
  /** Of the ids: those of another process, or of an earlier run, are told apart. */
  readonly #epoch = Date.now();
  /** From anywhere on, as another may begin in the same millisecond. */
  #count = randomInt(2 ** 40);

  constructor({ history = 1000, queue = 1000 }: EventHubOptions = {}) {
    this.#limits = { history: limitOf('history', history, 0), queue: limitOf('queue', queue, 1) };
  }

  get subscribers(): number {
    return this.#fanOut.size;
  }

  async publish(channel: string, event: E): Promise<string> {
    channelsOf(channel);
    this.#count += 1;
    const id = `${this.#epoch}-${this.#count}`;
    const position: Position = [this.#epoch, this.#count];
    const entry: Entry<E> = { position, channel, event: Object.freeze({ ...event, id }) };
    this.#keep(entry);
    this.#fanOut.deliver(entry);
    return id;
  }

  subscribe(channels: string | readonly string[], options: SubscribeOptions<E> = {}): Subscription<E> {
    return this.#fanOut.add({
      ...options,
      channels: channelsOf(channels),
      queue: this.#limits.queue,
      replay: options.lastEventId ? this.#since(options.lastEventId) : undefined,
    });
  }

  async close(): Promise<void> {
    this.#fanOut.end();
  }

  #keep(entry: Entry<E>): void {
    this.#history.push(entry);
    // Now and then, as each cut copies what is left.
    if (this.#history.length >= 2 * this.#limits.history) this.#history = this.#kept();
  }

  #kept(): Entry<E>[] {
    const { history } = this.#limits;
    return history === 0 ? [] : this.#history.slice(-history);
  }

  #since(id: string): Iterator<Entry<E> | typeof GAP.history> {
    const kept = this.#kept();
    const last = positionOf(id);
    const firstKept = this.#count - kept.length + 1;
    const isKnown = last?.[0] === this.#epoch && last[1] <= this.#count && last[1] >= firstKept - 1;
    if (isKnown) return kept.filter(({ position }) => isAfter(position, last)).values();
    return [GAP.history, ...kept].values();
  }
}

export function limitOf(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new TypeError(`\`${name}\` of a hub is a whole number of events, ${least} or more.`);
}
