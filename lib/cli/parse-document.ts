import { readFileSync, statSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { Fault, sentenceOf } from './command.js';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

/**
 * The OpenAPI document of a file, or of standard input for `-`, in JSON or YAML.
 *
 * @throws Fault when it can not be read or parsed, or is of another kind.
 */
export function parseDocument(file: string): JsonObject {
  let document: unknown;
  try {
    document = parseText(readText(file));
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`${file} is neither JSON nor YAML: ${sentenceOf(withoutExcerpt(error))}`, {
      cause: error,
    });
  }
  if (!isObject(document) || !/^3\./.test(String(document.openapi))) {
    throw new Fault(`${file} is no OpenAPI document of a version 3: it has no "openapi: 3..." at its top.`);
  }
  return document;
}

/**
 * Whether a document may be written over what stands at a path: over a document, also a broken one or one of Swagger, over an
 * empty file, and over what is no regular file.
 *
 * @throws Fault when it can not be read.
 */
export function isReplaceable(file: string): boolean {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return true;
  const text = readText(file);
  if (text.trim() === '') return true;
  try {
    const known = parseText(text);
    return isObject(known) && /^[23]/.test(String(known.openapi ?? known.swagger));
  } catch {
    // Half of one, or one with the marks of a conflict.
    return /^(\{\s*)?["']?(openapi|swagger)["']?\s*:/m.test(text);
  }
}

/** A fault of YAML shows lines of the text below its message. */
function withoutExcerpt(error: unknown): unknown {
  return error instanceof YAMLParseError ? new Error(error.message.replace(/:\s*\n.*/s, '')) : error;
}

/** JSON is YAML, too, but its own parser is many times as fast. */
function parseText(text: string): unknown {
  if (/^\s*\{/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // A map of YAML may begin so.
    }
  }
  return parse(text, { merge: true, maxAliasCount: 1000, logLevel: 'error' });
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Fault(
      missing ? `There is no file ${file}.` : `${file} could not be read: ${sentenceOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
