import type { IncomingMessage, ServerResponse } from 'node:http';
import { refusedPath } from '../allowed.js';
import { isTemplate } from '../paths.js';
import { pathsOf } from './layer-paths.js';
import { innerLayers, type Layer, layersOf } from './layers.js';

/*
 * The template of the route that took a request, such as `/tenants/:tenant/items/:id`. `request.baseUrl` has the values of
 * mounted parameters and a client chooses them, so nothing of a request is ever part of a template: it is found among the
 * layers of the app, and the request only says which of them. What is not among them, such as a route of a router that is made
 * for the request, may have its path from the request, and is told by where it is mounted: `/reports/*`.
 */

/** What stands for the template of a request that no route took: of one that is answered 404, and of one that something ahead of the routes answers. */
const UNMATCHED = '(unmatched)';
const MIDDLEWARE = '(middleware)';

/** A part of a path that can not be told: a regular expression, or a router that is called by a function of its own. */
const UNKNOWN = '*';

interface Route {
  readonly path: unknown;
  /** Of a view. */
  readonly operation?: RouteOperation;
}

/** What can be told of an action that took a request. */
export interface RouteOperation {
  readonly name: string;
  readonly operationId: string;
  readonly route: string;
}

const ROUTE = Symbol('route');
const BASE = Symbol('base');
const APP = Symbol('app');

type Noting = IncomingMessage & {
  app?: object;
  baseUrl?: string;
  route?: Route;
  [ROUTE]?: Route | undefined;
  [BASE]?: string | undefined;
  [APP]?: object | undefined;
};

/**
 * Notes the route of each request when Express or a view sets it, since `baseUrl` is of that moment only: an error on its way out
 * finds it empty. An accessor of the prototype that all requests of the app and of its mounted apps have, so that a request
 * costs nothing but the notes.
 */
export function noteRoutes(app: object): void {
  const { request } = app as { readonly request: object };
  if (Object.hasOwn(request, 'route')) return;
  Object.defineProperty(request, 'route', {
    configurable: true,
    enumerable: true,
    get(this: Noting) {
      return this[ROUTE];
    },
    set(this: Noting, route: Route | undefined) {
      this[ROUTE] = route;
      this[BASE] = this.baseUrl;
      this[APP] = this.app;
    },
  });
}

/** Forgets the route: it let the request pass, and nobody else took it. */
export function forgetRoute(request: IncomingMessage): void {
  if (ROUTE in request) (request as Noting)[ROUTE] = undefined;
}

/** The operation that took a request; `undefined` for a route of the app itself. */
export function operationOf(request: IncomingMessage): RouteOperation | undefined {
  const { route, [ROUTE]: noted } = request as Noting;
  return (noted ?? route)?.operation;
}

/** The template of the route that took a request of an app whose routes are noted, or what stands for it. */
export function labelOf(request: IncomingMessage, { statusCode }: ServerResponse, app: object): string {
  return templateOf(request, app) ?? (statusCode === 404 ? UNMATCHED : MIDDLEWARE);
}

function templateOf(request: IncomingMessage, app: object): string | undefined {
  const { [ROUTE]: noted, [BASE]: base = '', [APP]: own = app } = request as Noting;
  if (noted) return findTemplate(keyOf(noted), base, own, app);
  // An app that is mounted in a router does not inherit from the one around it.
  const { route, baseUrl = '', app: current = app } = request as Noting;
  if (route && !(ROUTE in request)) return findTemplate(keyOf(route), baseUrl, current, app);
  const refused = refusedPath(request);
  return refused && findTemplate(refused.route, refused.base, refused.app ?? app, app);
}

/** The template of an operation that is taking a request right now, in an app that notes nothing. */
export function templateAtDispatch(request: IncomingMessage, operation: RouteOperation): string {
  const { app, baseUrl = '' } = request as Noting;
  return app ? findTemplate(operation, baseUrl, app, app) : `/${UNKNOWN}`;
}

/** The template of a path that refuses the method of a request. */
export function templateAtRefusal(request: IncomingMessage): string | undefined {
  const { route, base = '', app } = refusedPath(request) ?? {};
  return route && app && findTemplate(route, base, app, app);
}

/** What a route is known by: of a view there is one for all that its router is mounted at. */
function keyOf(route: Route): object {
  return route.operation ?? route;
}

function findTemplate(route: object, base: string, own: object, outer: object): string {
  const apps = own === outer ? [own] : [own, outer];
  for (const app of apps) {
    const place = findPlace(route, base, app);
    if (place) return place.template;
  }
  // An app that is mounted in a router does not know where, and a router may be called by a function as well.
  for (const app of apps) {
    const place = placesByApp
      .get(app)
      ?.byRoute.get(route)
      ?.find((known) => isBelow(known, base));
    if (place) return joinTemplate(`/${UNKNOWN}`, place.template);
  }
  const mounts = apps.map((app) => mountOf(base, app) ?? '').sort((a, b) => b.length - a.length);
  return joinTemplate(mounts[0] as string, `/${UNKNOWN}`);
}

/** A template at a path where it is mounted. */
interface Place {
  readonly base: string;
  /** Of `base`, which may have parameters, or be spelt in another case. */
  readonly segments: readonly string[];
  readonly template: string;
}

