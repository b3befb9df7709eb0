import { isAfter, type Position, positionOf } from '../sse/position.js';
import { entriesOf, pairsOf, type RedisEntry } from './client.js';

/** Sends a command: over the connection of the app, or over that which reads. */
export type Run = (command: string[]) => Promise<unknown>;

/** How far somebody has read: up to an entry. */
export interface Place {
  readonly id: string;
  /** How many entries had ever been added by then, where that is known. */
  readonly count?: number | undefined;
}

interface State {
  /** The place of the last entry that was ever added. */
  readonly top: Place;
  /** The id of the oldest entry that is kept. */
  readonly first?: string | undefined;
  /** How many entries are no longer kept, where that is known. */
  readonly removed?: number | undefined;
}

/** Where something behind a place may be gone. */
export interface Loss {
  /** Where the stream was when that was found out. */
  readonly top: Place;
  /** Whether the place is none of this stream, which has not come as far: Redis has lost what it had. */
  readonly isAhead: boolean;
}

/** A stream of Redis, whose oldest entries are cut off while others read it. */
export class RedisStream {
  readonly key: string;
  readonly #history: number;

  constructor(key: string, history: number) {
    this.key = key;
    this.#history = history;
  }

  /** Where it is now. */
  async top(run: Run): Promise<Place> {
    return (await this.#state(run)).top;
  }

  async range(run: Run, from: string, to: string, count: number): Promise<RedisEntry[]> {
    return entriesOf(await run(['XRANGE', this.key, from, to, 'COUNT', String(count)]));
  }

  /** Whether the entry of a place is there. Then so is all that came behind it, as the oldest are the first to go. */
  async keeps(run: Run, { id }: Place): Promise<boolean> {
    return (await this.range(run, id, id, 1)).length > 0;
  }

  /** What may be lost behind a place whose entry is gone: cut off as too old, or with all that Redis had. */
  async lossBehind(run: Run, { id, count }: Place): Promise<Loss | undefined> {
    const { top, first, removed } = await this.#state(run);
    // Nothing ever came behind it.
    if (top.id === id) return undefined;
    const isCut = first === undefined || isAfter(parsed(first), parsed(id));
    // As many are gone as had come by then: those, and no others.
    if (isCut && count !== undefined && count === removed) return undefined;
    return { top, isAhead: isAfter(parsed(id), parsed(top.id)) };
  }

  async #state(run: Run): Promise<State> {
    const reply = await run(['XINFO', 'STREAM', this.key]).catch(orNone);
    if (reply === undefined) return { top: { id: '0-0', count: 0 }, removed: 0 };
    const info = pairsOf(reply);
    const first = info.get('first-entry') as readonly unknown[] | null | undefined;
    const length = Number(info.get('length'));
    // Redis 6 does not count them. No hub cuts any off before there are more than its history.
    const added = info.get('entries-added') ?? (length < this.#history ? length : undefined);
    const count = added === undefined ? undefined : Number(added);
    return {
      top: { id: String(info.get('last-generated-id')), count },
      first: first ? String(first[0]) : undefined,
      removed: count === undefined ? undefined : count - length,
    };
  }
}

/** It is not there before its first entry. */
function orNone(error: unknown): undefined {
  if (/no such key/i.test(String((error as Partial<Error> | undefined)?.message))) return undefined;
  throw error;
}

function parsed(id: string): Position {
  return positionOf(id) ?? [0, 0];
}
