import { KindGuard, type TObject, type TSchema, Type } from '@sinclair/typebox';
import { BadRequest, Conflict, type Fault } from '../errors/index.js';
import { propertiesOf } from '../filters/index.js';
import type { Awaitable, HookResult } from '../inference.js';
import { type Criteria, UniqueViolation } from '../repository/index.js';
import { RefusedValue } from '../repository/refusal.js';
import { type ResponseCheck, responseOutput, unrolled, wireName } from '../schema/index.js';
import type { Schema } from '../typebox.js';
import type { GenericOptions } from './options.js';
import { keyNames } from './scope.js';
import type { ServingStore } from './store-view.js';

/** Checks what is about to be stored. */
export type CheckValues = (values: object, stored?: object) => void;

/**
 * What is stored has to fit the schema of the resource, or each later answer with it would be a 500: it is checked before it is
 * written. Of a new entity this is each property that is given, as a store adds the others.
 *
 * @throws ResponseMismatch when it does not fit.
 */
export function valuesCheck(resource: GenericOptions, check: ResponseCheck): CheckValues {
  const partial = Type.Partial(unrolled(resource.schema as unknown as TObject) as TObject);
  return checkOf(partial as unknown as Schema, resource, check);
}

/** The same for a whole entity. */
export function wholeCheck(resource: GenericOptions, check: ResponseCheck): CheckValues {
  return checkOf(resource.schema, resource, check);
}

/** The same for a change: of an object each property that is given, else the whole as it will be. */
export function changeCheck(resource: GenericOptions, check: ResponseCheck): CheckValues {
  // What properties have to do with each other shows in the whole alone.
  if (KindGuard.IsObject(resource.schema as never)) return valuesCheck(resource, check);
  const checkWhole = wholeCheck(resource, check);
  const names = Object.keys(propertiesOf(resource.schema as unknown as TSchema));
  return (values, stored = {}) => checkWhole({ ...shownOf(stored, names), ...values });
}

/** Its own properties, and those that its class has getters for. */
function shownOf(entity: object, names: readonly string[]): object {
  const read = (name: string) => [name, (entity as Readonly<Record<string, unknown>>)[name]] as const;
  return {
    ...entity,
    ...Object.fromEntries(names.map(read).filter(([, value]) => value !== undefined)),
  };
}

function checkOf(schema: Schema, { naming, name }: GenericOptions, check: ResponseCheck): CheckValues {
  if (check !== true) return () => {};
  const write = responseOutput(schema, { hint: `${name}, as it is stored,`, naming, check });
  return (values) => {
    write(values, () => {});
  };
}

/**
 * Checks what a store made of a new entity. One that can not be shown is removed again where that can be done, so that it does not
 * stand in the way of each later list; in a transaction the error takes it back anyhow.
 */
export async function checkStored(
  view: ServingStore,
  scope: Criteria,
  entity: object,
  check: CheckValues,
): Promise<void> {
  try {
    check(entity);
  } catch (error) {
    const key = Object.fromEntries(
      keyNames(view).map((name) => [name, (entity as Readonly<Record<string, unknown>>)[name]]),
    );
    const named = Object.values(key).every((value) => value !== undefined && value !== null);
    const { repository } = view;
    if (named && typeof repository.delete === 'function')
      await repository.delete({ ...key, ...scope } as Criteria);
    throw error;
  }
}

/**
 * The values of a change, without the key: that of the path names the entity.
 *
 * @throws BadRequest when the body has another key than the path.
 */
export function withoutKey(view: ServingStore, params: object, data: object): object {
  const values: Record<string, unknown> = { ...data };
  const faults: Fault[] = [];
  for (const name of keyNames(view)) {
    if (values[name] !== undefined && values[name] !== (params as typeof values)[name]) {
      faults.push({ detail: 'must be that of the path', pointer: pointer(view, name), code: 'const' });
    }
    delete values[name];
  }
  if (faults.length > 0) throw new BadRequest(undefined, { errors: faults });
  return values;
}

/** Names the properties of the body that a repository refuses, as the client spells them. */
export async function storing<T>(view: ServingStore, data: object, write: () => Awaitable<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof RefusedValue) {
      const errors = error.errors.map((found, index) => {
        const field = error.fields[index];
        return field === undefined ? found : { ...found, pointer: pointer(view, field) };
      });
      throw new BadRequest(error.message, { errors: errors as Fault[], cause: error });
    }
    if (!(error instanceof UniqueViolation)) throw error;
    const errors = error.fields
      .filter((field) => Object.hasOwn(data, field))
      .map((field) => ({ detail: 'must be unique', pointer: pointer(view, field), code: 'unique' }));
    throw new Conflict(error.message, { errors, cause: error });
  }
}

function pointer(view: ServingStore, property: string): string {
  return `#/${wireName(property, view.resource.naming)}`;
}

/** What a hook made of a value; one that returns nothing may have changed the value itself. */
export async function hooked<T extends object>(value: T, hook: (value: T) => HookResult<T>): Promise<T> {
  return (await hook(value)) ?? value;
}
