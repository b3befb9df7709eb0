import { KindGuard, type TObject, Type } from '@sinclair/typebox';
import { BadRequest, Conflict, type Fault } from '../errors/index.js';
import type { Awaitable, HookResult } from '../inference.js';
import { UniqueViolation } from '../repository/index.js';
import { type ResponseCheck, responseOutput, unrolled, wireName } from '../schema/index.js';
import type { Schema } from '../typebox.js';
import type { GenericOptions } from './options.js';
import { keyNames } from './scope.js';
import type { ServingStore } from './store-view.js';

/** Checks what is about to be stored. */
export type CheckValues = (values: object, stored?: object) => void;

/**
 * What is stored has to fit the schema of the resource, or each later answer with it would be a 500: it is checked before it is
 * written. Of a new entity and of a change this is each property that is given, as a store adds the others.
 *
 * @throws ResponseMismatch when it does not fit.
 */
export function checkValues(resource: GenericOptions, check: ResponseCheck): CheckValues {
  if (check !== true) return () => {};
  const { schema, naming, name } = resource;
  const options = { hint: `${name}, before it is stored,`, naming, check } as const;
  const partial = Type.Partial(unrolled(schema as unknown as TObject) as TObject);
  const checkGiven = responseOutput(partial as unknown as Schema, options);
  // What properties have to do with each other shows in the whole alone.
  const checkWhole = KindGuard.IsObject(schema as never) ? undefined : responseOutput(schema, options);
  return (values, stored) => {
    const write = stored && checkWhole ? checkWhole : checkGiven;
    write({ ...stored, ...values }, () => {});
  };
}

/** Whether the whole entity is needed to check a change of it. */
export function needsWhole(resource: GenericOptions): boolean {
  return !KindGuard.IsObject(resource.schema as never);
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

/** Names the properties of the body that a repository says are taken. */
export async function storing<T>(view: ServingStore, data: object, write: () => Awaitable<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
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
