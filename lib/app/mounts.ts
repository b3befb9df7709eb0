import type { MountedOperation } from '../openapi/index.js';
import { joinPaths } from '../paths.js';
import { isViewRouter } from '../router/index.js';
import { pathsOf } from './layer-paths.js';
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
    return pathsOf(layer).flatMap((path) => {
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
