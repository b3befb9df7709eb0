import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject } from '../parse-document.js';
import type { Place } from './changes.js';
import { type Comparison, compareSchemas } from './compare-schemas.js';
import type { DocumentedOperation } from './operations.js';
import type { Direction } from './rules.js';

interface Sides {
  readonly sent: Direction;
  readonly answered: Direction;
}

/** The API sends the body of a webhook, and the client answers it. */
export const ofClients: Sides = { sent: 'request', answered: 'response' };
export const ofWebhooks: Sides = { sent: 'response', answered: 'request' };

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
  if (after.operation.deprecated === true && before.operation.deprecated !== true)
    changes.add('deprecated', place, 'is deprecated now');
  compareParameters(before, after, place, comparison);
  compareBodies(before.operation, after.operation, place, comparison);
  compareResponses(before.operation, after.operation, { ...place, direction: sides.answered }, comparison);
  compareSecurity(before.security, after.security, place, comparison);
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
    if (!now) {
      changes.add('parameter-removed', at, 'is gone');
      continue;
    }
    if (old.name !== now.name && now.in === 'path')
      changes.add('path-parameter-renamed', at, `is called ${text(now.name)} now`);
    compareRequired(old, now, at, 'parameter', comparison);
    const [style, nowStyle] = [styleOf(old), styleOf(now)];
    if (style !== nowStyle) changes.add('parameter-style-changed', at, `style ${style} -> ${nowStyle}`);
    compareSchemas(schemaOf(old), schemaOf(now), at, comparison);
  }
  for (const [key, now] of after.parameters) {
    if (before.parameters.has(key)) continue;
    const at = { ...place, at: labelOf(now) };
    if (now.required === true) changes.add('required-parameter-added', at, 'is new and required');
    else changes.add('parameter-added', at, 'is new');
  }
}

function compareRequired(
  before: JsonObject,
  after: JsonObject,
  place: Place,
  kind: 'parameter' | 'body' | 'header',
  { changes }: Comparison,
): void {
  const [old, now] = [before.required === true, after.required === true];
  if (now && !old) changes.add(`${kind}-required`, place, 'is required now');
  if (old && !now) changes.add(`${kind}-optional`, place, 'is optional now');
}

function labelOf(parameter: JsonObject): string {
  return `${text(parameter.in)} ${text(parameter.name)}`;
}

const defaultStyles: Readonly<Record<string, string>> = { query: 'form', cookie: 'form' };

function styleOf(parameter: JsonObject): string {
  const style = parameter.style ?? defaultStyles[text(parameter.in)] ?? 'simple';
  return `${text(style)}${(parameter.explode ?? style === 'form') ? ', exploded' : ''}`;
}

/** A parameter has a schema, or content of one media type that has. */
function schemaOf({ schema, content }: JsonObject): Json | undefined {
  if (!isObject(content)) return schema;
  const [media] = Object.values(content);
  return isObject(media) ? media.schema : undefined;
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
    compareRequired(old, now, at, 'body', comparison);
    compareContent(old, now, at, comparison);
  }
}

function compareContent(before: JsonObject, after: JsonObject, place: Place, comparison: Comparison): void {
  const [old, now] = [before.content ?? {}, after.content ?? {}] as [JsonObject, JsonObject];
  for (const [type, media] of Object.entries(old)) {
    const present = now[type];
    if (present === undefined) {
      comparison.changes.add('media-type-removed', place, `the media type ${type} is gone`);
      continue;
    }
    for (const key of ['schema', 'itemSchema'])
      compareSchemas((media as JsonObject)[key], (present as JsonObject)[key], place, comparison);
  }
  for (const type of Object.keys(now))
    if (!(type in old)) comparison.changes.add('media-type-added', place, `the media type ${type} is new`);
}

function compareResponses(before: JsonObject, after: JsonObject, place: Place, comparison: Comparison): void {
  const { changes } = comparison;
  const [old, now] = [before.responses ?? {}, after.responses ?? {}] as [JsonObject, JsonObject];
  for (const [status, response] of Object.entries(old)) {
    const present = now[status] ?? now[`${status[0]}XX`];
    const at = { ...place, at: `response ${status}` };
    if (present === undefined) {
      const isSuccess = /^[123]/.test(status);
      changes.add(isSuccess ? 'success-removed' : 'error-removed', at, 'is gone');
      continue;
    }
    const [was, is] = [comparison.before.resolve(response).value, comparison.after.resolve(present).value];
    if (!isObject(was) || !isObject(is)) continue;
    compareContent(was, is, at, comparison);
    compareHeaders(was, is, at, comparison);
  }
  for (const status of Object.keys(now))
    if (!(status in old)) changes.add('status-added', { ...place, at: `response ${status}` }, 'is new');
}

function compareHeaders(before: JsonObject, after: JsonObject, place: Place, comparison: Comparison): void {
  const [old, now] = [headersOf(before, comparison.before), headersOf(after, comparison.after)];
  for (const [name, header] of old) {
    const at = { ...place, at: `${place.at} header ${name}` };
    const present = now.get(name);
    if (!present) {
      comparison.changes.add('header-removed', at, 'is gone');
      continue;
    }
    compareRequired(header, present, at, 'header', comparison);
    compareSchemas(schemaOf(header), schemaOf(present), at, comparison);
  }
  for (const name of now.keys())
    if (!old.has(name))
      comparison.changes.add('header-added', { ...place, at: `${place.at} header ${name}` }, 'is new');
}

function headersOf({ headers }: JsonObject, schemas: Comparison['before']): Map<string, JsonObject> {
  return new Map(
    Object.entries((headers ?? {}) as JsonObject)
      .map(([name, header]) => [name.toLowerCase(), schemas.resolve(header).value] as const)
      .filter((entry): entry is [string, JsonObject] => isObject(entry[1])),
  );
}

/** Each of a list of requirements opens the operation. None is the same as one that asks for nothing. */
function compareSecurity(
  before: readonly Json[],
  after: readonly Json[],
  place: Place,
  { changes }: Comparison,
): void {
  const [old, now] = [before, after].map((list) => (list.length > 0 ? list : [{}]) as JsonObject[]) as [
    JsonObject[],
    JsonObject[],
  ];
  if (isDeepStrictEqual(old, now)) return;
  const shut = old.filter((one) => !now.some((other) => asksNoMore(other, one)));
  const opened = now.filter((one) => !old.some((other) => asksNoMore(other, one)));
  const what = now.map(requirement).join(' or ');
  if (shut.length > 0)
    changes.add('security-added', place, `${shut.map(requirement).join(' or ')} is not enough: ${what}`);
  else if (opened.length > 0 || old.length !== now.length)
    changes.add('security-removed', place, `asks for ${what}`);
}

/** Whether who fulfils the one fulfils the other. */
function asksNoMore(one: JsonObject, other: JsonObject): boolean {
  return Object.entries(one).every(([scheme, scopes]) => {
    const known = other[scheme];
    return Array.isArray(known) && (scopes as Json[]).every((scope) => known.includes(scope));
  });
}

function requirement(one: JsonObject): string {
  const schemes = Object.entries(one).map(([name, scopes]) => {
    const list = (scopes as Json[]).join(', ');
    return list ? `${name} (${list})` : name;
  });
  return schemes.join(' and ') || 'no security';
}

function text(value: Json | undefined): string {
  return value === undefined ? 'none' : String(value);
}
