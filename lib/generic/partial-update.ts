import type {
  AbstractConstructor,
  Answer,
  DetailParams,
  Entity,
  HookResult,
  PatchInput,
  UpdateResult,
} from '../inference.js';
import { PartialUpdateMixin } from '../mixins/index.js';
import { responseCheckOf } from '../operation.js';
import { changeEntity, changeOptions } from './change.js';
import type { GenericOptions } from './options.js';
import { type GenericClass, type ServingStore, type StoreView, withRepository } from './store-view.js';
import { changeCheck } from './values.js';
import { versionOf } from './version.js';

/** A view that changes some properties of an entity of its repository: those that were sent, and no others; 404 where there is none. */
export declare abstract class GenericPartialUpdateView<R extends GenericOptions> {
  partialUpdate(key: DetailParams<R>, data: PatchInput<R>): Answer<UpdateResult<R>>;
  /** Runs before the entity is changed: it may change the data, return other data, or throw. The data is without the key. */
  protected beforePartialUpdate(
    data: PatchInput<R>,
    key: DetailParams<R>,
  ): HookResult<PatchInput<R> & object>;
  /** Runs after the entity was changed: it may return another one to answer with. */
  protected afterPartialUpdate(entity: Entity<R>): HookResult<Entity<R> & object>;
}

interface Hooks {
  beforePartialUpdate(data: object, key: object): HookResult<object>;
  afterPartialUpdate(entity: object): HookResult<object>;
}

export function GenericPartialUpdateMixin<C extends GenericClass>(
  Base: C,
): AbstractConstructor<
  GenericPartialUpdateView<C['resource']> & StoreView<C['resource'], 'get' | 'updateOne'>
> &
  C {
  const version = versionOf(Base.resource);
  const check = changeCheck(Base.resource, responseCheckOf(Base));
  abstract class GenericPartialUpdate extends PartialUpdateMixin(
    withRepository(Base, 'partialUpdate', 'get', 'updateOne') as GenericClass,
  ) {
    static override readonly actions = { partialUpdate: changeOptions(version) };

    override async partialUpdate(key: object, data: unknown): Promise<never> {
      const view = this as unknown as ServingStore & Hooks;
      const entity = await changeEntity(view, key, data as object, {
        version,
        check,
        before: (values) => view.beforePartialUpdate(values, key),
        after: (stored) => view.afterPartialUpdate(stored),
      });
      return entity as never;
    }

    protected beforePartialUpdate(_data: object, _key: object): HookResult<object> {}
    protected afterPartialUpdate(_entity: object): HookResult<object> {}
  }
  return GenericPartialUpdate as never;
}
