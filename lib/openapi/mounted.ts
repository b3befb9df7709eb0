import type { Operation } from '../operation.js';
import { joinPaths } from '../paths.js';
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
  readonly path: string;
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
  const used = new Set<string>();
  const routes = new Set<string>();
  const placed: PlacedOperation[] = [];
  for (const { operation, mountPath } of mounted) {
    const path = joinPaths(mountPath, operation.route) || '/';
    const route = `${operation.method} ${path.replace(/:[^/]+/g, ':')}`;
    // Of two that answer one route, the first is the one that is reached.
    if (routes.has(route)) continue;
    routes.add(route);
    const suffix = (counts.get(operation.operationId) ?? 0) > 1 ? snakeCase(mountPath) : '';
    const operationId = unique([operation.operationId, suffix].filter(Boolean).join('_'), used);
    placed.push({ operation, path, operationId });
  }
  return placed;
}

function unique(id: string, used: Set<string>): string {
  let candidate = id;
  for (let count = 2; used.has(candidate); count += 1) candidate = `${id}_${count}`;
  used.add(candidate);
  return candidate;
}
