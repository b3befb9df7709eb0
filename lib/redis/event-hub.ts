import { limitOf } from '../sse/event-hub.js';
import { channelsOf, FanOut } from '../sse/fan-out.js';
import type { Hub, PublishedEvent, SubscribeOptions, Subscription } from '../sse/index.js';
import { isAfter, positionOf } from '../sse/position.js';
import { type Entry, GAP, type HubGap } from '../sse/subscription.js';
import {
  entriesOf,
  pairsOf,
  type RedisClient,
  type RedisConnection,
  type RedisEntry,
  readEntriesOf,
} from './client.js';

export interface RedisEventHubOptions {
  /** The key of the stream that keeps the events. Default `events`. */
  readonly key?: string;
  /** How many events Redis keeps for clients that come back, at least, of all channels together. Default 10000. */
  readonly history?: number;
  /** How many events may wait for one subscriber. Default 1000. */
  readonly queue?: number;
  /** Hears of lost connections and of entries that are no events. Default: written to the console. */
  readonly onError?: (error: unknown) => void;
}

/**
 * A hub for several processes, over one Redis Stream: an event that any of them publishes reaches the subscribers of all, and a
 * client that comes back to another process misses nothing and gets nothing twice.
 *
 * ```ts
 * const client = await createClient({ url }).connect();
 * const prices = redisEventHub<{ event: 'changed'; data: Price }>(client, { key: 'prices' });
 * ```
 *
 * `client` is one of the package `redis`, connected; it is used for commands, and a copy of it waits for events. Data is kept as JSON.
 *
 * @throws TypeError for what is no client, or an option that is no whole number.
 */
export function redisEventHub<E extends PublishedEvent = PublishedEvent>(
  client: RedisClient,
  options: RedisEventHubOptions = {},
): Hub<E> {
  return new RedisEventHub<E>(client, options);
}

/** How long one command waits for events, and how long a lost connection is left alone, in ms. */
const BLOCK = 5_000;
const PAUSE = 250;
/** How many entries one command asks for. */
const PAGE = 500;

class RedisEventHub<E extends PublishedEvent> implements Hub<E> {
  readonly #client: RedisClient;
  readonly #key: string;
  readonly #history: number;
  readonly #queue: number;
  readonly #onError: (error: unknown) => void;
  readonly #fanOut = new FanOut<E>();
  #reader: RedisConnection | undefined;
  #reading: Promise<void> | undefined;
  #closed = false;

  constructor(client: RedisClient, options: RedisEventHubOptions) {
    if (typeof client?.sendCommand !== 'function' || typeof client.duplicate !== 'function') {
      throw new TypeError(
        'redisEventHub takes a client of the package redis: redisEventHub(await createClient().connect()). Install it with: npm install redis',
      );
    }
    const { key = 'events', history = 10_000, queue = 1000, onError } = options;
    this.#client = client;
    this.#key = key;
    this.#history = limitOf('history', history, 1);
    this.#queue = limitOf('queue', queue, 1);
    this.#onError = onError ?? ((error) => console.error('The event hub lost Redis.', error));
  }

  get subscribers(): number {
    return this.#fanOut.size;
  }

  async publish(channel: string, { event, data, retry }: E): Promise<string> {
    channelsOf(channel);
    const text = JSON.stringify({ event, data, retry });
    const limit = ['MAXLEN', '~', String(this.#history)];
    const id = await this.#client.sendCommand([
      'XADD',
      this.#key,
      ...limit,
      '*',
      'channel',
      channel,
      'event',
      text,
    ]);
    return String(id);
  }

  subscribe(channels: string | readonly string[], options: SubscribeOptions<E> = {}): Subscription<E> {
    if (this.#closed) throw new Error('The event hub is closed.');
    // First of all it asks where the stream is now: what is published behind this call is behind that place.
    this.#reading ??= this.#read(this.#top());
    return this.#fanOut.add({
      ...options,
      channels: channelsOf(channels),
      queue: this.#queue,
      replay: options.lastEventId ? this.#since(options.lastEventId) : undefined,
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#fanOut.end();
    this.#disconnect();
    await this.#reading;
  }

  async #top(): Promise<string> {
    const [last] = await this.#range(['XREVRANGE', this.#key, '+', '-', 'COUNT', '1']);
    return last?.id ?? '0-0';
  }

