import type { IncomingMessage } from 'node:http';
import { joinPaths } from '../paths.js';
import { pathsOf } from './layer-paths.js';
import { innerLayers, type Layer, layersOf } from './layers.js';

/*
 * The template of the route that took a request, such as `/tenants/:tenant/items/:id`. `request.baseUrl` has the values of
 * mounted parameters and a client chooses them, so nothing of a request is ever part of a template: it is found among the
 * layers of the app, and the request only says which of them.
 */

/** What stands for the template of a request that no route took. */
export const UNMATCHED = '(unmatched)';

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

/** The template of the route that took a request of an app whose routes are noted. */
export function templateOf(request: IncomingMessage, app: object): string {
  const { [ROUTE]: noted, [BASE]: base = '', [APP]: own = app } = request as Noting;
  if (noted) return findTemplate(noted, base, own, app);
  // An app that is mounted in a router does not inherit from the one around it.
  const { route, baseUrl = '', app: current = app } = request as Noting;
  return route && !(ROUTE in request) ? findTemplate(route, baseUrl, current, app) : UNMATCHED;
}

/** The template of an operation that is taking a request right now, in an app that notes nothing. */
export function templateAtDispatch(request: IncomingMessage, operation: RouteOperation): string {
  const { app, baseUrl = '' } = request as Noting;
  const route = { path: operation.route, operation };
  return app ? findTemplate(route, baseUrl, app, app) : joinPaths(UNKNOWN, operation.route);
}

function findTemplate(route: Route, base: string, own: object, outer: object): string {
  const key = route.operation ?? route;
  const place = findPlace(key, base, own) ?? (own === outer ? undefined : findPlace(key, base, outer));
  // `path` is a template, or what else Express takes, as it was written by whoever made the route.
  return place?.template ?? joinTemplate(base === '' ? '' : `/${UNKNOWN}`, textOf(route.path));
}

/** A route at a path where it is mounted. */
interface Place {
  readonly base: string;
  /** Of `base`, where it has parameters or can be spelt in another case. */
  readonly pattern: RegExp;
  readonly template: string;
}

interface Places {
  /** How many layers the app had: there are more when something was mounted since. */
  readonly layers: number;
  readonly byRoute: ReadonlyMap<object, readonly Place[]>;
}

const placesByApp = new WeakMap<object, Places>();

function findPlace(route: object, base: string, app: object): Place | undefined {
  const known = placesByApp.get(app);
  const found = known?.byRoute.get(route)?.find((place) => isAt(place, base));
  if (found) return found;
  // Only what was mounted since can be new, so that a request can not make this work be done each time.
  const layers = countLayers(layersOf(app));
  if (known?.layers === layers) return undefined;
  const places = { layers, byRoute: placesOf(app) };
  placesByApp.set(app, places);
  return places.byRoute.get(route)?.find((place) => isAt(place, base));
}

/** Of characters: a longer one is no template's, whatever a pattern may say after a while. */
const MAX_BASE_LENGTH = 2048;

function isAt({ base, pattern }: Place, path: string): boolean {
  return base === path || (path.length <= MAX_BASE_LENGTH && pattern.test(path));
}

function countLayers(layers: readonly Layer[]): number {
  return layers.reduce((sum, layer) => sum + 1 + countLayers(innerLayers(layer)), 0);
}

function placesOf(app: object): Map<object, Place[]> {
  const places = new Map<object, Place[]>();
  for (const base of basesOf(app)) walk(layersOf(app), base, places, 0);
  return places;
}

/** Where an app is mounted, by way of the apps around it. */
function basesOf(app: object): string[] {
  const { parent, mountpath = '/' } = app as { parent?: object; mountpath?: unknown };
  if (!parent) return [''];
  const own = [mountpath].flat(Number.POSITIVE_INFINITY).map(textOf);
  return basesOf(parent).flatMap((base) => own.map((path) => joinTemplate(base, path)));
}

const MAX_DEPTH = 32;

function walk(layers: readonly Layer[], base: string, places: Map<object, Place[]>, depth: number): void {
  if (depth > MAX_DEPTH) return;
  for (const layer of layers) {
    if (layer.route) {
      add(places, layer.route, base, (layer.route as unknown as Route).path);
      continue;
    }
    const { handle } = layer;
    if (typeof handle !== 'function') continue;
    const operations = (handle as { operations?: unknown }).operations;
    for (const path of pathsOf(layer)) {
      const own = joinTemplate(base, path ?? `/${UNKNOWN}`);
      if (Array.isArray(operations))
        for (const operation of operations as RouteOperation[]) add(places, operation, own, operation.route);
      walk(isApp(handle) ? layersOf(handle) : innerLayers(layer), own, places, depth + 1);
    }
  }
}

function isApp(handle: object): boolean {
  return 'handle' in handle && 'set' in handle && 'settings' in handle;
}

function add(places: Map<object, Place[]>, route: object, base: string, path: unknown): void {
  const place = { base, pattern: patternOf(base), template: joinTemplate(base, textOf(path)) || '/' };
  const known = places.get(route);
  if (known) known.push(place);
  else places.set(route, [place]);
}

function patternOf(base: string): RegExp {
  const source = base
    .split('/')
    .map((part) =>
      part.startsWith(':') ? '[^/]+' : part === UNKNOWN ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('/');
  return new RegExp(`^${source}/?$`, 'i');
}

/** A path as it was written; Express takes regular expressions and lists too. */
function textOf(path: unknown): string {
  return Array.isArray(path) ? path.map(textOf).join(',') : String(path);
}

function joinTemplate(base: string, path: string): string {
  const below = path === '/' || path === '' ? '' : path.startsWith('/') ? path : `/${path}`;
  return base.replace(/\/+$/, '') + below;
}
