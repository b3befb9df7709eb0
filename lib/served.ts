import type {
  ActionArgs,
  ActionResult,
  ActionSchemas,
  Answer,
  ResourceArgs,
  ResourceSchemas,
} from './inference.js';

/**
 * What `register` asks of a class of views beside being one: a method for each row of its `static actions`, and no
 * method that takes more than it is given. TypeScript compares the override of a method less strictly: it lets
 * `partialUpdate(key, item: Item)` stand where a `Partial<Item>` comes.
 *
 * An interface, so that a mistake is told of `Served<typeof Items>` instead of all that it stands for.
 */
export interface Served<C> {
  readonly prototype: C extends { readonly prototype: infer This }
    ? RowHandlers<C, This> & ResourceHandlers<This>
    : unknown;
}

type RowHandlers<C, This> = C extends { readonly actions: infer Rows }
  ? string extends keyof Rows
    ? unknown
    : { [Name in keyof Rows as Rows[Name] extends null ? never : Name]: RowHandler<Rows[Name], This> }
  : unknown;

type RowHandler<Row, This> = Row extends { readonly spec: infer O } ? Handler<O, This> : Handler<Row, This>;

/** A row without a method of HTTP adds to an inherited one, and says nothing of the arguments. */
type Handler<O, This> = O extends ActionSchemas & { readonly method: string }
  ? (...args: ActionArgs<O, This>) => Answer<ActionResult<O, This>>
  : (...args: never) => unknown;

/** Methods that are no actions of the mixins, and just have a name in common with one, are let be. */
type ResourceHandlers<This> = This extends { readonly resource: infer R extends ResourceSchemas }
  ? {
      [Name in keyof This & keyof ResourceArgs<R>]: This[Name] extends (...args: infer Args) => unknown
        ? ResourceHandler<Args, ResourceArgs<R>[Name]>
        : unknown;
    }
  : unknown;

type ResourceHandler<Args, Given extends unknown[]> = Given extends Args
  ? unknown
  : Args extends Given
    ? (...args: Given) => unknown
    : unknown;
