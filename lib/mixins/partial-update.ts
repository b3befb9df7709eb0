import type { AbstractConstructor, Answer, DetailParams, PatchInput, UpdateResult } from '../inference.js';
import { patchSchemaOf, type ResourceClass, type ResourceOptions } from '../resource.js';

/** A view with `partialUpdate`: PATCH on one resource with just the properties that change; 200, or 404 when it returns nothing. */
export declare abstract class PartialUpdateView<R extends ResourceOptions> {
  abstract partialUpdate(key: DetailParams<R>, data: PatchInput<R>): Answer<UpdateResult<R>>;
}

export function PartialUpdateMixin<C extends ResourceClass>(
  Base: C,
): AbstractConstructor<PartialUpdateView<C['resource']>> & C {
  const { schema, returnOnUpdate = true } = Base.resource;
  const body = patchSchemaOf(Base.resource);
  abstract class PartialUpdate extends Base {
    static override readonly actions = {
      partialUpdate: {
        method: 'patch',
        path: '',
        detail: true,
        body,
        partial: true,
        response: schema,
        notFound: true,
        empty: !returnOnUpdate,
      },
    } as const;
  }
  return PartialUpdate as never;
}