interface Places {
  /** How many layers the app had: there are more when something was mounted since. */
  readonly layers: number;
  readonly byRoute: ReadonlyMap<object, readonly Place[]>;
  /** Of functions that are no routers, the longest path first. */
  readonly mounts: readonly Place[];
}

const placesByApp = new WeakMap<object, Places>();

function findPlace(route: object, base: string, app: object): Place | undefined {
  const known = placesByApp.get(app);
  const found = known?.byRoute.get(route)?.find((place) => isAt(place, base));
  if (found) return found;
  // Only what was mounted since can be new, so that a request can not make this work be done each time.
  const layers = countLayers(layersOf(app));
  if (known?.layers === layers) return undefined;
  const places = placesOf(app, layers);
  placesByApp.set(app, places);
  return places.byRoute.get(route)?.find((place) => isAt(place, base));
}

/** Where the function is mounted that has a route of its own for a request. */
function mountOf(base: string, app: object): string | undefined {
  return placesByApp.get(app)?.mounts.find((mount) => isAt(mount, base))?.template;
}

/** Of characters: a longer one is no template's. */
const MAX_BASE_LENGTH = 2048;

function isAt({ base, segments }: Place, path: string): boolean {
  return base === path || matches(segments, path);
}

function isBelow({ segments }: Place, path: string): boolean {
  return matches([UNKNOWN, ...segments.slice(1)], path);
}

function segmentsOf(path: string): string[] {
  return path.replace(/\/$/, '').toLowerCase().split('/');
}

/** Whether a path is one of a template; an unknown part stands for any number of segments. It goes back to the last of these alone. */
function matches(template: readonly string[], text: string): boolean {
  if (text.length > MAX_BASE_LENGTH) return false;
  const path = segmentsOf(text);
  let at = 0;
  let unknown = -1;
  let resumed = 0;
  for (let index = 0; index < path.length; ) {
    const segment = template[at];
    if (segment === UNKNOWN) {
      unknown = at;
      resumed = index;
      at += 1;
    } else if (segment === path[index] || (segment?.startsWith(':') && path[index] !== '')) {
      at += 1;
      index += 1;
    } else if (unknown >= 0) {
      at = unknown + 1;
      resumed += 1;
      index = resumed;
    } else return false;
  }
  while (template[at] === UNKNOWN) at += 1;
  return at === template.length;
}

function countLayers(layers: readonly Layer[]): number {
  return layers.reduce((sum, layer) => sum + 1 + countLayers(innerLayers(layer)), 0);
}

function placesOf(app: object, layers: number): Places {
  const byRoute = new Map<object, Place[]>();
  const mounts: Place[] = [];
  for (const base of basesOf(app)) walk(layersOf(app), base, { byRoute, mounts }, 0);
  return { layers, byRoute, mounts: mounts.sort((a, b) => b.segments.length - a.segments.length) };
}

/** Where an app is mounted, by way of the apps around it. */
function basesOf(app: object): string[] {
  const { parent, mountpath = '/' } = app as { parent?: object; mountpath?: unknown };
  if (!parent) return [''];
  const own = [mountpath]
    .flat(Number.POSITIVE_INFINITY)
    .map((path) => (typeof path === 'string' && isTemplate(path) ? path : `/${UNKNOWN}`));
  return basesOf(parent).flatMap((base) => own.map((path) => joinTemplate(base, path)));
}

const MAX_DEPTH = 32;

interface Found {
  readonly byRoute: Map<object, Place[]>;
  readonly mounts: Place[];
}

function walk(layers: readonly Layer[], base: string, found: Found, depth: number): void {
  if (depth > MAX_DEPTH) return;
  for (const layer of layers) {
    if (layer.route) {
      add(found.byRoute, layer.route, base, (layer.route as unknown as { path: unknown }).path);
      continue;
    }
    const { handle } = layer;
    if (typeof handle !== 'function') continue;
    const operations = (handle as { operations?: unknown }).operations;
    const inner = isApp(handle) ? layersOf(handle) : innerLayers(layer);
    for (const path of pathsOf(layer)) {
      const own = joinTemplate(base, path ?? `/${UNKNOWN}`);
      if (Array.isArray(operations))
        for (const operation of operations as RouteOperation[])
          add(found.byRoute, operation, own, operation.route);
      if (inner.length > 0) walk(inner, own, found, depth + 1);
      // What it takes is below it.
      else found.mounts.push({ base: own, segments: [...segmentsOf(own), UNKNOWN], template: own });
    }
  }
}

function isApp(handle: object): boolean {
  return 'handle' in handle && 'set' in handle && 'settings' in handle;
}

function add(places: Map<object, Place[]>, route: object, base: string, path: unknown): void {
  const place = { base, segments: segmentsOf(base), template: joinTemplate(base, textOf(path)) || '/' };
  const known = places.get(route);
  if (known) known.push(place);
  else places.set(route, [place]);
}

/** A path as it was written; Express takes regular expressions and lists too. */
function textOf(path: unknown): string {
  return Array.isArray(path) ? path.map(textOf).join(',') : String(path);
}

function joinTemplate(base: string, path: string): string {
  const below = path === '/' || path === '' ? '' : path.startsWith('/') ? path : `/${path}`;
  const above = base.replace(/\/+$/, '');
  // One unknown part says as much as two.
  return below === `/${UNKNOWN}` && above.endsWith(below) ? above : above + below;
}
