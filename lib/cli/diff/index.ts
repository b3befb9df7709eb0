import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject } from '../parse-document.js';
import { type Change, Changes } from './changes.js';
import { compareOperations, ofClients, ofWebhooks } from './compare-operations.js';
import type { Comparison } from './compare-schemas.js';
import { Schemas } from './flat-schema.js';
import { operationsIn } from './operations.js';

export type { Change } from './changes.js';

/**
 * What a new version of a document changes for the clients of the old one.
 *
 * @throws Fault for references that can not be followed.
 */
export function compareDocuments(before: JsonObject, after: JsonObject): Change[] {
  const comparison: Comparison = {
    before: new Schemas(before),
    after: new Schemas(after),
    changes: new Changes(),
  };
  comparePaths(before, after, comparison);
  compareServers(before, after, comparison);
  compareSecuritySchemes(before, after, comparison);
  return comparison.changes.list();
}

function comparePaths(before: JsonObject, after: JsonObject, comparison: Comparison): void {
  for (const [key, sides] of [
    ['paths', ofClients],
    ['webhooks', ofWebhooks],
  ] as const) {
    const old = operationsIn(before, key, comparison.before);
    const now = operationsIn(after, key, comparison.after);
    for (const [name, operation] of old) {
      const present = now.get(name);
      if (present) compareOperations(operation, present, sides, comparison);
      else
        comparison.changes.add(
          'operation-removed',
          { operation: operation.label, direction: 'request' },
          'is gone',
        );
    }
    for (const [name, { label }] of now)
      if (!old.has(name))
        comparison.changes.add('operation-added', { operation: label, direction: 'request' }, 'is new');
  }
}

const whole = { operation: 'the whole API', direction: 'request' } as const;

function compareServers(before: JsonObject, after: JsonObject, { changes }: Comparison): void {
  const [old, now] = [urlsOf(before), urlsOf(after)];
  for (const url of old)
    if (!now.includes(url)) changes.add('server-removed', whole, `the server ${url} is gone`);
  for (const url of now)
    if (!old.includes(url)) changes.add('server-added', whole, `the server ${url} is new`);
}

/** Without servers there is one, at the root. */
function urlsOf({ servers }: JsonObject): string[] {
  const list = Array.isArray(servers) && servers.length > 0 ? servers : [{ url: '/' }];
  return list.map((server) => (isObject(server) ? String(server.url) : '/'));
}

function compareSecuritySchemes(before: JsonObject, after: JsonObject, comparison: Comparison): void {
  const schemesOf = ({ components }: JsonObject) =>
    ((isObject(components) ? components.securitySchemes : undefined) ?? {}) as JsonObject;
  const now = schemesOf(after);
  for (const [name, scheme] of Object.entries(schemesOf(before))) {
    const [was, is] = [comparison.before.resolve(scheme).value, comparison.after.resolve(now[name]).value];
    if (!isObject(was) || !isObject(is)) continue;
    const { description: _, ...old } = was;
    const { description: __, ...present } = is;
    if (!isDeepStrictEqual(old, present))
      comparison.changes.add('security-scheme-changed', whole, `the security scheme ${name} is another one`);
  }
}
