import { type APIErrorClass, BadRequest, Conflict } from '../errors/index.js';
import type { HookResult } from '../inference.js';
import { scopeOf } from './scope.js';
import type { ServingStore } from './store-view.js';
import { type CheckValues, hooked, storing, withoutKey } from './values.js';
import { entityToChange, sendVersion, type VersionRule, writeVersioned } from './version.js';

/** What an update and a partial update have in common: all but their hooks. */
export interface Change {
  readonly version: VersionRule | undefined;
  readonly check: CheckValues;
  before(data: object, key: object): HookResult<object>;
  after(entity: object): HookResult<object>;
}

/** Changes an entity of the repository. */
export async function changeEntity(
  view: ServingStore,
  key: object,
  given: object,
  { version, check, before, after }: Change,
): Promise<object> {
  const scope = await scopeOf(view, key);
  const values = withoutKey(view, key, given);
  const found = await entityToChange(view, version, scope);
  const data = await hooked(values, (own) => before(own, key));
  const entity = await writeVersioned(view, version, scope, found, async (stored, criteria, versions) => {
    // What the view is limited to is not changed, whatever the client or a hook says.
    const fixed = new Set([...Object.keys(scope), ...(version ? [version.property] : [])]);
    const own = Object.entries(data).filter(([name, value]) => value !== undefined && !fixed.has(name));
    // Nothing is written, and no version made, where nothing is changed.
    if (own.length === 0) return stored;
    const changed = { ...Object.fromEntries(own), ...versions };
    check(changed, stored);
    return (await storing(view, data, () => view.repository.updateOne(criteria, changed))) ?? undefined;
  });
  const shown = await hooked(entity, after);
  sendVersion(view, version, shown);
  return shown;
}

/** What an action that changes something says of itself. */
export function changeOptions(version: VersionRule | undefined): {
  readonly errors: readonly APIErrorClass[];
  readonly version: 'required' | 'taken' | undefined;
} {
  return { errors: [BadRequest, Conflict], version: version && (version.required ? 'required' : 'taken') };
}
