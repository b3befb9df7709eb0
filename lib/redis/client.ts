/** As much of a client of the package `redis` as a hub needs; `redis` 4 and above fit. */
export interface RedisClient {
  sendCommand(args: string[]): Promise<unknown>;
  duplicate(overrides?: object): RedisConnection;
  readonly isReady?: boolean;
  readonly options?: { readonly socket?: object | undefined } | undefined;
}

export interface RedisConnection extends RedisClient {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  destroy?(): void;
  disconnect?(): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** An entry of a stream. */
export interface RedisEntry {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The pairs of a reply: a flat list in RESP2, a map in RESP3. */
export function pairsOf(reply: unknown): Map<string, unknown> {
  if (reply instanceof Map) return new Map([...reply].map(([name, value]) => [String(name), value]));
  if (!Array.isArray(reply)) return new Map(Object.entries((reply ?? {}) as object));
  const pairs = new Map<string, unknown>();
  for (let at = 0; at + 1 < reply.length; at += 2) pairs.set(String(reply[at]), reply[at + 1]);
  return pairs;
}

/** The reply of XRANGE. */
export function entriesOf(reply: unknown): RedisEntry[] {
  return ((reply ?? []) as [unknown, unknown][]).map(([id, fields]) => ({
    id: String(id),
    fields: Object.fromEntries([...pairsOf(fields)].map(([name, value]) => [name, String(value)])),
  }));
}

/** The reply of XREAD of one stream; none after a time-out. */
export function readEntriesOf(reply: unknown): RedisEntry[] {
  if (reply === null || reply === undefined) return [];
  const isNested = Array.isArray(reply) && Array.isArray(reply[0]);
  const streams = isNested ? new Map(reply as [unknown, unknown][]) : pairsOf(reply);
  return [...streams.values()].flatMap(entriesOf);
}
