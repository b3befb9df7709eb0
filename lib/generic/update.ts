import type {
  AbstractConstructor,
  Answer,
  DetailParams,
  Entity,
  HookResult,
  UpdateInput,
  UpdateResult,
} from '../inference.js';
import { UpdateMixin } from '../mixins/index.js';
import { responseCheckOf } from '../operation.js';
import { changeEntity, changeOptions } from './change.js';
import type { GenericOptions } from './options.js';
import { type GenericClass, type ServingStore, type StoreView, withRepository } from './store-view.js';
import { changeCheck } from './values.js';
import { versionOf } from './version.js';

/** A view that replaces the properties of an entity of its repository; 404 where there is none. */
export declare abstract class GenericUpdateView<R extends GenericOptions> {
  update(key: DetailParams<R>, data: UpdateInput<R>): Answer<UpdateResult<R>>;
  /** Runs before the entity is changed: it may change the data, return other data, or throw. The data is without the key. */
  protected beforeUpdate(data: UpdateInput<R>, key: DetailParams<R>): HookResult<UpdateInput<R> & object>;
  /** Runs after the entity was changed: it may return another one to answer with. */
  protected afterUpdate(entity: Entity<R>): HookResult<Entity<R> & object>;
}

interface Hooks {
  beforeUpdate(data: object, key: object): HookResult<object>;
  afterUpdate(entity: object): HookResult<object>;
}

export function GenericUpdateMixin<C extends GenericClass>(
  Base: C,
): AbstractConstructor<GenericUpdateView<C['resource']> & StoreView<C['resource'], 'get' | 'updateOne'>> & C {
  const version = versionOf(Base.resource);
  const check = changeCheck(Base.resource, responseCheckOf(Base));
  abstract class GenericUpdate extends UpdateMixin(
    withRepository(Base, 'update', 'get', 'updateOne') as GenericClass,
  ) {
    static override readonly actions = { update: changeOptions(version) };

    override async update(key: object, data: unknown): Promise<never> {
      const view = this as unknown as ServingStore & Hooks;
      const entity = await changeEntity(view, key, data as object, {
        version,
        check,
        before: (values) => view.beforeUpdate(values, key),
        after: (stored) => view.afterUpdate(stored),
      });
      return entity as never;
    }

    protected beforeUpdate(_data: object, _key: object): HookResult<object> {}
    protected afterUpdate(_entity: object): HookResult<object> {}
  }
  return GenericUpdate as never;
}
