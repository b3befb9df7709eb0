/** What Express keeps of a mounted function or a route. The fields differ by version. */
export interface Layer {
  readonly handle?: ((...args: never[]) => unknown) & { readonly stack?: readonly Layer[] };
  readonly route?: {
    readonly methods: Readonly<Record<string, boolean>>;
    readonly path: string | RegExp | readonly (string | RegExp)[];
    /** Each handler, with the method that it is for; without one it is for all. */
    readonly stack: readonly { readonly method?: string; readonly name?: string }[];
  };
  /** Whether the layer takes a path. The part that it took is in the answer on Express 5.3 and above, else in `path`. */
  match(path: string): boolean | { readonly path: string };
  readonly path?: string;
  /** Express 5.3 and above. */
  readonly rawPath?: string | RegExp | readonly (string | RegExp)[];
  /** Express 5: whether the path is `/`. */
  readonly slash?: boolean;
  /** Express 4. */
  readonly regexp?: RegExp & { readonly fast_slash?: boolean };
  readonly keys?: readonly { readonly name: string | number }[];
}

interface AppInternals {
  readonly stack?: readonly Layer[];
  readonly router?: { readonly stack?: readonly Layer[] };
  readonly _router?: { readonly stack?: readonly Layer[] };
}

/** The layers of an app or of a router, in order. */
export function layersOf(app: object): readonly Layer[] {
  // On Express 4 `app.router` throws; on Express 5 there is no `_router`.
  const internals = app as AppInternals;
  return (
    internals._router?.stack ??
    ('lazyrouter' in app ? undefined : internals.router?.stack) ??
    internals.stack ??
    []
  );
}

/** The layers inside a mounted router; none in any other function. */
export function innerLayers({ handle, route }: Layer): readonly Layer[] {
  return typeof handle === 'function' && !route && Array.isArray(handle.stack) ? handle.stack : [];
}

/** A route of Express's own that takes a path, and what the routers above it have taken of the path. */
export interface RouteAt {
  readonly route: NonNullable<Layer['route']>;
  readonly base: string;
}

/**
 * Express's own routes that take a path, by whatever method.
 *
 * It asks each layer, as Express does to serve a request, so it costs as much: only for a request that is refused.
 */
export function routesAt(layers: readonly Layer[], path: string, base = ''): RouteAt[] {
  return layers.flatMap((layer) => {
    const match = layer.match(path);
    if (!match) return [];
    if (layer.route) return [{ route: layer.route, base }];
    const taken = (typeof match === 'object' ? match.path : layer.path) ?? '';
    return routesAt(innerLayers(layer), below(path, taken), base + taken);
  });
}

/**
 * The methods that Express's own routes take at a path, in upper case. A route that takes the refused method too has let
 * the request pass, as `app.all` does for what it does not answer itself: what it would answer can not be told.
 */
export function methodsAt(layers: readonly Layer[], path: string, refused: string): string[] {
  return routesAt(layers, path).flatMap(({ route }) => methodsOf(route, refused));
}

function methodsOf({ methods }: NonNullable<Layer['route']>, refused: string): string[] {
  const taken = Object.keys(methods).map((method) => method.toUpperCase());
  return taken.includes(refused) || methods._all ? [] : taken;
}

/** The path that a router sees which is mounted at the taken part. */
function below(path: string, taken: string): string {
  const rest = path.slice(taken.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
