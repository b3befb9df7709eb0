import type { Json } from '../parse-document.js';
import type { FlatSchema } from './flat-schema.js';
import { listOf } from './json.js';

/** Whether a schema asks for nothing. */
export function isAnything(schema: FlatSchema): boolean {
  return Object.keys(schema).every(isAnnotation);
}

const annotations = new Set([
  'title',
  'description',
  'example',
  'examples',
  'externalDocs',
  'xml',
  '$comment',
  '$id',
  '$schema',
  '$defs',
  '$anchor',
  'deprecated',
  'default',
  'readOnly',
  'writeOnly',
  'discriminator',
  'nullable',
]);

/** Keywords that say nothing of what fits. */
export function isAnnotation(keyword: string): boolean {
  return annotations.has(keyword) || keyword.startsWith('x-');
}

const allTypes: readonly Json[] = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/** The types that fit. */
export function typesOf({ type }: FlatSchema): readonly Json[] {
  return type === undefined ? allTypes : listOf(type);
}

export function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

export function isWithin(type: Json, types: readonly Json[]): boolean {
  return types.includes(type) || (type === 'integer' && types.includes('number'));
}
