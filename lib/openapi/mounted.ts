import type { Operation } from '../operation.js';
import { joinPaths, parametersOf } from '../paths.js';
import { snakeCase } from '../schema/index.js';

/** An operation at its place in an app. */
export interface MountedOperation {
  readonly operation: Operation;
  /** The path of the router in the app, as a template of Express. */
  readonly mountPath: string;
}

/** An operation with what only the whole app can tell: its path, and an id that no other has. */
export interface PlacedOperation {
  readonly operation: Operation;
  /** The path in the document, `/items/{id}`. */
  readonly url: string;
  /** The names of its parameters in the document, with those of the operation; `undefined` for one of the mount path. */
  readonly parameters: readonly (readonly [shown: string, own: string | undefined])[];
  readonly operationId: string;
}

/**
 * Places the operations. Where routers of one app have operations of one name, as versions of an API do, the mount
 * path tells them apart: `list_item_v1`, `list_item_v2`.
 */
export function place(mounted: readonly MountedOperation[]): PlacedOperation[] {
  const counts = new Map<string, number>();
  for (const { operation } of mounted)
    counts.set(operation.operationId, (counts.get(operation.operationId) ?? 0) + 1);
  const ids = new Set<string>();
  const routes = new Set<string>();
  const names = new Map<string, readonly string[]>();
  const placed: PlacedOperation[] = [];
  for (const { operation, mountPath } of mounted) {
    const path = joinPaths(mountPath, operation.route) || '/';
    const shape = path.replace(/:[^/]+/g, ':');
    const route = `${operation.method} ${shape}`;
    // Of two that answer one route, the first is the one that is reached.
    if (routes.has(route)) continue;
    routes.add(route);
    // A path stands once in a document, so that its parameters have the names that came first.
    const own = parametersOf(path);
    checkPlaces(operation, path, own);
    const shown = names.get(shape) ?? distinct(own);
    names.set(shape, shown);
    const suffix = (counts.get(operation.operationId) ?? 0) > 1 ? snakeCase(mountPath) : '';
    placed.push({
      operation,
      url: template(shape, shown),
      // Of two parameters of one name, Express hands on the later one.
      parameters: shown.map((name, index) => [
        name,
        own.lastIndexOf(own[index] as string) === index ? own[index] : undefined,
      ]),
      operationId: unique([operation.operationId, suffix].filter(Boolean).join('_'), ids),
    });
  }
  return placed;
}

/** With `mergeParams`, parameters may come from where the router is mounted: here is known whether they do. */
function checkPlaces({ params, view, handler }: Operation, path: string, own: readonly string[]): void {
  const missing = Object.keys(params?.properties ?? {}).find((name) => !own.includes(name));
  if (missing === undefined) return;
  throw new TypeError(
    `${view.name}.${handler} declares the path parameter "${missing}", and its path ${path} has none of the name: mount the router below ":${missing}".`,
  );
}

function template(shape: string, names: readonly string[]): string {
  let index = 0;
  return shape.replace(/:/g, () => `{${names[index++]}}`);
}

/** The names, where a path has one twice because a router is mounted below it: the later one keeps it. */
function distinct(names: readonly string[]): string[] {
  const used = new Set<string>();
  return [...names]
    .reverse()
    .map((name) => unique(name, used))
    .reverse();
}

function unique(name: string, used: Set<string>): string {
  let candidate = name;
  for (let count = 2; used.has(candidate); count += 1) candidate = `${name}_${count}`;
  used.add(candidate);
  return candidate;
}
