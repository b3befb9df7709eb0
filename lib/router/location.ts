import type { Request } from 'express';
import type { Awaitable } from '../inference.js';
import type { Operation } from '../operation.js';
import { parametersOf, parseTemplate, type Segment } from '../paths.js';
import { isObject, wireName } from '../schema/index.js';

/** A view that has its own mind about it. */
interface Locating {
  getLocation?(entity: unknown, location: string | undefined): Awaitable<string | undefined>;
}

/** Finds the `Location` of what was created; the entity has the names of the wire, or those of the program where it is not sent. */
export type Locate = (
  view: Locating,
  request: Request,
  result: unknown,
  entity: unknown,
) => Awaitable<string | undefined>;

/** The text of a segment of a path, of a request or of what it made; `undefined` where it has none. */
type PathPart = (request: Request, entity: unknown) => string | undefined;

/** A path below where the router is mounted: never with a host, which a client could forge. */
export function locator({ location, resource, route, spec }: Operation): Locate {
  const own = new Set(parametersOf(route));
  const naming = spec.empty ? undefined : resource?.naming;
  const parts = location === undefined ? undefined : parseTemplate(location).map(partOf);
  function partOf(segment: Segment): PathPart {
    if ('literal' in segment) return () => segment.literal;
    const { parameter } = segment;
    if (own.has(parameter)) return ({ params }) => pathSegment(params[parameter]);
    const name = wireName(parameter, naming);
    return (_request, entity) => (isObject(entity) ? pathSegment(entity[name]) : undefined);
  }
  const pathOf = (request: Request, entity: unknown): string | undefined => {
    if (!parts) return undefined;
    let path = request.baseUrl;
    for (const part of parts) {
      const text = part(request, entity);
      if (text === undefined) return undefined;
      path += `/${text}`;
    }
    return path.startsWith('//') ? path.replace(/^\/+/, '/') : path || '/';
  };
  return (view, request, result, entity) => {
    const path = pathOf(request, entity);
    return view.getLocation ? view.getLocation(result, path) : path;
  };
}

function pathSegment(value: unknown): string | undefined {
  if (Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value);
  return text === '' || text === '.' || text === '..' || !text.isWellFormed()
    ? undefined
    : encodeURIComponent(text);
}

/** What a header can not carry is percent-encoded. */
export function headerValue(location: string): string {
  if (!/[^\x21-\x7e]/.test(location)) return location;
  return location.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}
