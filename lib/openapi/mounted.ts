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
  const places = new Map<string, Place>();
  const placed: PlacedOperation[] = [];
  for (const { operation, mountPath } of mounted) {
    const path = joinPaths(mountPath, operation.route) || '/';
    // Most paths are those of several operations.
    const at = places.get(path) ?? placeOf(path, names);
    places.set(path, at);
    const route = `${operation.method} ${at.shape}`;
    // Of two that answer one route, the first is the one that is reached.
    if (routes.has(route)) continue;
    routes.add(route);
    checkPlaces(operation, path, at.own);
    const { operationId } = operation;
    const isOne = counts.get(operationId) === 1;
    const id = isOne ? operationId : [operationId, snakeCase(mountPath)].filter(Boolean).join('_');
    placed.push({ operation, url: at.url, parameters: at.parameters, operationId: unique(id, ids) });
  }
  return placed;
}

interface Place extends Pick<PlacedOperation, 'url' | 'parameters'> {
  /** The path without the names of its parameters. */
  readonly shape: string;
  readonly own: readonly string[];
}

/** A path stands once in a document, so that its parameters have the names that came first. */
function placeOf(path: string, names: Map<string, readonly string[]>): Place {
  const shape = path.replace(/:[^/]+/g, ':');
  const own = parametersOf(path);
  const shown = names.get(shape) ?? distinct(own);
  names.set(shape, shown);
  // Of two parameters of one name, Express hands on the later one.
  const ownAt = (index: number): string | undefined =>
    own.lastIndexOf(own[index] as string) === index ? own[index] : undefined;
  const parameters = shown.map((name, index) => [name, ownAt(index)] as const);
  return { shape, own, url: template(shape, shown), parameters };
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
