import type { AbstractConstructor, Answer, Awaitable, DetailParams } from '../inference.js';
import { DestroyMixin } from '../mixins/index.js';
import { changeOptions } from './change.js';
import type { GenericOptions } from './options.js';
import { scopeOf } from './scope.js';
import { type GenericClass, type ServingStore, type StoreView, withRepository } from './store-view.js';
import { entityToChange, versionOf, writeVersioned } from './version.js';

/** A view that removes an entity from its repository; 404 where there is none. */
export declare abstract class GenericDestroyView<R extends GenericOptions> {
  destroy(key: DetailParams<R>): Answer<void>;
  /** Runs before the entity is removed: throw to keep it. */
  protected beforeDestroy(key: DetailParams<R>): Awaitable<void>;
  /** Runs after the entity was removed. */
  protected afterDestroy(key: DetailParams<R>): Awaitable<void>;
}

interface Hooks {
  beforeDestroy(key: object): Awaitable<void>;
  afterDestroy(key: object): Awaitable<void>;
}

export function GenericDestroyMixin<C extends GenericClass>(
  Base: C,
): AbstractConstructor<GenericDestroyView<C['resource']> & StoreView<C['resource'], 'get' | 'delete'>> & C {
  const version = versionOf(Base.resource);
  abstract class GenericDestroy extends DestroyMixin(
    withRepository(Base, 'destroy', 'get', 'delete') as GenericClass,
  ) {
    static override readonly actions = { destroy: changeOptions(version) };

    override async destroy(key: object): Promise<never> {
      const view = this as unknown as ServingStore & Hooks;
      const scope = await scopeOf(view, key);
      const found = await entityToChange(view, version, scope);
      await view.beforeDestroy(key);
      await writeVersioned(view, version, scope, found, async (_stored, criteria) =>
        (await view.repository.delete(criteria)) ? true : undefined,
      );
      await view.afterDestroy(key);
      return undefined as never;
    }

    protected beforeDestroy(_key: object): Awaitable<void> {}
    protected afterDestroy(_key: object): Awaitable<void> {}
  }
  return GenericDestroy as never;
}
