import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject } from '../parse-document.js';
import type { Place } from './changes.js';
import type { Comparison } from './comparison.js';
import { listOf, membersOf } from './json.js';

/** Each of a list of requirements opens the operation. None is the same as one that asks for nothing. */
export function compareSecurity(
  before: readonly Json[],
  after: readonly Json[],
  place: Place,
  { changes }: Comparison,
): void {
  const [old, now] = [before, after].map((list) => (list.length > 0 ? list.map(membersOf) : [{}])) as [
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
    const known = Object.hasOwn(other, scheme) ? other[scheme] : undefined;
    return Array.isArray(known) && listOf(scopes).every((scope) => known.includes(scope));
  });
}

function requirement(one: JsonObject): string {
  const schemes = Object.entries(one).map(([name, scopes]) => {
    const list = listOf(scopes).join(', ');
    return list ? `${name} (${list})` : name;
  });
  return schemes.join(' and ') || 'no security';
}

export function compareSecuritySchemes(
  before: JsonObject,
  after: JsonObject,
  place: Place,
  comparison: Comparison,
): void {
  const schemesOf = ({ components }: JsonObject) =>
    new Map(Object.entries(membersOf(membersOf(components).securitySchemes)));
  const now = schemesOf(after);
  for (const [name, scheme] of schemesOf(before)) {
    const was = comparison.before.resolve(scheme).value;
    const is = comparison.after.resolve(now.get(name)).value;
    if (!isObject(was) || !isObject(is)) continue;
    const [old, present] = [waysOf(was), waysOf(is)];
    const gone = [...old].filter((way) => !present.has(way));
    if (gone.length > 0 || !isDeepStrictEqual(essence(was), essence(is)))
      comparison.changes.add('security-scheme-changed', place, `the security scheme ${name} is another one`);
    else if (present.size > old.size)
      comparison.changes.add(
        'security-scheme-extended',
        place,
        `the security scheme ${name} has more flows or scopes`,
      );
  }
}

/** What a client goes by. */
function essence({ type, scheme, in: place, name, openIdConnectUrl }: JsonObject): unknown {
  return { type, scheme, place, name, openIdConnectUrl };
}

/** The flows of OAuth, each with its addresses and with each of its scopes. */
function waysOf({ flows }: JsonObject): Set<string> {
  const all = Object.entries(membersOf(flows)).flatMap(([name, flow]) => {
    const { scopes, ...urls } = membersOf(flow);
    return [undefined, ...Object.keys(membersOf(scopes))].map((scope) =>
      JSON.stringify([name, Object.entries(urls).sort(), scope]),
    );
  });
  return new Set(all);
}
