import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { KindGuard, type TSchema } from '@sinclair/typebox';
import { Conflict, NotFound, PreconditionFailed, PreconditionRequired } from '../errors/index.js';
import { propertiesOf } from '../filters/index.js';
import { setHeaderUnchecked } from '../header-map.js';
import type { Criteria } from '../repository/index.js';
import type { GenericOptions } from './options.js';
import { entityOf } from './scope.js';
import type { ServingStore } from './store-view.js';

type Version = string | number;

/** The version of a resource, as its options say. */
export interface VersionRule {
  readonly property: string;
  readonly required: boolean;
  /** The version after this one, or the first. */
  next(current?: Version): Version;
}

/** @throws TypeError for a property that is none, or whose values make no versions. */
export function versionOf(resource: GenericOptions): VersionRule | undefined {
  const { version, schema, name } = resource;
  if (version === undefined) return undefined;
  const { property, required = false } = typeof version === 'string' ? { property: version } : version;
  const declared: TSchema | undefined = propertiesOf(schema as unknown as TSchema)[property];
  const isInteger = declared !== undefined && KindGuard.IsInteger(declared);
  if (!declared || KindGuard.IsOptional(declared) || !(isInteger || isFreeText(declared))) {
    throw new TypeError(
      `The version "${property}" of the resource ${name} has to be a property of its schema, a Type.Integer(), or a Type.String() that takes any UUID.`,
    );
  }
  if (!isServers(property, declared, resource)) {
    throw new TypeError(
      `The version "${property}" of the resource ${name} is the server's alone: declare it with { readOnly: true }, or give \`create\` and \`update\` schemas without it.`,
    );
  }
  return isInteger
    ? { property, required, next: (current) => (typeof current === 'number' ? current + 1 : 1) }
    : { property, required, next: () => randomUUID() };
}

function isFreeText(schema: TSchema): boolean {
  const { format, pattern, enum: values, maxLength = Number.POSITIVE_INFINITY } = schema;
  const free = (format === undefined || format === 'uuid') && pattern === undefined && values === undefined;
  return KindGuard.IsString(schema) && free && maxLength >= 36;
}

/** Whether no body has it. */
function isServers(property: string, declared: TSchema, { create, update }: GenericOptions): boolean {
  if (declared.readOnly === true) return true;
  return [create, update].every(
    (body) => body !== undefined && propertiesOf(body as unknown as TSchema)[property] === undefined,
  );
}

/** Sends the version of what is answered. */
export function sendVersion(view: ServingStore, rule: VersionRule | undefined, entity: unknown): void {
  const version = rule && currentOf(entity, rule);
  if (version !== undefined) setHeaderUnchecked(view.response, 'etag', tagOf(version));
}

function tagOf(version: Version): string {
  return `"${encodeURIComponent(String(version))}"`;
}

function currentOf(entity: unknown, { property }: VersionRule): Version | undefined {
  const version = (entity as Readonly<Record<string, unknown>> | null | undefined)?.[property];
  return typeof version === 'string' || typeof version === 'number' ? version : undefined;
}

/** Whether a list of entity tags has this one, or is `*`; a weak tag is equal to a strong one only in weak comparison. */
function lists(header: string, tag: string, weak: boolean): boolean {
  if (header.trim() === '*') return true;
  return header.split(',').some((part) => (weak ? part.trim().replace(/^W\//, '') : part.trim()) === tag);
}

/**
 * Whether a client that reads has the entity as it is already (RFC 9110 sections 13.1.1 and 13.1.2).
 *
 * @throws PreconditionFailed where it wants another version.
 */
export function isKnown(view: ServingStore, rule: VersionRule | undefined, entity: object): boolean {
  const version = rule && currentOf(entity, rule);
  if (version === undefined) return false;
  const { 'if-match': match, 'if-none-match': noneMatch } = view.request.headers;
  if (match !== undefined && !lists(match, tagOf(version), false)) throw new PreconditionFailed();
  return noneMatch !== undefined && lists(noneMatch, tagOf(version), true);
}

/**
 * Whether a client may change the entity as it is.
 *
 * @throws PreconditionFailed where it knows another version, or wants one that is not there.
 */
function expectKnown(view: ServingStore, version: Version): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = view.request.headers;
  if (match !== undefined && !lists(match, tagOf(version), false)) throw new PreconditionFailed();
  if (noneMatch !== undefined && lists(noneMatch, tagOf(version), true)) throw new PreconditionFailed();
}

/** How often a write without a precondition is tried again when another one was faster. */
const TRIES = 100;
/** In milliseconds. */
const MAX_WAIT = 10;

/**
 * Finds the entity that is to be changed.
 *
 * @throws PreconditionRequired, NotFound or PreconditionFailed, before any hook runs.
 */
export async function entityToChange(
  view: ServingStore,
  rule: VersionRule | undefined,
  scope: Criteria,
): Promise<object> {
  if (rule?.required && view.request.headers['if-match'] === undefined) throw new PreconditionRequired();
  const stored = await entityOf(view, scope);
  if (rule) expectKnown(view, versionIn(stored, rule, view));
  return stored;
}

function versionIn(stored: object, rule: VersionRule, { resource }: ServingStore): Version {
  const version = currentOf(stored, rule);
  if (version !== undefined) return version;
  throw new TypeError(
    `An entity of ${resource.name} has no version "${rule.property}", or not a string or an integer.`,
  );
}

/**
 * Writes where the version still is the one that was read. The repository compares it in the same step in which it writes, so that of
 * writers with one `If-Match` one succeeds; a writer without tries again.
 *
 * @param write Gets the entity, what has to be equal, and the next version; `undefined` where nothing was found.
 * @throws NotFound, PreconditionFailed, or Conflict when others are always faster.
 */
export async function writeVersioned<T>(
  view: ServingStore,
  rule: VersionRule | undefined,
  scope: Criteria,
  found: object,
  write: (stored: object, criteria: Criteria, versions: object) => Promise<T | undefined>,
): Promise<T> {
  let stored = found;
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (tries > 0) {
      await delay(randomInt(MAX_WAIT));
      stored = await entityToChange(view, rule, scope);
    }
    const done = await attempt(rule, scope, stored, write, view);
    if (done !== undefined) return done;
    if (!rule) throw new NotFound();
  }
  throw new Conflict('The resource is changed by others all the time; try again.');
}

function attempt<T>(
  rule: VersionRule | undefined,
  scope: Criteria,
  stored: object,
  write: (stored: object, criteria: Criteria, versions: object) => Promise<T | undefined>,
  view: ServingStore,
): Promise<T | undefined> {
  if (!rule) return write(stored, scope, {});
  const version = versionIn(stored, rule, view);
  const { property } = rule;
  return write(stored, { ...scope, [property]: version }, { [property]: rule.next(version) });
}
