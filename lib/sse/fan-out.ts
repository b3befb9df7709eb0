import { type Entry, type PublishedEvent, Subscription, type SubscriptionSetup } from './subscription.js';

/** The subscriptions of a hub in this process, by channel. */
export class FanOut<E extends PublishedEvent> {
  readonly #all = new Set<Subscription<E>>();
  readonly #byChannel = new Map<string, Set<Subscription<E>>>();

  get size(): number {
    return this.#all.size;
  }

  add(setup: Omit<SubscriptionSetup<E>, 'leave'>): Subscription<E> {
    const subscription = new Subscription<E>({ ...setup, leave: (gone) => this.#remove(gone) });
    if (subscription.ended) return subscription;
    this.#all.add(subscription);
    for (const channel of setup.channels) {
      const known = this.#byChannel.get(channel);
      if (known) known.add(subscription);
      else this.#byChannel.set(channel, new Set([subscription]));
    }
    return subscription;
  }

  deliver(entry: Entry<E>): void {
    for (const subscription of this.#byChannel.get(entry.channel) ?? []) subscription.push(entry);
  }

  gap(): void {
    for (const subscription of this.#all) subscription.pushGap();
  }

  restart(): void {
    for (const subscription of this.#all) subscription.restart();
  }

  end(): void {
    for (const subscription of this.#all) subscription.end();
  }

  #remove(gone: Subscription<E>): void {
    this.#all.delete(gone);
    for (const channel of gone.channels) {
      const left = this.#byChannel.get(channel);
      left?.delete(gone);
      if (left?.size === 0) this.#byChannel.delete(channel);
    }
  }
}

/** @throws TypeError for what is no name of a channel. */
export function channelsOf(channels: string | readonly string[]): ReadonlySet<string> {
  const all = new Set([channels].flat());
  if (all.size === 0 || [...all].some((name) => typeof name !== 'string' || name === ''))
    throw new TypeError(
      "A hub is subscribed to by the names of channels: hub.subscribe(['orders', 'prices']).",
    );
  return all;
}
