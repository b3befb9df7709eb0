import { type TSchema, Type } from '@sinclair/typebox';
import type { AbstractConstructor, Answer, Entity, ListArgs, OutgoingItems } from '../inference.js';
import type { ResourceClass, ResourceOptions } from '../resource.js';

/** A view with `list`: GET on the collection, 200 with an array. An async iterable is sent item by item. */
export declare abstract class ListView<R extends ResourceOptions> {
  abstract list(...args: ListArgs<R>): Answer<OutgoingItems<Entity<R>> | AsyncIterable<Entity<R>>>;
}

export function ListMixin<C extends ResourceClass>(
  Base: C,
): AbstractConstructor<ListView<C['resource']>> & C {
  const { schema, query } = Base.resource;
  abstract class List extends Base {
    static override readonly actions = {
      list: { method: 'get', path: '', response: Type.Array(schema as TSchema), ...(query && { query }) },
    } as const;
  }
  return List as never;
}
