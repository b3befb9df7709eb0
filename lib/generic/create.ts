import { Conflict } from '../errors/index.js';
import type {
  AbstractConstructor,
  Answer,
  CollectionArgs,
  CreateInput,
  CreateResult,
  Entity,
  HookResult,
} from '../inference.js';
import { CreateMixin } from '../mixins/index.js';
import { responseCheckOf } from '../operation.js';
import type { GenericOptions } from './options.js';
import { scopeOf } from './scope.js';
import { type GenericClass, type ServingStore, type StoreView, withRepository } from './store-view.js';
import { checkStored, hooked, storing, valuesCheck, wholeCheck } from './values.js';
import { sendVersion, versionOf } from './version.js';

/** A view that stores new entities in its repository: 409 where one is there already. */
export declare abstract class GenericCreateView<R extends GenericOptions> {
  create(...args: [...CollectionArgs<R>, data: CreateInput<R>]): Answer<CreateResult<R>>;
  /** Runs before an entity is stored: it may change the data, return other data, or throw. */
  protected beforeCreate(data: CreateInput<R>): HookResult<CreateInput<R> & object>;
  /** Runs after an entity was stored: it may return another one to answer with. */
  protected afterCreate(entity: Entity<R>): HookResult<Entity<R> & object>;
}

interface Hooks {
  beforeCreate(data: object): HookResult<object>;
  afterCreate(entity: object): HookResult<object>;
}

export function GenericCreateMixin<C extends GenericClass>(
  Base: C,
): AbstractConstructor<GenericCreateView<C['resource']> & StoreView<C['resource'], 'create'>> & C {
  const version = versionOf(Base.resource);
  const checkValues = valuesCheck(Base.resource, responseCheckOf(Base));
  const checkWhole = wholeCheck(Base.resource, responseCheckOf(Base));
  abstract class GenericCreate extends CreateMixin(withRepository(Base, 'create', 'create') as GenericClass) {
    static override readonly actions = {
      create: { errors: [Conflict], version: version && ('sent' as const) },
    };

    override async create(...args: unknown[]): Promise<never> {
      const view = this as unknown as ServingStore & Hooks;
      const params = args.length > 1 ? (args[0] as object) : {};
      const scope = await scopeOf(view, params);
      const data = await hooked(args.at(-1) as object, (given) => view.beforeCreate(given));
      const values = { ...data, ...scope, ...(version && { [version.property]: version.next() }) };
      checkValues(values);
      const entity = await storing(view, data, () => view.repository.create(values));
      if (!entity) throw new Conflict();
      await checkStored(view, scope, entity, checkWhole);
      const shown = await hooked(entity, (stored) => view.afterCreate(stored));
      sendVersion(view, version, shown);
      return shown as never;
    }

    protected beforeCreate(_data: object): HookResult<object> {}
    protected afterCreate(_entity: object): HookResult<object> {}
  }
  return GenericCreate as never;
}
