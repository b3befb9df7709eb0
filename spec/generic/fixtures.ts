import { type Static, Type } from '@sinclair/typebox';
import { type FilterStatics, type GenericOptions, GenericViewSet, type Repository } from 'express-viewsets';
import { MemoryRepository, type MemoryRepositoryOptions } from '../../lib/memory/index.js';
import { appOf, memoryLogger } from '../support/app.js';

/** What is for sale: with a number, a text, a value that may be null and one that may be absent. */
export const Item = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    name: Type.String({ minLength: 1 }),
    price: Type.Integer({ minimum: 0 }),
    note: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  },
  { $id: 'Item' },
);
export type Item = Static<typeof Item>;

export const NewItem = Type.Omit(Item, ['id']);

export const pen: Item = { id: 1, name: 'pen', price: 3, note: null };
export const ink: Item = { id: 2, name: 'ink', price: 9 };

export interface Call {
  readonly method: keyof Repository;
  readonly args: readonly any[];
}

/** A repository in memory that keeps what it was asked. */
export function spied<Entity extends object>(
  initial: Iterable<Entity> = [],
  options: MemoryRepositoryOptions<Entity> = {},
) {
  const store = new MemoryRepository<Entity>(initial, options);
  const calls: Call[] = [];
  const noting =
    <Args extends unknown[], Result>(method: keyof Repository, run: (...args: Args) => Result) =>
    (...args: Args): Result => {
      calls.push({ method, args });
      return run(...args);
    };
  const repository: Repository<Entity> = {
    create: noting('create', (values: object) => store.create(values)),
    get: noting('get', (key) => store.get(key)),
    list: noting('list', (selection) => store.list(selection)),
    getFilteredPage: noting('getFilteredPage', (selection) => store.getFilteredPage(selection)),
    updateOne: noting('updateOne', (key, values: object) => store.updateOne(key, values)),
    delete: noting('delete', (key) => store.delete(key)),
  };
  const called = (method: keyof Repository) =>
    calls.filter((call) => call.method === method).map(({ args }) => args);
  return { store, repository, calls, called };
}

/** An app with the six actions on `/items` over a repository, and all that there is to look at. */
export function shop<Entity extends object = Item>(
  options: Partial<GenericOptions> = {},
  initial: Iterable<Entity> = [pen, ink] as unknown as Iterable<Entity>,
  memory: MemoryRepositoryOptions<Entity> = {},
) {
  const spy = spied<Entity>(initial, memory);
  class Items extends GenericViewSet({ name: 'Item', schema: Item, ...options } as GenericOptions) {
    repository = spy.repository as never;
  }
  const logger = memoryLogger();
  return { ...spy, logger, app: appOf([Items], { prefix: '/items', logger }) };
}

/** A shop whose list takes this filter. */
export function filtered(filter: FilterStatics, items?: Iterable<Item>) {
  return shop<Item>({ filter }, items);
}

/** The ids of the items of a page. */
export function ids({ body }: { readonly body: any }): number[] {
  return (Array.isArray(body) ? body : body.items).map(({ id }: { id: number }) => id);
}
