import type { AbstractConstructor, Answer, CollectionArgs, CreateInput, CreateResult } from '../inference.js';
import type { ResourceClass, ResourceOptions } from '../resource.js';

/** A view with `create`: POST on the collection, 201 with the resource and its `Location`. */
export declare abstract class CreateView<R extends ResourceOptions> {
  abstract create(...args: [...CollectionArgs<R>, data: CreateInput<R>]): Answer<CreateResult<R>>;
}

export function CreateMixin<C extends ResourceClass>(
  Base: C,
): AbstractConstructor<CreateView<C['resource']>> & C {
  const { schema, create = schema, returnOnCreate = true } = Base.resource;
  abstract class Create extends Base {
    static override readonly actions = {
      create: {
        method: 'post',
        path: '',
        body: create,
        response: schema,
        status: 201,
        location: true,
        empty: !returnOnCreate,
      },
    } as const;
  }
  return Create as never;
}
