import { type TSchema, Type } from '@sinclair/typebox';
import type { FieldPath } from '../operations/index.js';
import { type Naming, wireName } from '../schema/index.js';

/** A field as a client spells it in a value, such as that of `sort`. */
export function spelt(path: FieldPath, naming: Naming | undefined): string {
  return path
    .split('.')
    .map((name) => wireName(name, naming))
    .join('.');
}

/** The fields by each of their spellings: a part of a filter does not know that of its view. */
export function spellings(paths: readonly FieldPath[]): ReadonlyMap<string, FieldPath> {
  return new Map([
    ...paths.map((path) => [spelt(path, 'snake_case'), path] as const),
    ...paths.map((path) => [path, path] as const),
  ]);
}

/** One of these texts. */
export function choiceOf(texts: readonly string[]): TSchema {
  return Type.Unsafe<string>({ type: 'string', enum: [...texts] });
}

/** @throws TypeError for what is no list of names, or has one twice. */
export function checkPaths(label: string, paths: readonly FieldPath[]): void {
  if (
    !Array.isArray(paths) ||
    paths.length === 0 ||
    !paths.every((path) => typeof path === 'string' && path !== '')
  ) {
    throw new TypeError(`${label} needs the names of fields, as in ${label}(['name', 'category.name']).`);
  }
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice) throw new TypeError(`${label} names the field "${twice}" twice.`);
}
