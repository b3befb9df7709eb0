import type { AbstractConstructor, Answer, DetailParams, Entity } from '../inference.js';
import type { ResourceClass, ResourceOptions } from '../resource.js';

/** A view with `retrieve`: GET on one resource, 200, or 404 when it returns nothing. */
export declare abstract class RetrieveView<R extends ResourceOptions> {
  abstract retrieve(key: DetailParams<R>): Answer<Entity<R> | null | undefined>;
}

export function RetrieveMixin<C extends ResourceClass>(
  Base: C,
): AbstractConstructor<RetrieveView<C['resource']>> & C {
  const { schema } = Base.resource;
  abstract class Retrieve extends Base {
    static override readonly actions = {
      retrieve: { method: 'get', path: '', detail: true, response: schema, notFound: true },
    } as const;
  }
  return Retrieve as never;
}
