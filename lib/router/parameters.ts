import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import { BadRequest, type Fault } from '../errors/index.js';
import type { Parameters, Sent } from '../schema/index.js';

/** The parameters of a path by name, decoded, beside those of where the router is mounted. */
export function decodePath(
  outer: Request['params'] | undefined,
  names: readonly string[],
  values: readonly string[],
): Request['params'] {
  const params = { ...outer };
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] as string;
    const text = decode(values[index] as string);
    if (text === undefined) throw new BadRequest(undefined, { errors: [notDecodable('path', name)] });
    params[name] = text;
  }
  return params;
}

/** The query of a URL by name, whatever the app's "query parser" is. What can not be decoded is a fault. */
export function parseQuery(url: string, faults: Fault[]): Parameters {
  const parameters = new Map<string, Sent>();
  const start = url.indexOf('?');
  if (start < 0) return parameters;
  for (const pair of url.slice(start + 1).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(plus(equals < 0 ? pair : pair.slice(0, equals)));
    const value = decode(plus(equals < 0 ? '' : pair.slice(equals + 1)));
    if (name === undefined || value === undefined)
      faults.push(notDecodable('query', (name ?? '').slice(0, 64)));
    else add(parameters, name, value);
  }
  return parameters;
}

export function headerParameters(headers: IncomingHttpHeaders): Parameters {
  const parameters = new Map<string, Sent>();
  for (const [name, value] of Object.entries(headers)) {
    for (const text of [value ?? []].flat()) add(parameters, name, text);
  }
  return parameters;
}

/** The parameters of a path, each of which was sent once. */
export class PathParameters implements Parameters {
  readonly #params: Readonly<Record<string, string>>;

  constructor(params: Readonly<Record<string, string>>) {
    this.#params = params;
  }

  get(name: string): string | undefined {
    return Object.hasOwn(this.#params, name) ? this.#params[name] : undefined;
  }

  keys(): MapIterator<string> {
    return Object.keys(this.#params).values() as MapIterator<string>;
  }
}

function add(parameters: Map<string, Sent>, name: string, text: string): void {
  const known = parameters.get(name);
  if (known === undefined) parameters.set(name, text);
  else if (typeof known === 'string') parameters.set(name, [known, text]);
  else known.push(text);
}

function plus(text: string): string {
  return text.includes('+') ? text.replace(/\+/g, ' ') : text;
}

function decode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function notDecodable(source: 'path' | 'query', parameter: string): Fault {
  return { detail: 'must be percent-encoded UTF-8', in: source, parameter, code: 'encoding' };
}
