import { limitOf } from '../sse/event-hub.js';
import { channelsOf, FanOut } from '../sse/fan-out.js';
import type { Hub, PublishedEvent, SubscribeOptions, Subscription } from '../sse/index.js';
import { positionOf } from '../sse/position.js';
import { type Entry, GAP, type HubGap } from '../sse/subscription.js';
import { type RedisClient, type RedisConnection, type RedisEntry, readEntriesOf } from './client.js';
import { destroy, opened, within } from './connection.js';
import { type Loss, type Place, RedisStream, type Run } from './stream.js';

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
const BLOCK = 2_000;
const PAUSE = 250;
/** After so many ms without an answer a connection is taken for lost: that its peer has vanished nobody tells it. */
const SILENCE = 2 * BLOCK;
/** How many entries one command asks for. */
const PAGE = 500;

class RedisEventHub<E extends PublishedEvent> implements Hub<E> {
  readonly #client: RedisClient;
  readonly #run: Run;
  readonly #stream: RedisStream;
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
    this.#run = (command) => client.sendCommand(command);
    this.#history = limitOf('history', history, 1);
    this.#queue = limitOf('queue', queue, 1);
    this.#stream = new RedisStream(key, history);
    this.#onError = onError ?? ((error) => console.error('The event hub lost Redis.', error));
  }

  get subscribers(): number {
    return this.#fanOut.size;
  }

  async publish(channel: string, event: E): Promise<string> {
    channelsOf(channel);
    const limit = ['MAXLEN', '~', String(this.#history)];
    const fields = ['channel', channel, 'event', JSON.stringify(event)];
    return String(await this.#run(['XADD', this.#stream.key, ...limit, '*', ...fields]));
  }

  subscribe(channels: string | readonly string[], options: SubscribeOptions<E> = {}): Subscription<E> {
    if (this.#closed) throw new Error('The event hub is closed.');
    this.#reading ??= this.#read(this.#start());
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

  /**
   * Where the stream is now, which is asked first of all: what is published behind a subscription is behind that place. A client
   * that has no connection would ask too late.
   */
  async #start(): Promise<Place | undefined> {
    if (this.#client.isReady === false) return undefined;
    return within(this.#stream.top(this.#run), SILENCE);
  }

  /** Hands on what comes, until the hub is closed. A lost connection is made anew, and goes on where it was. */
  async #read(start: Promise<Place | undefined>): Promise<void> {
    /** Whether it was told that there is no connection: it is told once, however often it is tried. */
    let isTold = false;
    const tell = (error: unknown): undefined => {
      if (!isTold) this.#onError(error);
      isTold = true;
    };
    let place = await start.catch(tell);
    let isSound = place !== undefined;
    while (!this.#closed) {
      try {
        const reader = await this.#connection();
        const run: Run = (command) => within(reader.sendCommand(command), SILENCE);
        if (!place) {
          place = await this.#stream.top(run);
          this.#fanOut.gap();
        }
        // The first time it does not wait: much may have happened to the stream.
        place = await this.#page(run, place, isSound ? ['BLOCK', String(BLOCK)] : []);
        isSound = true;
        isTold = false;
      } catch (error) {
        if (this.#closed) return;
        tell(error);
        isSound = false;
        this.#disconnect();
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  }

  /** Hands on what came behind a place; returns the place behind that. */
  async #page(run: Run, place: Place, wait: readonly string[]): Promise<Place> {
    // In one go. What is there when the second is answered was there when the first was.
    const [reply, isKept] = await Promise.all([
      run(['XREAD', 'COUNT', String(PAGE), ...wait, 'STREAMS', this.#stream.key, place.id]),
      this.#stream.keeps(run, place),
    ]);
    const entries = readEntriesOf(reply);
    const loss = isKept ? undefined : await this.#stream.lossBehind(run, place);
    if (loss?.isAhead) this.#fanOut.restart();
    else if (loss) this.#fanOut.gap();
    for (const entry of entries) {
      const event = this.#eventOf(entry);
      if (event) this.#fanOut.deliver(event);
    }
    const last = entries.at(-1)?.id;
    if (loss) return last === undefined || last === loss.top.id ? loss.top : { id: last };
    return {
      id: last ?? place.id,
      count: place.count === undefined ? undefined : place.count + entries.length,
    };
  }

  /** A connection of its own, as a command that waits holds up all others. */
  async #connection(): Promise<RedisConnection> {
    const reader = this.#reader ?? (await opened(this.#client, SILENCE));
    this.#reader = reader;
    // It was closed meanwhile.
    if (this.#closed) this.#disconnect();
    return reader;
  }

  #disconnect(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader) destroy(reader);
  }

  /** What came behind an event, from what Redis still has. */
  async *#since(id: string): AsyncGenerator<Entry<E> | HubGap, undefined> {
    let place: Place | undefined = positionOf(id) && { id };
    if (!place) yield GAP.history;
    for (;;) {
      const page = await this.#stream.range(this.#run, place ? `(${place.id}` : '-', '+', PAGE);
      // Asked behind the page, as in `#page`.
      const loss = place && (await this.#lossBehind(place));
      if (loss) yield GAP.history;
      if (loss?.isAhead) {
        // All that is kept came since.
        place = undefined;
        continue;
      }
      for (const entry of page) {
        const event = this.#eventOf(entry);
        if (event) yield event;
      }
      const last = page.at(-1);
      if (!last || page.length < PAGE) return undefined;
      place = { id: last.id };
    }
  }

  async #lossBehind(place: Place): Promise<Loss | undefined> {
    const isKept = await this.#stream.keeps(this.#run, place);
    return isKept ? undefined : this.#stream.lossBehind(this.#run, place);
  }

  /** None of what somebody else has written into the stream. */
  #eventOf({ id, fields }: RedisEntry): Entry<E> | undefined {
    try {
      const { channel, event } = fields;
      const position = positionOf(id);
      if (channel === undefined || event === undefined || !position)
        throw new TypeError(`The entry ${id} of ${this.#stream.key} is no event of a hub.`);
      return { position, channel, event: Object.freeze({ ...(JSON.parse(event) as E), id }) };
    } catch (error) {
      this.#onError(error);
      return undefined;
    }
  }
}
