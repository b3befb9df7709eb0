import { isDeepStrictEqual } from 'node:util';
import { isObject } from './parse-document.js';

/** Where two JSON values differ, as JSON Pointers (RFC 6901) with what happened there. The order of members does not count. */
export function differences(before: unknown, after: unknown, pointer = ''): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
      member(
        Object.hasOwn(before, name),
        Object.hasOwn(after, name),
        before[name],
        after[name],
        `${pointer}/${escaped(name)}`,
      ),
    );
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const longest = Math.max(before.length, after.length);
    return Array.from({ length: longest }, (_, index) =>
      member(index < before.length, index < after.length, before[index], after[index], `${pointer}/${index}`),
    ).flat();
  }
  return [`${pointer || '/'} is changed`];
}

function member(had: boolean, has: boolean, before: unknown, after: unknown, pointer: string): string[] {
  if (had && has) return differences(before, after, pointer);
  return [`${pointer} is ${has ? 'missing in the file' : 'not in the app'}`];
}

function escaped(name: string): string {
  return name.replace(/~/g, '~0').replace(/\//g, '~1');
}
