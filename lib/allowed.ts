import type { IncomingMessage } from 'node:http';

/*
 * A router that matches a path and not its method lets the request pass, as another router or the app itself may
 * take it. What it would have taken is noted here, for the one who answers last.
 */

interface Noted {
  readonly methods: Set<string>;
  readonly path: KnownPath;
}

/** A path that a router knows: the first route that has it, which is the most literal one, and where the request found the router. */
export interface KnownPath {
  readonly route: object;
  /** What was taken of the path of the request until there. */
  readonly base: string;
  readonly app: object | undefined;
}

type Mounted = IncomingMessage & { readonly baseUrl?: string; readonly app?: object };

const noted = new WeakMap<IncomingMessage, Noted>();
const refused = new WeakMap<IncomingMessage, KnownPath>();

export function noteAllowed(request: Mounted, methods: Iterable<string>, route: object): void {
  const known = noted.get(request);
  if (known) for (const method of methods) known.methods.add(method);
  else {
    const path = { route, base: request.baseUrl ?? '', app: request.app };
    noted.set(request, { methods: new Set(methods), path });
  }
}

export function allowedFor(request: IncomingMessage): ReadonlySet<string> | undefined {
  return noted.get(request)?.methods;
}

/** Says that a request is answered with what its path takes instead: by default, the path that was noted first. */
export function noteRefused(request: IncomingMessage, path = noted.get(request)?.path): void {
  if (path && !refused.has(request)) refused.set(request, path);
}

/** The path of a request that was refused for its method, or was answered with what the path takes. */
export function refusedPath(request: IncomingMessage): KnownPath | undefined {
  return refused.get(request);
}

const order = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The value of `Allow` (RFC 9110 section 10.2.1). */
export function allowHeader(methods: ReadonlySet<string>): string {
  const all = new Set([...methods, ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS']);
  return [...all].sort((a, b) => order.indexOf(a) - order.indexOf(b)).join(', ');
}

/** A preflight is the business of the app's CORS middleware. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}
