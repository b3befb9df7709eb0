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
  const criteria = { ...params, ...kwargs } as Criteria;
  for (const [name, value] of Object.entries(params)) {
    if (criteria[name] !== value) throw new NotFound();
  }
  return criteria;
}

/**
 * The entity that an action is about.
 *
 * @throws NotFound where there is none, or the repository hands out one of another scope.
 */
export async function entityOf(view: ServingStore, scope: Criteria): Promise<object> {
  const entity = (await view.repository.get(scope)) as Readonly<Record<string, unknown>> | null | undefined;
  if (!entity) throw new NotFound();
  const other = Object.entries(scope).some(([name, value]) => {
    const found = entity[name];
    return typeof found === typeof value && typeof found !== 'object' && found !== value;
  });
  if (other) throw new NotFound();
  return entity;
}

/** The properties that name one entity. */
export function keyNames(view: ServingStore): string[] {
  return Object.keys(keySchemaOf(view.resource).properties);
}
