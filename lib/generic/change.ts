import type { APIErrorClass } from '../errors/index.js';
import { BadRequest, Conflict } from '../errors/index.js';
import type { HookResult } from '../inference.js';
import { scopeOf } from './scope.js';
import type { ServingStore } from './store-view.js';
import { type CheckValues, hooked, needsWhole, storing, withoutKey } from './values.js';
import { expectPrecondition, sendVersion, type VersionRule, writeVersioned } from './version.js';

/** What an update and a partial update have in common: all but their hooks. */
export interface Change {
  readonly version: VersionRule | undefined;
  readonly check: CheckValues;
  before(data: object, key: object): HookResult<object>;
  after(entity: object): HookResult<object>;
}

/** Changes an entity of the repository; `null` where there is none, which is 404 also where nothing is sent back. */
export async function changeEntity(
  view: ServingStore,
  key: object,
  given: object,
  { version, check, before, after }: Change,
): Promise<object | null> {
  const scope = await scopeOf(view, key);
  expectPrecondition(view, version);
  const data = await hooked(withoutKey(view, key, given), (values) => before(values, key));
  const stored = needsWhole(view.resource) ? await view.repository.get(scope) : {};
  if (!stored) return null;
  const entity = await writeVersioned(view, version, scope, async (criteria, versions) => {
    // What the view is limited to is not changed, whatever the client or a hook says.
    const values = { ...data, ...(version && { [version.property]: undefined }), ...scope, ...versions };
    const changed = Object.fromEntries(
      Object.entries(values).filter(([name, value]) => value !== undefined && !Object.hasOwn(scope, name)),
    );
    // Nothing is written, and no version made, where nothing is changed.
    if (Object.keys(changed).every((name) => Object.hasOwn(versions, name))) {
      return (await view.repository.get(criteria)) ?? undefined;
    }
    check(changed, stored);
    return (await storing(view, data, () => view.repository.updateOne(criteria, changed))) ?? undefined;
  });
  if (!entity) return null;
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
