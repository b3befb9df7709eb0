import { METHODS } from 'node:http';
import { innerLayers, type Layer, layersOf, pathsOf } from '../app/index.js';
import { type MountedOperation, place } from '../openapi/index.js';
import type { Operation } from '../operation.js';
import { joinPaths } from '../paths.js';
import { isViewRouter } from '../router/index.js';
import type { SubApp } from './load/index.js';

export interface RouteRow {
  /** In upper case; `*` for all. */
  readonly method: string;
  /** In the syntax of Express. A part that can not be told is `?`. */
  readonly path: string;
  /** `Class.method` of a view, the names of the handlers of any other route. */
  readonly action: string;
  /** As in the document of the app. */
  readonly operationId: string | null;
}

interface Found {
  readonly row: RouteRow;
  readonly operation?: Operation;
  readonly mountPath?: string;
}

/** The routes of an app or a router, in the order in which it asks them. */
export function routesOf(target: object, subApps: readonly SubApp[]): RouteRow[] {
  return rowsOf(target, '', subApps);
}

/** An app that is mounted in another has a document, and with it operation ids, of its own. */
function rowsOf(app: object, base: string, subApps: readonly SubApp[]): RouteRow[] {
  const children = subApps.filter(({ parent }) => parent === app).map((child) => child.app);
  const walk = (layers: readonly Layer[], at: string): (Found | RouteRow[])[] =>
    layers.flatMap((layer) => {
      if (layer.route) return ownRoutes(layer.route, at);
      const child = isMountedApp(layer) ? children.shift() : appOf(layer);
      return pathsOf(layer).flatMap((path) => {
        const inner = joinPaths(at, path ?? '?');
        if (child) return [rowsOf(child, joinPaths(base, inner), subApps)];
        return [...viewRoutes(layer.handle, inner), ...walk(innerLayers(layer), inner)];
      });
    });
  const found = [...viewRoutes(app, ''), ...walk(layersOf(app), '')];
  const ids = operationIds(found.filter((one): one is Found => !Array.isArray(one)));
  return found.flatMap((one) => {
    if (Array.isArray(one)) return one;
    return [{ ...one.row, path: base + one.row.path || '/', operationId: ids.get(one) ?? null }];
  });
}

function isMountedApp({ handle }: Layer): boolean {
  return handle?.name === 'mounted_app';
}

/** An app that was mounted by a router, which keeps it as it is. */
function appOf({ handle }: Layer): object | undefined {
  return typeof handle === 'function' && 'mountpath' in handle ? handle : undefined;
}

function ownRoutes({ path, methods, stack }: NonNullable<Layer['route']>, at: string): Found[] {
  const taken = Object.keys(methods).filter((method) => methods[method]);
  // `app.all` is a handler for each method.
  const names = methods._all || taken.length === METHODS.length ? ['*'] : taken;
  return [path].flat().flatMap((one) =>
    names.map((method) => ({
      row: {
        method: method.toUpperCase(),
        path: typeof one === 'string' ? joinPaths(at, one) : `${at} ${String(one)}`.trimStart(),
        action: handlerNames(stack, method),
        operationId: null,
      },
    })),
  );
}

function handlerNames(stack: NonNullable<Layer['route']>['stack'], method: string): string {
  const names = stack
    .filter((handler) => handler.method === undefined || handler.method === (method === '*' ? 'get' : method))
    .map(({ name }) => name || '<anonymous>');
  return names.join(', ');
}

function viewRoutes(handle: unknown, at: string): Found[] {
  if (!isViewRouter(handle)) return [];
  const mountPath = handle.viewOptions.mountPath ?? at;
  return handle.operations.map((operation) => ({
    operation,
    mountPath,
    row: {
      method: operation.method.toUpperCase(),
      path: joinPaths(mountPath, operation.route),
      action: `${operation.view.name}.${operation.handler}`,
      operationId: null,
    },
  }));
}

/** The ids in the document; a hidden operation, and one that another stands in front of, has none. */
function operationIds(found: readonly Found[]): Map<Found, string> {
  const shown = found.filter(
    ({ operation, row }) => operation && !operation.spec.hidden && !row.path.includes('?'),
  );
  const placed = place(shown as unknown as readonly MountedOperation[]);
  const ids = new Map<Found, string>();
  let next = 0;
  for (const one of shown) {
    const candidate = placed[next];
    if (candidate?.operation !== one.operation || shapeOf(candidate?.url ?? '') !== shapeOf(one.row.path))
      continue;
    ids.set(one, candidate?.operationId ?? '');
    next += 1;
  }
  return ids;
}

function shapeOf(path: string): string {
  return path.replace(/:[^/]+|\{[^/]+\}/g, ':') || '/';
}
