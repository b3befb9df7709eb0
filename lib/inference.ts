import type { ObjectSchema, Schema, Static } from './typebox.js';

/* The types that views infer from their schemas. Nothing here exists at run time. */

/** A value, or a promise of one: actions and hooks may be sync or async. */
export type Awaitable<T> = T | PromiseLike<T>;

/**
 * What an action returns, now or later. `Promise` is named beside `PromiseLike` so that a wrong result of an async method
 * is told as such, and not as wrong arguments of a `then`.
 */
export type Answer<T> = T | Promise<T> | PromiseLike<T>;

// biome-ignore lint/suspicious/noExplicitAny: TypeScript demands any[] of a mixin constructor (TS2545).
export type AbstractConstructor<T> = abstract new (...args: any[]) => T;

/**
 * What an action may return for a type: a `Date` where the wire has a string (sent in the format of its schema),
 * anything iterable where it has an array, an object with `toJSON`, and more properties than are declared.
 */
export type Outgoing<T> = T extends string
  ? string extends T
    ? T | Date
    : T
  : T extends readonly (infer Element)[]
    ? OutgoingItems<Outgoing<Element>>
    : T extends object
      ? OutgoingObject<T> | WithJSON<T>
      : T;

/** These have names for the sake of error messages, which would otherwise spell them out. */
export type OutgoingObject<T> = { readonly [Name in keyof T]: Outgoing<T[Name]> };
export type OutgoingItems<T> = readonly T[] | (Iterable<T> & object);
export interface WithJSON<T> {
  toJSON(): OutgoingObject<T>;
}

/** The value of an optional schema, or a fallback where it is not given. */
export type StaticOr<S, Fallback> = S extends Schema ? Static<S> : Fallback;

/** The schemas of a resource, which types are inferred from. */
export interface ResourceSchemas {
  /** What a client is shown. */
  readonly schema: Schema;
  /** The properties that name one resource, in the order of the path: `'id'`, `['tenant', 'sku']`, or a schema. Default `'id'`. */
  readonly key?: string | readonly string[] | ObjectSchema;
  /** Path parameters of the parents: `Type.Object({ author_id: Type.Integer() })` for `/authors/:author_id/books`. */
  readonly params?: ObjectSchema;
  /** Query parameters of the list. */
  readonly query?: ObjectSchema;
  /** The body of a create. Default: the schema. */
  readonly create?: Schema;
  /** The body of an update. Default: the schema. */
  readonly update?: Schema;
  /** The body of a partial update. Default: the body of an update with each property optional. */
  readonly patch?: Schema;
}

/** The path parameters that name one resource: its key, and those of its parents. */
export type DetailParams<R extends ResourceSchemas> = KeyParams<R> & ParentParams<R>;

export type ParentParams<R extends ResourceSchemas> = StaticOr<R['params'], unknown>;

type KeyParams<R extends ResourceSchemas> = R['key'] extends ObjectSchema
  ? Static<R['key']>
  : { [Name in KeyNames<R['key']>]: Property<Static<R['schema']>, Name> };

type KeyNames<Key> = Key extends string ? Key : Key extends readonly string[] ? Key[number] : 'id';

type Property<T, Name> = Name extends keyof T ? Exclude<T[Name], undefined> : never;

/** The leading argument of an action on the collection: the parents' parameters, or none. */
export type CollectionArgs<R extends ResourceSchemas> = R['params'] extends Schema
  ? [params: ParentParams<R>]
  : [];

export type ListArgs<R extends ResourceSchemas> = R['query'] extends Schema
  ? [...CollectionArgs<R>, query: Static<R['query']>]
  : CollectionArgs<R>;

export type Entity<R extends ResourceSchemas> = Outgoing<Static<R['schema']>>;
export type CreateInput<R extends ResourceSchemas> = StaticOr<R['create'], Static<R['schema']>>;
export type UpdateInput<R extends ResourceSchemas> = StaticOr<R['update'], Static<R['schema']>>;
export type PatchInput<R extends ResourceSchemas> = StaticOr<R['patch'], Partial<UpdateInput<R>>>;

/** The schemas of one action, as far as types are inferred from them. */
export interface ActionSchemas {
  readonly detail?: boolean;
  readonly params?: ObjectSchema;
  readonly body?: Schema;
  readonly query?: ObjectSchema;
  readonly headers?: ObjectSchema;
  readonly response?: Schema;
  readonly notFound?: boolean;
  readonly raw?: boolean;
  readonly sse?: EventSchemas;
}

