import { randomUUID } from 'node:crypto';
import { KindGuard, type TSchema } from '@sinclair/typebox';
import { Conflict, PreconditionFailed, PreconditionRequired } from '../errors/index.js';
import { propertiesOf } from '../filters/index.js';
import type { Criteria } from '../repository/index.js';
import type { GenericOptions } from './options.js';
import type { ServingStore } from './store-view.js';

type Version = string | number;

/** The version of a resource, as its options say. */
export interface VersionRule {
  readonly property: string;
  readonly required: boolean;
  /** The version after this one, or the first. */
  next(current?: Version): Version;
  /** A version as it stands in an entity tag. */
  read(text: string): Version | undefined;
}

/** @throws TypeError for a property that is none, or whose values make no versions. */
export function versionOf({ version, schema, name }: GenericOptions): VersionRule | undefined {
  if (version === undefined) return undefined;
  const { property, required = false } = typeof version === 'string' ? { property: version } : version;
  const declared: TSchema | undefined = propertiesOf(schema as unknown as TSchema)[property];
  if (!declared || !(KindGuard.IsInteger(declared) || KindGuard.IsString(declared))) {
    throw new TypeError(
      `The version "${property}" of the resource ${name} has to be a property of its schema, a Type.Integer() or a Type.String().`,
    );
  }
  return KindGuard.IsInteger(declared)
    ? {
        property,
        required,
        next: (current) => (typeof current === 'number' ? current + 1 : 1),
        read: (text) => (/^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : undefined),
      }
    : { property, required, next: () => randomUUID(), read: decode };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Sends the version of what is answered. */
export function sendVersion(view: ServingStore, rule: VersionRule | undefined, entity: unknown): void {
  const version = rule && currentOf(entity, rule);
  if (version !== undefined) view.response.setHeader('ETag', `"${encodeURIComponent(String(version))}"`);
}

function currentOf(entity: unknown, { property }: VersionRule): Version | undefined {
  const version = (entity as Readonly<Record<string, unknown>> | null | undefined)?.[property];
  return typeof version === 'string' || typeof version === 'number' ? version : undefined;
}

/** How often a write without a precondition is tried again when another one was faster. */
const TRIES = 10;

/**
 * A write without the precondition that it needs is refused before any hook runs.
 *
 * @throws PreconditionRequired
 */
export function expectPrecondition(view: ServingStore, rule: VersionRule | undefined): void {
  if (rule?.required && view.request.headers['if-match'] === undefined) throw new PreconditionRequired();
}

/**
 * Writes where the version is the one that the client knows. The repository compares it in the same step in which it writes, so that
 * of writers with one `If-Match` one succeeds.
 *
 * @param write Gets the criteria and the next version; `undefined` where nothing was found.
 * @throws PreconditionFailed, or Conflict when others are always faster.
 */
export async function writeVersioned<T>(
  view: ServingStore,
  rule: VersionRule | undefined,
  criteria: Criteria,
  write: (criteria: Criteria, versions: object) => Promise<T | undefined>,
): Promise<T | undefined> {
  if (!rule) return write(criteria, {});
  const header = view.request.headers['if-match'];
  const known = header === undefined || header.trim() === '*' ? undefined : tagsOf(header, rule);
  const attempt = (version: Version) =>
    write({ ...criteria, [rule.property]: version }, { [rule.property]: rule.next(version) });
  if (known?.length === 1) {
    const done = await attempt(known[0] as Version);
    if (done !== undefined) return done;
    if (await view.repository.get(criteria)) throw new PreconditionFailed();
    return undefined;
  }
  for (let tries = 0; tries < TRIES; tries += 1) {
    const stored = await view.repository.get(criteria);
    if (!stored) return undefined;
    const version = currentOf(stored, rule);
    if (version === undefined) {
      throw new TypeError(
        `An entity of ${view.resource.name} has no version "${rule.property}", or not a string or an integer.`,
      );
    }
    if (known && !known.includes(version)) throw new PreconditionFailed();
    const done = await attempt(version);
    if (done !== undefined) return done;
    if (known) throw new PreconditionFailed();
  }
  throw new Conflict('The resource is changed by others all the time; try again.');
}

/** The strong entity tags of a list, which alone are equal to one another (RFC 9110 section 8.8.3.2). */
function tagsOf(header: string, rule: VersionRule): Version[] {
  return header.split(',').flatMap((part) => {
    const tag = /^"([\x21\x23-\x7e\x80-\xff]*)"$/.exec(part.trim())?.[1];
    const version = tag === undefined ? undefined : rule.read(tag);
    return version === undefined ? [] : [version];
  });
}
