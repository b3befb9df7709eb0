import { isUtf8 } from 'node:buffer';
import contentType from 'content-type';
import type { Request } from 'express';
import { BadRequest, UnsupportedMediaType } from '../errors/index.js';
import type { Awaitable } from '../inference.js';
import { readBytes } from './read-stream.js';

/** In bytes. */
export const DEFAULT_BODY_LIMIT = 102_400;

/** Reads the body of a request; `undefined` where there is none. */
export type ReadBody = (request: Request) => Awaitable<unknown>;

/**
 * Makes the reader of bodies. What the app's own parser has read is taken as it is; else the body is read here, up to
 * the limit (also after inflating), and parsed as JSON in UTF-8.
 *
 * @throws TypeError for a limit that is no number of bytes.
 */
export function bodyReader(limit: number = DEFAULT_BODY_LIMIT): ReadBody {
  if (!Number.isSafeInteger(limit) || limit <= 0) {
    throw new TypeError(
      `bodyLimit is ${String(limit)}: it has to be a number of bytes, such as ${DEFAULT_BODY_LIMIT}.`,
    );
  }
  return (request) => {
    if (!hasBody(request)) return undefined;
    if (isConsumed(request)) return request.body as unknown;
    return read(request, limit);
  };
}

const tick = Promise.resolve();

/**
 * Waited for ahead of reading: what came together with its head has arrived when the tick is over in which the request came. Where somebody
 * listens to it already it flows by then, and would be gone.
 */
export function arrivalOf(request: Request): Promise<void> | undefined {
  return request.readableFlowing === null && hasBody(request) && !isConsumed(request) ? tick : undefined;
}

function read(request: Request, limit: number): Awaitable<unknown> {
  if (!isJSON(mediaTypeOf(request))) {
    throw new Error(
      'Nothing has parsed the body: the action takes a media type other than JSON, so add a parser for it to `use`.',
    );
  }
  const bytes = readBytes(request, limit);
  return bytes instanceof Promise ? bytes.then((all) => take(request, all)) : take(request, bytes);
}

/** Middleware and the view find it where Express's parsers leave it. */
function take(request: Request, bytes: Buffer): unknown {
  request.body = bytes.length === 0 ? undefined : parseJSON(bytes);
  return request.body as unknown;
}

const BYTE_ORDER_MARK = 0xfeff;

function parseJSON(bytes: Buffer): unknown {
  try {
    const text = bytes.toString('utf8');
    // What is no UTF-8 is decoded into this, which may also be what was sent.
    if (text.includes('\ufffd') && !isUtf8(bytes)) throw new SyntaxError('no UTF-8');
    return JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  } catch {
    // The message of the parser quotes the body.
    throw new BadRequest(undefined, {
      errors: [{ detail: 'must be JSON in UTF-8', pointer: '#', code: 'json' }],
    });
  }
}

/**
 * Refuses a body of a media type that the action does not take (RFC 9110 section 15.5.16). A body without a type is
 * refused too: a form of another site could send it.
 */
export function checkMediaType(request: Request, consumes: readonly string[]): void {
  if (!hasBody(request)) return;
  const type = mediaTypeOf(request);
  if (type === undefined || !consumes.some((pattern) => matches(type, pattern))) {
    throw new UnsupportedMediaType(`The body has to be ${consumes.join(' or ')}.`, {
      headers: acceptHeader(consumes),
    });
  }
  if (isJSON(type) && !isUTF8(request))
    throw new UnsupportedMediaType('The charset of the body has to be UTF-8.');
}

/** RFC 9110 section 12.5.1; it has no form for a suffix, as in `application/*+json`. */
function acceptHeader(consumes: readonly string[]): Record<string, string> {
  const ranges = consumes.filter((pattern) => !pattern.includes('*+')).join(', ');
  return ranges === '' ? {} : { Accept: ranges };
}

/** RFC 9112 section 6: a request has a body where one of these headers says so. */
function hasBody({ headers }: Request): boolean {
  return (
    headers['transfer-encoding'] !== undefined ||
    (headers['content-length'] !== undefined && headers['content-length'] !== '0')
  );
}

/** Whether a parser has been here; body-parser 1 leaves `_body`, and others leave a stream that was read. */
function isConsumed(request: Request & { _body?: boolean }): boolean {
  return request._body === true || request.readableDidRead || request.readableEnded;
}

function mediaTypeOf(request: Request): string | undefined {
  return parsed(request)?.type;
}

function isUTF8(request: Request): boolean {
  const charset = parsed(request)?.parameters.charset;
  return charset === undefined || /^utf-?8$/i.test(charset);
}

/** As nearly every client writes it. */
const plainJSON: contentType.ParsedMediaType = { type: 'application/json', parameters: {} };

function parsed(request: Request): contentType.ParsedMediaType | undefined {
  const header = request.headers['content-type'] ?? '';
  if (header === plainJSON.type) return plainJSON;
  try {
    return contentType.parse(header);
  } catch {
    return undefined;
  }
}

function matches(type: string, pattern: string): boolean {
  if (!pattern.includes('*')) return type === pattern.toLowerCase();
  const [start, end] = pattern.toLowerCase().split('*', 2) as [string, string];
  return type.length > start.length + end.length && type.startsWith(start) && type.endsWith(end);
}

function isJSON(type: string | undefined): boolean {
  return type === 'application/json' || (type?.startsWith('application/') === true && type.endsWith('+json'));
}