/** The schemas of the events of a stream. */
export interface EventSchemas {
  /** The `data` of each event that `events` does not name. */
  readonly event?: Schema | undefined;
  /** The `data` by the name of the event. */
  readonly events?: Readonly<Record<string, Schema>> | undefined;
}

/** One event, as an action yields it. */
export type SentEvent<E extends EventSchemas> =
  | NamedEvents<E['events']>
  | (E['event'] extends Schema
      ? Outgoing<Static<E['event']>> | PlainEvent<Outgoing<Static<E['event']>>>
      : never)
  | GapEvent;

type NamedEvents<Events> =
  Events extends Readonly<Record<string, Schema>>
    ? { [Name in keyof Events & string]: EventOf<Name, Outgoing<Static<Events[Name]>>> }[keyof Events &
        string]
    : never;

interface EventOf<Name, Data> extends EventFields {
  readonly event: Name;
  readonly data: Data;
}

interface PlainEvent<Data> extends EventFields {
  readonly event?: string | undefined;
  readonly data: Data;
}

interface EventFields {
  /** What a client that reconnects sends as `Last-Event-ID`. */
  readonly id?: string | number | undefined;
  /** How long a client is to wait before it reconnects, in ms. */
  readonly retry?: number | undefined;
}

/** What an event hub says in place of events that are lost. */
export interface GapEvent extends EventFields {
  readonly event: 'gap';
  readonly data: { readonly reason: 'history' | 'slow' };
}

/** What an action of events returns: a generator, sync or async, or anything else that can be iterated. */
export type EventSource<E extends EventSchemas> = Iterable<SentEvent<E>> | AsyncIterable<SentEvent<E>>;

/** What is sent as an array may come item by item. */
type StreamedItems<T> = T extends readonly (infer Element)[] ? AsyncIterable<Outgoing<Element>> : never;

/** The arguments of an action, in this order, each only where it is declared: params, body, query, headers. */
export type ActionArgs<O extends ActionSchemas, This> = [
  ...ParamsArg<O, This>,
  ...Arg<O['body']>,
  ...Arg<O['query']>,
  ...Arg<O['headers']>,
];

type Arg<S> = S extends Schema ? [value: Static<S>] : [];

type ParamsArg<O extends ActionSchemas, This> = This extends {
  readonly resource: infer R extends ResourceSchemas;
}
  ? O['detail'] extends true
    ? [params: OrUnsettled<R, DetailParams<R> & StaticOr<O['params'], unknown>>]
    : O['params'] extends Schema
      ? [params: OrUnsettled<R, ParentParams<R> & Static<O['params']>>]
      : CollectionArgs<R>
  : Arg<O['params']>;

/** Inside a mixin the resource is still open, so that any type of the parameters is taken there. */
type OrUnsettled<R extends ResourceSchemas, Params> = unknown extends Static<R['schema']> ? never : Params;

/**
 * What an action has to return: what its response schema describes, or nothing. What a `View` returns, or an action that
 * answers by itself, is nobody's business.
 */
export type ActionResult<O extends ActionSchemas, This = unknown> = O['raw'] extends true
  ? unknown
  : This extends { readonly checked: true }
    ? O['sse'] extends EventSchemas
      ? EventSource<O['sse']>
      : O['response'] extends Schema
        ?
            | Outgoing<Static<O['response']>>
            | StreamedItems<Static<O['response']>>
            | (O['notFound'] extends true ? null | undefined : never)
        : // biome-ignore lint/suspicious/noConfusingVoidType: it is the return type of methods.
          void
    : unknown;

/** What a create returns: the entity, or anything where nothing is sent back. */
export type CreateResult<R extends ResourceSchemas> = R extends { readonly returnOnCreate: false }
  ? unknown
  : Entity<R>;

/** What an update returns: the entity, or `null` or `undefined` where it is missing; where nothing is sent back, `null` alone. */
export type UpdateResult<R extends ResourceSchemas> = R extends { readonly returnOnUpdate: false }
  ? unknown
  : Entity<R> | null | undefined;

/** The arguments of the actions that the mixins add. */
export interface ResourceArgs<R extends ResourceSchemas> {
  list: ListArgs<R>;
  create: [...CollectionArgs<R>, data: CreateInput<R>];
  retrieve: [key: DetailParams<R>];
  update: [key: DetailParams<R>, data: UpdateInput<R>];
  partialUpdate: [key: DetailParams<R>, data: PatchInput<R>];
  destroy: [key: DetailParams<R>];
}

/** What a hook returns: something in place of what it was given, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: hooks are methods without a return, too.
export type HookResult<T> = Awaitable<T | void>;
