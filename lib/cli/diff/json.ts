import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject } from '../parse-document.js';

export function listOf(value: Json | undefined): Json[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

/** The members of what should be an object. */
export function membersOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function includes(list: readonly Json[], item: Json): boolean {
  return list.some((one) => isDeepStrictEqual(one, item));
}

/** As it is shown. */
export function told(value: Json | undefined): string {
  if (value === undefined) return 'none';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
