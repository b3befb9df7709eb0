import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject } from '../parse-document.js';
import type { Place } from './changes.js';
import { compareSchemas } from './compare-schemas.js';
import { compareSecurity } from './compare-security.js';
import type { Comparison } from './comparison.js';
import type { Schemas } from './flat-schema.js';
import { listOf, membersOf } from './json.js';
import type { DocumentedOperation } from './operations.js';
import type { Direction } from './rules.js';

interface Sides {
  readonly sent: Direction;
  readonly answered: Direction;
}

/** The API sends the body of a webhook, and the client answers it. */
export const ofClients: Sides = { sent: 'request', answered: 'response' };
export const ofWebhooks: Sides = { sent: 'response', answered: 'request' };

/** A part of an operation, such as `query page`. */
type Part = Place & { readonly at: string };

export function compareOperations(
  before: DocumentedOperation,
  after: DocumentedOperation,
  sides: Sides,
  comparison: Comparison,
): void {
  const { changes } = comparison;
  const place: Place = { operation: after.label, direction: sides.sent };
  const [id, nowId] = [before.operation.operationId, after.operation.operationId];
  if (id !== undefined && id !== nowId)
    changes.add('operation-id-changed', place, `operation id ${text(id)} -> ${text(nowId)}`);
  compareDeprecated(before.operation, after.operation, place, comparison);
  compareParameters(before, after, place, comparison);
  compareBodies(before.operation, after.operation, place, comparison);
  compareResponses(before.operation, after.operation, { ...place, direction: sides.answered }, comparison);
  compareSecurity(before.security, after.security, place, comparison);
}

function compareDeprecated(
  before: JsonObject,
  after: JsonObject,
  place: Place,
  { changes }: Comparison,
): void {
  const [old, now] = [before.deprecated === true, after.deprecated === true];
  if (now && !old) changes.add('deprecated', place, 'is deprecated now');
  if (old && !now) changes.add('undeprecated', place, 'is deprecated no more');
}

function compareParameters(
  before: DocumentedOperation,
  after: DocumentedOperation,
  place: Place,
  comparison: Comparison,
): void {
  const { changes } = comparison;
  for (const [key, old] of before.parameters) {
    const now = after.parameters.get(key);
    const at = { ...place, at: labelOf(old) };
    if (now) compareParameter(old, now, at, comparison);
    else
      changes.add(
        'parameter-removed',
        at,
        old.deprecated === true ? 'is gone; it was deprecated' : 'is gone',
      );
  }
  for (const [key, now] of after.parameters) {
    if (before.parameters.has(key)) continue;
    const at = { ...place, at: labelOf(now) };
    if (isRequired(now, comparison.after)) changes.add('required-parameter-added', at, 'is new and required');
    else changes.add('parameter-added', at, 'is new');
  }
}

function compareParameter(old: JsonObject, now: JsonObject, at: Part, comparison: Comparison): void {
  const { changes } = comparison;
  if (old.name !== now.name && now.in === 'path')
    changes.add('path-parameter-renamed', at, `is called ${text(now.name)} now`);
  compareDeprecated(old, now, at, comparison);
  compareRequired(old, now, at, 'parameter', comparison);
  const [style, nowStyle] = [styleOf(old), styleOf(now)];
  if (style !== nowStyle) changes.add('parameter-style-changed', at, `style ${style} -> ${nowStyle}`);
  for (const flag of ['allowEmptyValue', 'allowReserved']) {
    if (old[flag] === true && now[flag] !== true) changes.add('narrowed', at, `${flag} is gone`);
    if (now[flag] === true && old[flag] !== true) changes.add('widened', at, `${flag} is new`);
  }
  const one = style === nowStyle && style === 'form, exploded' ? oneOfMany(old, now, comparison) : undefined;
  if (one !== undefined) changes.add('widened', at, 'may be sent several times');
  compareSchemas(schemaOf(old), one ?? schemaOf(now), at, comparison);
}

/** The schema of the items where a list is taken now, of which a single value is one that is written alike. */
function oneOfMany(old: JsonObject, now: JsonObject, { before, after }: Comparison): Json | undefined {
  const [known, present] = [before.flat(schemaOf(old)), after.flat(schemaOf(now))];
  const isOne = known.type !== undefined && !listOf(known.type).includes('array');
  const isMany = present.type === 'array' && Number(present.minItems ?? 0) <= 1;
  return isOne && isMany ? (present.items ?? {}) : undefined;
}

/** What has a default may be left out. */
function isRequired(part: JsonObject, schemas: Schemas): boolean {
  return part.required === true && schemas.flat(schemaOf(part)).default === undefined;
}

function compareRequired(
  before: JsonObject,
  after: JsonObject,
  place: Place,
  kind: 'parameter' | 'body' | 'header',
  comparison: Comparison,
): void {
  const [old, now] = [isRequired(before, comparison.before), isRequired(after, comparison.after)];
  if (now && !old) comparison.changes.add(`${kind}-required`, place, 'is required now');
  if (old && !now) comparison.changes.add(`${kind}-optional`, place, 'is optional now');
}

function labelOf(parameter: JsonObject): string {
  return `${text(parameter.in)} ${text(parameter.name)}`;
}

const defaultStyles: Readonly<Record<string, string>> = { query: 'form', cookie: 'form' };

function styleOf(parameter: JsonObject): string {
  const [type] = Object.keys(membersOf(parameter.content));
  if (type !== undefined) return type;
  const style = parameter.style ?? defaultStyles[text(parameter.in)] ?? 'simple';
  return `${text(style)}${(parameter.explode ?? style === 'form') ? ', exploded' : ''}`;
}

