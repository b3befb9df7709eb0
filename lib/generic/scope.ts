import { NotFound } from '../errors/index.js';
import type { Criteria } from '../repository/index.js';
import { keySchemaOf } from '../resource.js';
import type { ServingStore } from './store-view.js';

/**
 * What an action is limited to: the parameters of its path, and what `getKwargs` says.
 *
 * @throws NotFound where the path says something else than `getKwargs`.
 * @throws TypeError where `getKwargs` has no value for a property: some stores take that for "any value".
 */
export async function scopeOf(view: ServingStore, params: object): Promise<Criteria> {
  const kwargs = await view.getKwargs(view.action.name);
  const open = Object.keys(kwargs).find((name) => kwargs[name] === undefined);
  if (open !== undefined) {
    throw new TypeError(
      `getKwargs of ${view.constructor.name} says that "${open}" is undefined, which would limit nothing: throw Forbidden, or leave it out.`,
    );
  }
  const missing = Object.keys(kwargs).find((name) => kwargs[name] === undefined);
  if (missing !== undefined) {
    throw new TypeError(
      `getKwargs of ${view.resource.name} has "${missing}" as undefined, which limits nothing: give a value or null, or throw.`,
    );
  }
  const criteria = { ...params, ...kwargs } as Criteria;
  for (const [name, value] of Object.entries(params)) {
    if (criteria[name] !== value) throw new NotFound();
  }
  return criteria;
}

/** The properties that name one entity. */
export function keyNames(view: ServingStore): string[] {
  return Object.keys(keySchemaOf(view.resource).properties);
}
