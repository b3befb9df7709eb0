import type { AbstractConstructor, Answer, DetailParams, UpdateInput, UpdateResult } from '../inference.js';
import type { ResourceClass, ResourceOptions } from '../resource.js';

/** A view with `update`: PUT on one resource, 200, or 404 when it returns nothing. */
export declare abstract class UpdateView<R extends ResourceOptions> {
  abstract update(key: DetailParams<R>, data: UpdateInput<R>): Answer<UpdateResult<R>>;
}

export function UpdateMixin<C extends ResourceClass>(
  Base: C,
): AbstractConstructor<UpdateView<C['resource']>> & C {
  const { schema, update = schema, returnOnUpdate = true } = Base.resource;
  abstract class Update extends Base {
    static override readonly actions = {
      update: {
        method: 'put',
        path: '',
        detail: true,
        body: update,
        response: schema,
        notFound: true,
        empty: !returnOnUpdate,
      },
    } as const;
  }
  return Update as never;
}
