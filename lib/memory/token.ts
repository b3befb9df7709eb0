import { types } from 'node:util';

/**
 * A text that two values share when they are equal: numbers of either type, instants, and objects by what is in them, in
 * whatever order their properties are. `undefined` inside of an object counts as absent, as in JSON.
 */
export function tokenOf(value: unknown, within: readonly object[] = []): string {
  if (typeof value === 'string') return `${JSON.stringify(value)}s`;
  // A bigint is the number that it equals.
  if (typeof value !== 'object' || value === null) return `${String(value)}n`;
  if (types.isDate(value)) return `${value.getTime()}d`;
  if (ArrayBuffer.isView(value)) {
    return `${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}b`;
  }
  // Of a circle, how far it leads back.
  const depth = within.indexOf(value);
  if (depth >= 0) return `^${within.length - depth}`;
  const inside = [...within, value];
  const list = (items: Iterable<unknown>) => Array.from(items, (item) => tokenOf(item, inside)).join();
  if (Array.isArray(value)) return `[${list(value)}]`;
  if (types.isMap(value) || types.isSet(value)) return `(${list(value)})`;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const named = entries.map(([name, inner]) => `${JSON.stringify(name)}:${tokenOf(inner, inside)}`);
  return `{${named.sort().join()}}`;
}
