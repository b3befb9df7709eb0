import type { IncomingMessage } from 'node:http';

/*
 * A router that matches a path and not its method lets the request pass, as another router or the app itself may
 * take it. What it would have taken is noted here, for the one who answers last.
 */

const noted = new WeakMap<IncomingMessage, Set<string>>();

export function noteAllowed(request: IncomingMessage, methods: Iterable<string>): void {
  const known = noted.get(request);
  if (known) for (const method of methods) known.add(method);
  else noted.set(request, new Set(methods));
}

export function allowedFor(request: IncomingMessage): ReadonlySet<string> | undefined {
  return noted.get(request);
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
