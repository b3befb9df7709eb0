import type { AbstractConstructor, Answer, DetailParams, Entity } from '../inference.js';
import { RetrieveMixin } from '../mixins/index.js';
import type { GenericOptions } from './options.js';
import { scopeOf } from './scope.js';
import { type GenericClass, type ServingStore, type StoreView, withRepository } from './store-view.js';
import { sendVersion, versionOf } from './version.js';

/** A view that reads one entity of its repository. With a version it answers 304 to whom has it already. */
export declare abstract class GenericRetrieveView<R extends GenericOptions> {
  retrieve(key: DetailParams<R>): Answer<Entity<R> | null | undefined>;
}

export function GenericRetrieveMixin<C extends GenericClass>(
  Base: C,
): AbstractConstructor<GenericRetrieveView<C['resource']> & StoreView<C['resource'], 'get'>> & C {
  const version = versionOf(Base.resource);
  abstract class GenericRetrieve extends RetrieveMixin(
    withRepository(Base, 'retrieve', 'get') as GenericClass,
  ) {
    static override readonly actions = { retrieve: { version: version && ('sent' as const) } };

    override async retrieve(key: object): Promise<never> {
      const view = this as unknown as ServingStore;
      const entity = await view.repository.get(await scopeOf(view, key));
      if (entity) {
        sendVersion(view, version, entity);
        // What the client has is what it would get (RFC 9110 section 13.1.2).
        if (version && view.request.fresh) view.response.statusCode = 304;
      }
      return entity as never;
    }
  }
  return GenericRetrieve as never;
}