/** A parameter has a schema, or content of one media type that has. */
function schemaOf({ schema, content }: JsonObject): Json | undefined {
  if (!isObject(content)) return schema;
  const [media] = Object.values(content);
  return membersOf(media).schema;
}

function compareBodies(before: JsonObject, after: JsonObject, place: Place, comparison: Comparison): void {
  const { changes } = comparison;
  const old = comparison.before.resolve(before.requestBody).value;
  const now = comparison.after.resolve(after.requestBody).value;
  const at = { ...place, at: 'body' };
  if (!isObject(old)) {
    if (!isObject(now)) return;
    if (now.required === true) changes.add('required-body-added', at, 'is new and required');
    else changes.add('body-added', at, 'is new');
  } else if (!isObject(now)) changes.add('body-removed', at, 'is gone');
  else {
    if (now.required === true && old.required !== true) changes.add('body-required', at, 'is required now');
    if (old.required === true && now.required !== true) changes.add('body-optional', at, 'is optional now');
    compareContent(old, now, at, comparison);
  }
}

function compareContent(before: JsonObject, after: JsonObject, place: Part, comparison: Comparison): void {
  const [old, now] = [contentOf(before, comparison.before), contentOf(after, comparison.after)];
  for (const [type, media] of old) {
    const present = now.get(type) ?? now.get(type.replace(/\/.*/, '/*')) ?? now.get('*/*');
    if (!present) {
      comparison.changes.add('media-type-removed', place, `the media type ${type} is gone`);
      continue;
    }
    if (!isDeepStrictEqual(membersOf(media.encoding), membersOf(present.encoding)))
      comparison.changes.add('encoding-changed', place, `parts of ${type} are encoded in another way`);
    // Before 3.2 the items of a stream stood where else the whole stands.
    if ('itemSchema' in media !== 'itemSchema' in present)
      compareSchemas(
        media.itemSchema ?? media.schema,
        present.itemSchema ?? present.schema,
        place,
        comparison,
      );
    else
      for (const key of ['schema', 'itemSchema']) compareSchemas(media[key], present[key], place, comparison);
  }
  for (const type of now.keys())
    if (!old.has(type)) comparison.changes.add('media-type-added', place, `the media type ${type} is new`);
}

/** By media type, which has no case, and where UTF-8 goes without saying. */
function contentOf({ content }: JsonObject, schemas: Schemas): Map<string, JsonObject> {
  return new Map(
    Object.entries(membersOf(content)).map(([type, media]) => [
      type
        .toLowerCase()
        .replace(/\s*;\s*/g, '; ')
        .replace(/; charset="?utf-8"?$/, ''),
      membersOf(schemas.resolve(media).value),
    ]),
  );
}

function compareResponses(before: JsonObject, after: JsonObject, place: Place, comparison: Comparison): void {
  const { changes } = comparison;
  const [old, now] = [before, after].map(
    ({ responses }) => new Map(Object.entries(membersOf(responses))),
  ) as [Map<string, Json>, Map<string, Json>];
  for (const [status, response] of old) {
    const at = { ...place, at: `response ${status}` };
    const isError = !/^[123]/.test(status);
    const present = describing(status, isError, now);
    if (present.every((one) => one === 'default' && one !== status))
      changes.add(isError ? 'error-removed' : 'success-removed', at, 'is gone');
    for (const one of present) compareResponse(response, now.get(one), at, comparison);
  }
  for (const status of now.keys())
    if (!old.has(status)) changes.add('status-added', { ...place, at: `response ${status}` }, 'is new');
}

/** Under which statuses the new document describes one of the old: its own, its range, those of the range that it is, the rest. */
function describing(status: string, isError: boolean, now: ReadonlyMap<string, Json>): string[] {
  if (now.has(status)) return [status];
  const range = `${status[0]}XX`;
  if (now.has(range)) return [range];
  if (status === range) {
    const within = [...now.keys()].filter((other) => other[0] === status[0]);
    if (within.length > 0) return within;
  }
  return isError && now.has('default') ? ['default'] : [];
}

function compareResponse(before: Json, after: Json | undefined, at: Part, comparison: Comparison): void {
  const was = membersOf(comparison.before.resolve(before).value);
  const is = membersOf(comparison.after.resolve(after).value);
  compareContent(was, is, at, comparison);
  compareHeaders(was, is, at, comparison);
}

function compareHeaders(before: JsonObject, after: JsonObject, place: Part, comparison: Comparison): void {
  const [old, now] = [headersOf(before, comparison.before), headersOf(after, comparison.after)];
  for (const [name, header] of old) {
    const at = { ...place, at: `${place.at} header ${name}` };
    const present = now.get(name);
    if (!present) {
      comparison.changes.add('header-removed', at, 'is gone');
      continue;
    }
    compareDeprecated(header, present, at, comparison);
    compareRequired(header, present, at, 'header', comparison);
    compareSchemas(schemaOf(header), schemaOf(present), at, comparison);
  }
  for (const name of now.keys())
    if (!old.has(name))
      comparison.changes.add('header-added', { ...place, at: `${place.at} header ${name}` }, 'is new');
}

function headersOf({ headers }: JsonObject, schemas: Schemas): Map<string, JsonObject> {
  return new Map(
    Object.entries(membersOf(headers))
      .map(([name, header]) => [name.toLowerCase(), schemas.resolve(header).value] as const)
      .filter((entry): entry is [string, JsonObject] => isObject(entry[1])),
  );
}

function text(value: Json | undefined): string {
  return value === undefined ? 'none' : String(value);
}
