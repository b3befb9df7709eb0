import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { allowHeader, isPreflight, noteAllowed, noteRefused } from '../allowed.js';
import { ComponentNames } from '../component-names.js';
import { MethodNotAllowed, respondWithProblem } from '../errors/index.js';
import { shareClasses } from '../hidden-class.js';
import { type Operation, operationsOf } from '../operation.js';
import { joinPaths } from '../paths.js';
import { mark } from '../self.js';
import type { Served } from '../served.js';
import { isReserved, settingsOfRequest } from '../settings.js';
import { tracing } from '../tracing.js';
import type { View, ViewClass } from '../view.js';
import { bodyReader } from './body.js';
import { type Handler, type HandlerOptions, handlerOf, type ViewFactory } from './handler.js';
import { RouteIndex } from './route-index.js';

export interface ViewRouterOptions {
  /** The path of all views of the router, with parameters as in `/authors/:author_id/books`. Default: none. */
  readonly prefix?: string;
  /** Whether parameters of the mount path are handed on, and may be declared by views. Default false, as in Express. */
  readonly mergeParams?: boolean;
  /** Whether `/Items` and `/items` differ. Default false, as in Express. */
  readonly caseSensitive?: boolean;
  /** Whether `/items/` and `/items` differ. Default false, as in Express. */
  readonly strict?: boolean;
  /**
   * Whether the router owns its paths, and answers 405 and OPTIONS itself. Default false: a method that it does not take falls
   * through to the rest of the app, and `configureApp` answers when nobody has.
   */
  readonly exclusive?: boolean;
  /** The largest body that is read, in bytes, also after inflating. Default 102400. */
  readonly bodyLimit?: number;
  /** Whether errors go to `next(error)`, for an app with an error handler of its own. Default false: they are answered as problems. */
  readonly passErrors?: boolean;
  /** Where the router is mounted, for the OpenAPI document; needed only where Express does not tell, as 5.0 to 5.2 with `router` below 2.3. */
  readonly mountPath?: string;
}

export interface RegisterOptions {
  /** The path of the view below that of the router. */
  readonly prefix?: string;
  /** In place of the name of the resource, in operation ids and tags: for a view that is mounted twice. */
  readonly name?: string;
}

/** An Express router that mounts views: it goes wherever a router goes. */
export interface ViewRouter extends Router {
  /**
   * Mounts the actions of a view.
   *
   * @throws TypeError for mistakes of the view: a missing method, an undeclared path parameter, a route or an operation id that is taken, ...
   */
  register<C extends new () => View>(view: C & Served<C>, options?: RegisterOptions): this;
  /** With a factory, for views whose constructor takes something: one view for each request. */
  register<C extends new (...args: never[]) => View>(
    view: C & Served<C>,
    options: RegisterOptions & { factory: (view: C, request: Request) => InstanceType<C> },
  ): this;
  /** What is mounted. */
  readonly operations: readonly Operation[];
  readonly viewOptions: ViewRouterOptions;
}

/** By its properties, as instrumentation wraps routers into functions that look alike. */
export function isViewRouter(value: unknown): value is ViewRouter {
  return typeof value === 'function' && 'viewOptions' in value && 'operations' in value;
}

/** Makes a router for views: `const router = ViewRouter({ prefix: '/items' }); router.register(ItemViewSet); app.use(router)`. */
export function ViewRouter(options: ViewRouterOptions = {}): ViewRouter {
  const { mergeParams = false, caseSensitive = false, strict = false } = options;
  const router = express.Router({ mergeParams, caseSensitive, strict });
  const readBody = bodyReader(options.bodyLimit);
  const operations: Operation[] = [];
  const taken: Taken = { routes: new Map(), ids: new Map() };
  const names = new ComponentNames();
  const indexes: RouteIndex<Route>[] = [];
  let dispatch: ReturnType<typeof dispatcher> | undefined;
  shorten(router, () => dispatch);

  const register = (
    view: ViewClass,
    { prefix, name, factory }: RegisterOptions & { factory?: ViewFactory } = {},
  ): unknown => {
    const place = { prefix: joinPaths(options.prefix, prefix), name, mergeParams };
    const added = operationsOf(view, place);
    const handling = { readBody, factory, mergeParams, passErrors: options.passErrors };
    // For its mistakes. What serves requests takes more memory than all else of an operation, most of which wait long for one: it is made
    // again for the first.
    for (const operation of added) handlerOf(operation, handling);
    // Middleware that was added since has to run before the views that come after it.
    const last = router.stack.at(-1)?.handle === dispatch ? indexes.at(-1) : undefined;
    const current = last ?? new RouteIndex<Route>(options);
    names.add(added);
    take(added, taken, caseSensitive);
    for (const operation of added) {
      const route = { operation, handling, handler: undefined };
      current.add(operation.method.toUpperCase(), operation.route, route);
      operations.push(operation);
    }
    if (!last) {
      indexes.push(current);
      dispatch = dispatcher(current, indexes, options);
      router.use(dispatch);
    }
    return router;
  };

  mark(router);
  return Object.assign(router, { register, operations, viewOptions: options }) as unknown as ViewRouter;
}

