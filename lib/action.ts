import type { RequestHandler } from 'express';
import type { APIErrorClass, Raise } from './errors/index.js';
import type { ActionArgs, ActionResult, Answer, EventSchemas } from './inference.js';
import type { ObjectSchema, Schema } from './typebox.js';

export type HttpMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';

export type StreamFormat = 'json' | 'ndjson';

/** A stream of server-sent events (HTML standard section 9.2). One of `event` and `events` has to be there. */
export interface EventStreamSpec extends EventSchemas {
  /** Whether the `data` is text that is sent as it is, and no JSON; its schemas are strings then. Default false. */
  readonly text?: boolean;
  /** How long a client waits before it reconnects, in ms. Default: the client's own time. */
  readonly retry?: number;
  /** How often a comment shows that the connection is alive, in ms; 0 for never. Default 15000. */
  readonly heartbeat?: number;
  /**
   * How long the first event is waited for before the headers are sent, in ms. What is thrown by then is a problem with its
   * status, and a stream that ends by then is answered 204, upon which an EventSource does not reconnect. Default 1000.
   */
  readonly openAfter?: number;
  /** How long a client may read nothing of what was written before it is cut off, in ms; 0 for ever. Default 60000. */
  readonly writeTimeout?: number;
}

/** One action as static data: the router mounts it, and the OpenAPI document describes it, from this alone. */
export interface ActionSpec {
  readonly method: HttpMethod;
  /** Below the view, and below the key where `detail` is true. Default: the hyphenated name of the method. */
  readonly path?: string;
  /** Whether it acts on one resource, so that its path starts with the key. Default false. */
  readonly detail?: boolean;
  /** Path parameters beyond the key and the parents'. */
  readonly params?: ObjectSchema;
  readonly query?: ObjectSchema;
  readonly headers?: ObjectSchema;
  readonly body?: Schema;
  /** The schema of the response; without one the action answers 204 and returns nothing. */
  readonly response?: Schema;
  /** The schema of a result that shows only some fields, as `showSubset` says. Default: it is not told apart. */
  readonly subset?: Schema;
  /** Default: 200 with a response schema, 204 without. */
  readonly status?: number;
  /** The media types of the body that are taken; `*` stands for any subtype. Default: `application/json` and `application/*+json`. */
  readonly consumes?: readonly string[];
  /** Whether a result of `undefined` or `null` is answered 404. Default false. */
  readonly notFound?: boolean;
  /** Whether `Location` is sent, with the path of the resource that was returned. Default false. */
  readonly location?: boolean;
  /** Headers that the action sends, for the document: what each says, by its name. */
  readonly responseHeaders?: Readonly<Record<string, string>>;
  /** Whether the result is checked and used for `Location`, and the response is sent without a body. Default false. */
  readonly empty?: boolean;
  /** Whether the resource has a version: sent as `ETag`, and taken as `If-Match` where it is changed. Default: none. */
  readonly version?: 'sent' | 'taken' | 'required';
  /** Whether defaults of the body schema are left out, as an absent property means "unchanged". Default false. */
  readonly partial?: boolean;
  /** Whether the action answers by itself, through `this.response`: a file, a stream. Its inputs are checked all the same. Default false. */
  readonly raw?: boolean;
  /**
   * The formats of a `response` that is an array, and is sent item by item: `json`, `ndjson` (one item a line), or several, of
   * which the client's `Accept` picks. Default: an async iterable is sent as JSON item by item, all else whole.
   */
  readonly stream?: StreamFormat | readonly StreamFormat[];
  /** Server-sent events, in place of a `response`: what `sse(...)` of `express-viewsets/sse` writes. */
  readonly sse?: EventStreamSpec;
  /** Problems that the action throws on purpose: documented. */
  readonly errors?: readonly APIErrorClass[];
  /** What foreign errors become. */
  readonly raises?: readonly Raise[];
  /**
   * How long it may take, in milliseconds, from when its middleware is done until it begins to answer: then the client is answered
   * 503, `this.signal` aborts, and what it returns is dropped. Default: any time.
   */
  readonly timeout?: number;
  /** Express middleware that runs before the body is read. */
  readonly use?: readonly RequestHandler[];
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly deprecated?: boolean;
  /** Default `{action}_{component}`, as in `list_item`. */
  readonly operationId?: string;
  /** OpenAPI security requirements of this action. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  /** Whether it is left out of the document. Default false. */
  readonly hidden?: boolean;
}

