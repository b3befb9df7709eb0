import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import { BadRequest, type Fault } from '../errors/index.js';
import type { Parameters } from '../schema/index.js';

/** The parameters of a path by name, decoded, beside those of where the router is mounted. */
export function decodePath(
  outer: Request['params'],
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
  const parameters = new Map<string, string[]>();
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
  const parameters = new Map<string, string[]>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) parameters.set(name, [value].flat());
  }
  return parameters;
}

export function pathParameters(params: Readonly<Record<string, string>>): Parameters {
  return {
    get: (name) => (Object.hasOwn(params, name) ? [params[name] as string] : undefined),
    keys: () => Object.keys(params).values() as MapIterator<string>,
  };
}

function add(parameters: Map<string, string[]>, name: string, value: string): void {
  const known = parameters.get(name);
  if (known) known.push(value);
  else parameters.set(name, [value]);
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
