import type { MountedOperation } from '../openapi/index.js';
import { isTemplate, joinPaths } from '../paths.js';
import { isViewRouter } from '../router/index.js';
import { innerLayers, type Layer, layersOf } from './layers.js';

/**
 * The operations of all view routers of an app, or of a router, at the paths where they are mounted, in the order of the app. Those of
 * apps that are mounted in it are not among them: Express does not tell which they are.
 *
 * @throws TypeError for a router whose path can not be told.
 */
export function mountedOperations(app: object): MountedOperation[] {
  return [...operationsAt(app, ''), ...walk(layersOf(app), '')];
}

/** `base` is the path of the layers; `undefined` where it can not be told. */
function walk(layers: readonly Layer[], base: string | undefined): MountedOperation[] {
  return layers.flatMap((layer) => {
    const inner = innerLayers(layer);
    if (inner.length === 0) return [];
    return mountPathsOf(layer).flatMap((path) => {
      const own = base === undefined || path === undefined ? undefined : joinPaths(base, path);
      return [...operationsAt(layer.handle, own), ...walk(inner, own)];
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

/** The paths where a layer is mounted; `undefined` for one that is no template of literals and plain parameters. */
export function mountPathsOf(layer: Layer): (string | undefined)[] {
  return rawPathsOf(layer).map((path) => (typeof path === 'string' && isTemplate(path) ? path : undefined));
}

function rawPathsOf({ rawPath, regexp, keys = [], slash }: Layer): (string | RegExp | undefined)[] {
  if (rawPath !== undefined) return [rawPath].flat();
  if (regexp) return regexp.fast_slash ? [''] : fromRegExp(regexp, keys);
  return [slash ? '' : undefined];
}

/** The paths that Express 4 made a regular expression of; one of an array is an alternative in it. */
function fromRegExp(
  { source }: RegExp,
  keys: readonly { readonly name: string | number }[],
): (string | undefined)[] {
  let index = 0;
  return source.split(/\|(?=\^)/).map((alternative) => {
    const path = alternative
      .replace(/^\^/, '')
      .replace(/\\\/\?\(\?=\\\/\|\$\)$/, '')
      .replace(/\(\?:\\\/\(\[\^\\?\/\]\+\?\)\)/g, () => `/:${keys[index++]?.name}`);
    return /^(?:\\[/.]|[^\\()[\]{}^$*+?|.])*$/.test(path) ? path.replace(/\\/g, '') : undefined;
  });
}
