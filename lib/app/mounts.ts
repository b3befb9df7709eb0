import type { MountedOperation } from '../openapi/index.js';
import { joinPaths } from '../paths.js';
import { isViewRouter } from '../router/index.js';

/** What Express keeps of a mounted function. The fields differ by version. */
interface Layer {
  readonly handle?: { readonly stack?: readonly Layer[] } & Record<string, unknown>;
  readonly route?: unknown;
  /** Express 5.3 and above. */
  readonly rawPath?: string | RegExp | readonly (string | RegExp)[];
  /** Express 5: whether the path is `/`. */
  readonly slash?: boolean;
  /** Express 4. */
  readonly regexp?: RegExp & { fast_slash?: boolean };
  readonly keys?: readonly { readonly name: string | number }[];
}

interface AppInternals {
  readonly router?: { readonly stack?: readonly Layer[] };
  readonly _router?: { readonly stack?: readonly Layer[] };
}

/**
 * The operations of all view routers of an app, at the paths where they are mounted, in the order of the app.
 *
 * @throws TypeError for a router whose path can not be told.
 */
export function mountedOperations(app: object): MountedOperation[] {
  return walk(stackOf(app), '');
}

function stackOf(app: object): readonly Layer[] {
  // On Express 4 `app.router` throws; on Express 5 there is no `_router`.
  const internals = app as AppInternals;
  return (
    internals._router?.stack ?? (Object.hasOwn(app, 'router') ? internals.router?.stack : undefined) ?? []
  );
}

function walk(stack: readonly Layer[], base: string | undefined): MountedOperation[] {
  return stack.flatMap((layer) => {
    const { handle } = layer;
    if (typeof handle !== 'function' || layer.route || !Array.isArray((handle as { stack?: unknown }).stack))
      return [];
    return pathsOf(layer).flatMap((path) => {
      const own = base === undefined || path === undefined ? undefined : joinPaths(base, path);
      return [...operationsAt(handle, own), ...walk((handle as { stack: readonly Layer[] }).stack, own)];
    });
  });
}

function operationsAt(handle: unknown, path: string | undefined): MountedOperation[] {
  if (!isViewRouter(handle)) return [];
  const mountPath = handle.viewOptions.mountPath ?? path;
  if (mountPath === undefined) {
    throw new TypeError(
      `Where a router is mounted can not be told from this app: give it as ViewRouter({ mountPath: '/api' }), or, where it is mounted ` +
        'at a plain path on Express 5.0 to 5.2, install Express 5.3. Its views are ' +
        `${[...new Set(handle.operations.map(({ view }) => view.name))].join(', ')}.`,
    );
  }
  return handle.operations.filter(({ spec }) => !spec.hidden).map((operation) => ({ operation, mountPath }));
}

function pathsOf(layer: Layer): (string | undefined)[] {
  if (layer.rawPath !== undefined)
    return [layer.rawPath].flat().map((path) => (typeof path === 'string' ? path : undefined));
  if (layer.regexp) return [layer.regexp.fast_slash ? '' : fromRegExp(layer.regexp, layer.keys ?? [])];
  return [layer.slash ? '' : undefined];
}

/** The path that Express 4 made a regular expression of, where it is made of literals and plain parameters. */
function fromRegExp(
  { source }: RegExp,
  keys: readonly { readonly name: string | number }[],
): string | undefined {
  let index = 0;
  const path = source
    .replace(/^\^/, '')
    .replace(/\\\/\?\(\?=\\\/\|\$\)$/, '')
    .replace(/\(\?:\(\[\^\\\/\]\+\?\)\)|\(\[\^\\\/\]\+\?\)/g, () => `:${keys[index++]?.name}`)
    .replace(/\\([/.-])/g, '$1');
  return /[\\()[\]{}^$*+?|]/.test(path) ? undefined : path;
}
