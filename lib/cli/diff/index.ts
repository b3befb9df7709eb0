import type { JsonObject } from '../parse-document.js';
import { type Change, Changes } from './changes.js';
import { compareOperations, ofClients, ofWebhooks } from './compare-operations.js';
import { compareSecuritySchemes } from './compare-security.js';
import { compareServers } from './compare-servers.js';
import type { Comparison } from './comparison.js';
import { Schemas } from './flat-schema.js';
import { operationsIn } from './operations.js';

export type { Change } from './changes.js';

const whole = { operation: 'the whole API', direction: 'request' } as const;

/**
 * What a new version of a document changes for the clients of the old one.
 *
 * @throws Fault for references that can not be followed.
 */
export function compareDocuments(before: JsonObject, after: JsonObject): Change[] {
  const comparison: Comparison = {
    before: new Schemas(before, after),
    after: new Schemas(after, before),
    changes: new Changes(),
    met: { request: new Map(), response: new Map() },
    pending: [],
  };
  comparePaths(before, after, comparison);
  compareServers(before.servers, after.servers, whole, comparison.changes);
  compareSecuritySchemes(before, after, whole, comparison);
  return comparison.changes.list();
}

function comparePaths(before: JsonObject, after: JsonObject, comparison: Comparison): void {
  const { changes } = comparison;
  for (const [key, sides] of [
    ['paths', ofClients],
    ['webhooks', ofWebhooks],
  ] as const) {
    const old = operationsIn(before, key, comparison.before);
    const now = operationsIn(after, key, comparison.after);
    for (const [name, known] of old) {
      const present = now.get(name);
      const place = { ...whole, operation: (present ?? known).label };
      if (!present) {
        const wasDeprecated = known.operation.deprecated === true;
        changes.add('operation-removed', place, wasDeprecated ? 'is gone; it was deprecated' : 'is gone');
        continue;
      }
      compareOperations(known, present, sides, comparison);
      if (known.servers !== undefined || present.servers !== undefined)
        compareServers(known.servers ?? before.servers, present.servers ?? after.servers, place, changes);
    }
    for (const [name, { label }] of now)
      if (!old.has(name)) changes.add('operation-added', { ...whole, operation: label }, 'is new');
  }
}
