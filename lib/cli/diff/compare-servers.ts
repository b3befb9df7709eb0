import type { Json, JsonObject } from '../parse-document.js';
import type { Changes, Place } from './changes.js';
import { listOf, membersOf } from './json.js';

export function compareServers(
  before: Json | undefined,
  after: Json | undefined,
  place: Place,
  changes: Changes,
): void {
  const [old, now] = [new Set(urlsOf(before)), new Set(urlsOf(after))];
  for (const url of old) if (!now.has(url)) changes.add('server-removed', place, `the server ${url} is gone`);
  for (const url of now) if (!old.has(url)) changes.add('server-added', place, `the server ${url} is new`);
}

/** Without servers there is one, at the root. */
function urlsOf(servers: Json | undefined): string[] {
  const list = listOf(servers);
  return (list.length > 0 ? list : [{ url: '/' }]).flatMap((server) => spelledOut(membersOf(server)));
}

/** With each value that its variables may have; one that may have any stays as it is. */
function spelledOut({ url = '/', variables }: JsonObject): string[] {
  let urls = [String(url)];
  for (const [name, variable] of Object.entries(membersOf(variables))) {
    const values = listOf(membersOf(variable).enum);
    // So many servers are told by their template.
    if (values.length === 0 || urls.length * values.length > 100) continue;
    urls = urls.flatMap((one) => values.map((value) => one.replaceAll(`{${name}}`, String(value))));
  }
  return urls;
}