export type ActionOptions = Partial<ActionSpec>;
type Options = Omit<ActionOptions, 'method' | 'path'>;

/** The rows of a class by method name; `null` opts out of an inherited action. */
export type ActionTable = Readonly<Record<string, ActionOptions | ActionRow | null>>;

/** Anything with the static side that actions are read from. */
interface ActionSource {
  readonly name: string;
  readonly prototype: object;
}

/**
 * What `get(...)` and its siblings return. It is a row of `static actions`, and a decorator of a method,
 * for standard decorators and for `experimentalDecorators` alike.
 */
export interface ActionDecorator<O extends ActionOptions> extends ActionRow {
  readonly spec: O;
  <This extends object>(
    method: (this: This, ...args: ActionArgs<O, This>) => Answer<ActionResult<O, This>>,
    context: ClassMethodDecoratorContext<This>,
  ): void;
  <This extends object, F extends (...args: ActionArgs<O, This>) => Answer<ActionResult<O, This>>>(
    target: This,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): void;
}

/** A decorator that adds to an action and says nothing of its arguments. */
export interface AddingDecorator extends ActionRow {
  (method: (...args: never) => unknown, context: ClassMethodDecoratorContext): void;
  (target: object, key: string | symbol, descriptor: PropertyDescriptor): void;
}

export interface ActionRow {
  readonly spec: ActionOptions;
}

const marks = new WeakMap<object, ActionOptions>();

/**
 * An action of any method: `@action({ method: 'post', detail: true, response: Article })`.
 *
 * Several decorators on one method merge: lists (`errors`, `raises`, `use`, `tags`) are joined, of the rest the
 * upper one wins. A decorator of another library that puts a function of its own in place of the method stands below.
 */
export function action<const O extends ActionOptions>(options: O): ActionDecorator<O> {
  if (typeof options !== 'object' || options === null) throw new TypeError(WITHOUT_PARENTHESES);
  const decorate = (...target: DecoratorArguments): void => {
    const method = methodOf(...target);
    marks.set(method, mergeOptions(marks.get(method), options));
  };
  return Object.assign(decorate, { spec: options }) as unknown as ActionDecorator<O>;
}

const WITHOUT_PARENTHESES =
  'An action decorator is called before it stands on a method: write `@get()` or `@action({ ... })`.';

/** A standard decorator is called with a method and its context, one of `experimentalDecorators` with a target, a key and a descriptor. */
type DecoratorArguments = [first: unknown, second?: unknown, descriptor?: PropertyDescriptor];

/** The method that a decorator stands on, which has to be one that `actionsOf` finds. */
function methodOf(...[first, second, descriptor]: DecoratorArguments): object {
  const isFound = descriptor
    ? typeof first === 'object' && typeof second === 'string'
    : isFoundMethod(second as DecoratorContext | undefined);
  const method: unknown = descriptor ? descriptor.value : first;
  if (isFound && typeof method === 'function') return method;
  throw new TypeError(
    "An action decorator stands on a public method of instances, as in `@get('/stats') stats() {}`.",
  );
}

function isFoundMethod(context: DecoratorContext | undefined): boolean {
  return (
    context?.kind === 'method' && !context.static && !context.private && typeof context.name === 'string'
  );
}

interface MethodFactory<Method extends HttpMethod> {
  /** With the path below the view; it defaults to the hyphenated name of the method. */
  (path?: string): ActionDecorator<{ method: Method }>;
  <const O extends Options>(path: string, options: O): ActionDecorator<O & { method: Method }>;
  <const O extends Options>(options: O): ActionDecorator<O & { method: Method }>;
}

function factoryOf<Method extends HttpMethod>(method: Method): MethodFactory<Method> {
  return ((first?: string | Options, second?: Options) => {
    if (typeof first === 'function') throw new TypeError(WITHOUT_PARENTHESES);
    return typeof first === 'string'
      ? action({ ...second, method, path: first })
      : action({ ...first, method });
  }) as MethodFactory<Method>;
}