interface Walkable {
  handle(request: Request, response: Response, next: NextFunction): void;
}

/**
 * A router of nothing but views takes a request as any middleware does: Express's way through its layers, of which there is one, would
 * come to the same. What is added to the router, or wrapped around its layer by instrumentation, is gone through as ever.
 */
function shorten(router: Router, dispatch: () => unknown): void {
  const walkable = router as unknown as Walkable;
  const walk = walkable.handle;
  walkable.handle = function (this: unknown, request, response, next) {
    const { stack } = router;
    const only = stack.length === 1 ? (stack[0]?.handle as unknown) : undefined;
    // Outside of an app, Express's way gives the request what an app gives it.
    const isInApp = request.baseUrl !== undefined;
    if (isInApp && only !== undefined && only === dispatch()) (only as typeof walk)(request, response, next);
    else walk.call(this, request, response, next);
  };
}

interface Route {
  readonly operation: Operation;
  readonly handling: HandlerOptions;
  handler: Handler | undefined;
}

interface Taken {
  readonly routes: Map<string, Operation>;
  readonly ids: Map<string, Operation>;
}

/** All or nothing: a view that can not be mounted whole is not mounted at all. */
function take(added: readonly Operation[], taken: Taken, caseSensitive: boolean): void {
  const routes = new Map<string, Operation>();
  const ids = new Map<string, Operation>();
  for (const operation of added) {
    const { method, route, operationId } = operation;
    const key = `${method} ${route.replace(/:[^/]+/g, ':')}`;
    const place = caseSensitive ? key : key.toLowerCase();
    const other = taken.routes.get(place) ?? routes.get(place);
    if (other) {
      throw new TypeError(
        `Two actions answer ${method.toUpperCase()} ${route}: ${labelOf(other)} and ${labelOf(operation)}. Give one of them another path.`,
      );
    }
    const namesake = taken.ids.get(operationId) ?? ids.get(operationId);
    if (namesake) {
      throw new TypeError(
        `Two actions have the operation id "${operationId}": ${labelOf(namesake)} and ${labelOf(operation)}. ` +
          'Give one of the views another name, or one of the actions an `operationId`.',
      );
    }
    routes.set(place, operation);
    ids.set(operationId, operation);
  }
  for (const [place, operation] of routes) taken.routes.set(place, operation);
  for (const [id, operation] of ids) taken.ids.set(id, operation);
}

function labelOf({ view, handler }: Operation): string {
  return `${view.name}.${handler}`;
}

function dispatcher(
  routes: RouteIndex<Route>,
  indexes: readonly RouteIndex<Route>[],
  options: ViewRouterOptions,
) {
  return function viewRouter(request: Request, response: Response, next: NextFunction): void {
    const path = pathOf(request.url);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const match = routes.match(path, method);
    // A literal path wins over a parameter, also where the app itself has it.
    const own = match && match.values.length > 0 && isReserved(request, path);
    if (match && !own) {
      const { target } = match;
      shareClasses(request, response);
      target.handler ??= handlerOf(target.operation, target.handling);
      target.handler(request, response, next, match.values);
      return;
    }
    const allowed = routes.allowed(path);
    const [known] = allowed?.values() ?? [];
    if (allowed && known) noteAllowed(request, allowed.keys(), known.operation);
    // Views that were registered after other middleware have an index of their own: the last one refuses for all.
    if (options.exclusive && routes === indexes.at(-1) && !isPreflight(request)) {
      const all = new Set(indexes.flatMap((index) => [...(index.allowed(path)?.keys() ?? [])]));
      if (all.size > 0) {
        refuseMethod(request, response, all, options.passErrors ? next : undefined);
        return;
      }
    }
    next();
  };
}

/** OPTIONS is answered with what the path takes, and any other method that it does not take with 405. */
export function refuseMethod(
  request: Request,
  response: Response,
  allowed: ReadonlySet<string>,
  next?: NextFunction,
): void {
  // No route took it: one that let it pass may have been noted.
  request.route = undefined;
  noteRefused(request);
  tracing.current?.refused(request);
  const headers = { Allow: allowHeader(allowed) };
  if (request.method === 'OPTIONS') {
    response.setHeader('allow', headers.Allow);
    response.statusCode = 204;
    response.end();
    return;
  }
  const error = new MethodNotAllowed(undefined, { headers });
  if (next) next(error);
  else respondWithProblem(request, response, error, settingsOfRequest(request));
}

/** A target may be a whole URL, as clients of proxies send it (RFC 9112 section 3.2.2); Express takes it apart, too. */
function pathOf(url: string): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  return path.startsWith('/') ? path : path.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '') || '/';
}
