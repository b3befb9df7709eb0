import type { AbstractConstructor, Answer, DetailParams, Entity } from '../inference.js';
import { RetrieveMixin } from '../mixins/index.js';
import type { GenericOptions } from './options.js';
import { entityOf, scopeOf } from './scope.js';
import { type GenericClass, type ServingStore, type StoreView, withRepository } from './store-view.js';
import { isKnown, sendVersion, versionOf } from './version.js';

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
      const entity = await entityOf(view, await scopeOf(view, key));
      const known = isKnown(view, version, entity);
      sendVersion(view, version, entity);
      if (known) view.response.statusCode = 304;
      return entity as never;
    }
  }
  return GenericRetrieve as never;
}