/** A GET route, as `@get('/stats')` on a method or as a row of `static actions`. HEAD is answered too. */
export const get = factoryOf('get');
/** A POST route. */
export const post = factoryOf('post');
/** A PUT route. */
export const put = factoryOf('put');
/** A PATCH route. */
export const patch = factoryOf('patch');
/** A DELETE route. */
export const destroy = factoryOf('delete');

/** Documents the problems that an action throws: `@throws(NotFound, AlreadyPublished)`. */
export function throws(...errors: APIErrorClass[]): AddingDecorator {
  return action({ errors }) as unknown as AddingDecorator;
}

/**
 * Turns errors of a class, and of its subclasses, into a problem: `@catchError(RowLocked, Conflict)`, or
 * `@catchError(RowLocked, (error) => new Conflict('Try again.'))`. Nothing of the error is sent unless the function writes it.
 */
export function catchError<E>(
  kind: abstract new (...args: never[]) => E,
  to: (new () => import('./errors/index.js').APIError) | ((error: E) => import('./errors/index.js').APIError),
): AddingDecorator {
  return action({ raises: [[kind, to as Raise[1]]] }) as unknown as AddingDecorator;
}

/** Joins two layers of options: of scalars the later wins, lists are joined without doubles. */
export function mergeOptions(base: ActionOptions | undefined, over: ActionOptions): ActionOptions {
  if (!base) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const name of Object.keys(over)) {
    const value: unknown = over[name as keyof ActionOptions];
    const before = merged[name];
    merged[name] =
      joined.has(name) && Array.isArray(value) && Array.isArray(before)
        ? joinLists(name, before, value)
        : value;
  }
  return merged as ActionOptions;
}

/** Of two rows for one class of errors the first is taken, which is that of the nearer layer. */
function joinLists(name: string, before: readonly unknown[], value: readonly unknown[]): unknown[] {
  return [...new Set(name === 'raises' ? [...value, ...before] : [...before, ...value])];
}

const joined = new Set(['errors', 'raises', 'use', 'tags']);

/**
 * The actions of a view by method name, from its whole inheritance: each class adds its `static actions` and its
 * decorated methods to those of its base, a row merges into the inherited one, and `null` takes it away.
 */
export function actionsOf(view: ActionSource): ReadonlyMap<string, ActionOptions> {
  const actions = new Map<string, ActionOptions>();
  for (const kind of lineage(view)) {
    for (const [name, mark] of marksOf(kind.prototype))
      actions.set(name, mergeOptions(actions.get(name), mark));
    for (const [name, row] of Object.entries(ownTable(kind))) {
      if (row === null) actions.delete(name);
      else actions.set(name, mergeOptions(actions.get(name), specOf(row, `${kind.name}.actions.${name}`)));
    }
  }
  return actions;
}

/** Base first. */
export function lineage(view: ActionSource): ActionSource[] {
  const kinds: ActionSource[] = [];
  for (let kind: unknown = view; typeof kind === 'function'; kind = Object.getPrototypeOf(kind)) {
    if (kind.prototype !== undefined) kinds.unshift(kind as unknown as ActionSource);
  }
  return kinds;
}

function marksOf(prototype: object): [string, ActionOptions][] {
  const found: [string, ActionOptions][] = [];
  for (const name of Object.getOwnPropertyNames(prototype)) {
    // By its descriptor, as a getter is not to be called.
    const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    const mark = typeof method === 'function' ? marks.get(method) : undefined;
    if (mark) found.push([name, mark]);
  }
  return found;
}

function ownTable(kind: object): ActionTable {
  return Object.hasOwn(kind, 'actions') ? ((kind as { actions: ActionTable }).actions ?? {}) : {};
}

function specOf(row: ActionOptions | ActionRow, label: string): ActionOptions {
  const spec: unknown = typeof row === 'function' ? (row as ActionRow).spec : row;
  if (typeof spec === 'object' && spec !== null) return spec;
  throw new TypeError(
    `${label} is no action: write get(...), { summary: '...' }, or null to opt out of one.`,
  );
}
