/** Where an event stands in the history of a hub: `1731000000000-3`, as the ids of Redis Streams are. */
export type Position = readonly [time: number, count: number];

/** `undefined` for what is no id of a hub: a client can send anything as `Last-Event-ID`. */
export function positionOf(id: string): Position | undefined {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(id);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

export function isAfter(a: Position, b: Position): boolean {
  return a[0] === b[0] ? a[1] > b[1] : a[0] > b[0];
}
