import { actionsOf } from '../action.js';
import type { AbstractConstructor, Awaitable, DetailParams, Entity } from '../inference.js';
import type { Criteria, Repository } from '../repository/index.js';
import type { ResourceClass } from '../resource.js';
import type { APIView } from '../view.js';
import type { GenericOptions } from './options.js';

/** A class that generic mixins are applied to. */
export type GenericClass<R extends GenericOptions = GenericOptions> = ResourceClass<R>;

/** A method of a repository. */
export type RepositoryMethod = keyof Repository;

/** A view whose entities are kept in a repository; of its methods it needs those that its actions call. */
export declare abstract class StoreView<R extends GenericOptions, Methods extends RepositoryMethod> {
  /**
   * Where the entities are kept. The one that a field has when the view is mounted is that of all requests; JavaScript runs the
   * initializer for each of them all the same, so what is costly to make (a pool, a store full of rows) is made outside of the class.
   * With a getter each request has its own, such as one in a transaction.
   */
  abstract readonly repository: Pick<Repository<Entity<R> & object, DetailParams<R> & object>, Methods>;

  /**
   * What each action is limited to, such as `{ tenant: this.request.tenant }`: properties that the entities it reads, changes and
   * removes have to have, and that those it creates get. No input of a client overrides it. Default: nothing. A property that is
   * `undefined` is a fault of the server, as it would limit nothing.
   *
   * @param action As in operation ids: `list`, `partial_update`.
   */
  protected getKwargs(action: string): Awaitable<Kwargs>;
}

/** What `getKwargs` returns. */
export type Kwargs = Readonly<Record<string, Criteria[string] | undefined>>;

/** A view as the generic actions see it. */
export interface ServingStore extends Pick<APIView, 'request' | 'response' | 'action'> {
  readonly repository: Repository;
  readonly resource: GenericOptions;
  getKwargs(action: string): Awaitable<Kwargs>;
}

/** What an action calls; those that a view opts out of call nothing. */
type MethodsByAction = Readonly<Record<string, readonly RepositoryMethod[]>>;

interface StoreStatics {
  readonly name: string;
  readonly prototype: object;
  readonly repositoryMethods?: MethodsByAction;
}

/** Gives a class a repository of which an action calls these methods. */
export function withRepository<C extends GenericClass>(
  Base: C,
  action: string,
  ...methods: RepositoryMethod[]
): AbstractConstructor<object> & C {
  const needed = (Base as StoreStatics).repositoryMethods;
  // A class has it once, so that what a mixin in between says of it holds.
  if (needed) return withMethods(Base, { ...needed, [action]: methods }) as never;
  abstract class Store extends Base {
    static override readonly shared = ['repository'];
    static readonly repositoryMethods: MethodsByAction = { [action]: methods };

    static override checkShared(fields: Readonly<Record<string, unknown>>, kind: StoreStatics): void {
      if ('repository' in fields) checkRepository(kind, fields.repository);
    }

    protected getKwargs(_action: string): Awaitable<Kwargs> {
      return {};
    }
  }
  return Store as never;
}

function withMethods(Base: GenericClass, methods: MethodsByAction): GenericClass {
  abstract class Store extends Base {
    static readonly repositoryMethods = methods;
  }
  return Store as never;
}

function checkRepository(kind: StoreStatics, repository: unknown): void {
  const { name, repositoryMethods = {} } = kind;
  const actions = actionsOf(kind);
  const called = Object.entries(repositoryMethods).flatMap(([action, some]) =>
    actions.has(action) ? some : [],
  );
  const needed = [...new Set(called)];
  if (typeof repository !== 'object' || repository === null) {
    throw new TypeError(
      `${name} has no repository: write \`repository = new MemoryRepository()\`, or any object with the methods ${needed.join(', ')}.`,
    );
  }
  const methods = repository as Readonly<Record<string, unknown>>;
  const missing = needed.filter((method) => typeof methods[method] !== 'function');
  if (missing.length > 0) {
    throw new TypeError(
      `The repository of ${name} lacks the method${missing.length > 1 ? 's' : ''} ${missing.join(', ')}, which its actions call.`,
    );
  }
}