  /** Hands on what comes, until the hub is closed. A lost connection is made anew, and goes on where it was. */
  async #read(top: Promise<string>): Promise<void> {
    let at = await top.catch((error: unknown) => this.#tell(error));
    let isSound = at !== undefined;
    while (!this.#closed) {
      try {
        const reader = await this.#connection();
        if (!isSound) {
          const missing = at === undefined || (await this.#isLost(at));
          at ??= await this.#top();
          if (missing) this.#fanOut.gap();
          isSound = true;
        }
        const wait = ['COUNT', String(PAGE), 'BLOCK', String(BLOCK)];
        const reply = await reader.sendCommand(['XREAD', ...wait, 'STREAMS', this.#key, at as string]);
        for (const entry of readEntriesOf(reply)) {
          at = entry.id;
          const event = this.#eventOf(entry);
          if (event) this.#fanOut.deliver(event);
        }
      } catch (error) {
        if (this.#closed) return;
        if (isSound) this.#tell(error);
        isSound = false;
        this.#disconnect();
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  }

  /** A connection of its own, as a command that waits holds up all others. */
  async #connection(): Promise<RedisConnection> {
    if (this.#reader) return this.#reader;
    // A lost connection is made anew here: a client that is destroyed while it does so by itself leaves a socket open.
    const socket = { ...this.#client.options?.socket, reconnectStrategy: false };
    const reader = this.#client.duplicate({ socket });
    // It tells of each lost connection, and throws where nobody listens. The command that waits fails as well.
    reader.on('error', () => {});
    await reader.connect();
    this.#reader = reader;
    // It was closed meanwhile; to destroy a client before it is connected leaves its socket open, too.
    if (this.#closed) this.#disconnect();
    return reader;
  }

  #disconnect(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (!reader?.isOpen) return;
    if (reader.destroy) reader.destroy();
    else void reader.disconnect?.();
  }

  /** What came behind an event, from what Redis still has. */
  async *#since(id: string): AsyncGenerator<Entry<E> | HubGap, undefined> {
    const last = positionOf(id);
    const lost = !last || (await this.#isLost(id));
    if (lost) yield GAP.history;
    const { latest } = await this.#state();
    const isAhead = !last || (latest !== undefined && isAfter(last, positionOf(latest) ?? [0, 0]));
    let start = isAhead ? '-' : `(${id}`;
    for (;;) {
      const page = await this.#range(['XRANGE', this.#key, start, '+', 'COUNT', String(PAGE)]);
      for (const entry of page) {
        const event = this.#eventOf(entry);
        if (event) yield event;
      }
      const end = page.at(-1);
      if (!end || page.length < PAGE) return undefined;
      start = `(${end.id}`;
    }
  }

  /** Whether something behind an event may be gone: cut off as too old, or with all that Redis had. */
  async #isLost(id: string): Promise<boolean> {
    const last = positionOf(id);
    const { first, latest, isWhole } = await this.#state();
    if (!last || latest === undefined) return id !== '0-0';
    if (isAfter(last, positionOf(latest) ?? [0, 0])) return true;
    if (isWhole) return false;
    return first === undefined ? latest !== id : isAfter(positionOf(first) ?? [0, 0], last);
  }

  async #state(): Promise<{ first?: string; latest?: string; isWhole?: boolean }> {
    const exists = Number(await this.#client.sendCommand(['EXISTS', this.#key]));
    if (exists === 0) return {};
    const info = pairsOf(await this.#client.sendCommand(['XINFO', 'STREAM', this.#key]));
    const first = info.get('first-entry') as readonly unknown[] | null | undefined;
    const added = info.get('entries-added');
    return {
      ...(first && { first: String(first[0]) }),
      latest: String(info.get('last-generated-id')),
      isWhole: added !== undefined && Number(added) === Number(info.get('length')),
    };
  }

  async #range(command: string[]): Promise<RedisEntry[]> {
    return entriesOf(await this.#client.sendCommand(command));
  }

  /** None of what somebody else has written into the stream. */
  #eventOf({ id, fields }: RedisEntry): Entry<E> | undefined {
    try {
      const { channel, event } = fields;
      const position = positionOf(id);
      if (channel === undefined || event === undefined || !position)
        throw new TypeError(`The entry ${id} of ${this.#key} is no event of a hub.`);
      return { position, channel, event: Object.freeze({ ...(JSON.parse(event) as E), id }) };
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  #tell(error: unknown): undefined {
    this.#onError(error);
    return undefined;
  }
}
