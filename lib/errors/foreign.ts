import { APIError, type APIErrorClass, type APIErrorOptions } from './api-error.js';
import * as shipped from './errors.js';
import { titleOfStatus } from './status.js';

/** What a foreign error becomes: a class (its own detail is sent), or a function that writes the problem. */
export type ErrorTarget = (new () => APIError) | ((error: never) => APIError);
/** A row of a mapping: errors of this class, and of its subclasses, become that. */
export type Raise = readonly [kind: abstract new (...args: never[]) => unknown, to: ErrorTarget];

/** The error class of a status; `APIError` made to measure where none is shipped. */
const byStatus = new Map<number, new (detail?: string, options?: APIErrorOptions) => APIError>(
  Object.values(shipped).map((kind) => [kind.status, kind]),
);

export function errorOfStatus(status: number, detail?: string, options?: APIErrorOptions): APIError {
  const known = byStatus.get(status);
  if (known) return new known(detail, options);
  class OtherStatus extends APIError {
    static override readonly status = status;
    static override readonly title = titleOfStatus(status);
  }
  return new OtherStatus(detail, options);
}

/** Sentences for the errors of Express's body parsers, whose own messages quote the body. */
const parserFaults: Readonly<Record<string, string>> = {
  'charset.unsupported': 'The charset of the body is not supported.',
  'encoding.unsupported': 'The content encoding of the body is not supported.',
  'entity.parse.failed': 'The body is malformed.',
  'entity.too.large': 'The body of the request is too large.',
  'entity.verify.failed': 'The body was refused.',
  'parameters.too.many': 'The body has too many parameters.',
  'querystring.parse.rangeError': 'The body is nested too deeply.',
  'request.aborted': 'The request was aborted.',
  'request.size.invalid': 'The body is not as long as its Content-Length says.',
  'stream.encoding.set': 'The body can not be read.',
  'stream.not.readable': 'The body can not be read.',
};

interface HttpErrorLike {
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly expose?: unknown;
  readonly message?: unknown;
  readonly type?: unknown;
  readonly syscall?: unknown;
  readonly headers?: unknown;
}

/**
 * Any thrown value as a problem. What is not an `APIError` keeps its status when it states one as `http-errors`
 * does; its message is sent only where its author marked it for clients (`expose`). All else is a 500 that tells nothing.
 */
export function toAPIError(error: unknown): APIError {
  try {
    return read(error);
  } catch {
    // A getter or a proxy of whoever threw it.
    return new shipped.InternalServerError(undefined, { cause: error });
  }
}

function read(error: unknown): APIError {
  if (error instanceof APIError) return sane(error);
  if (typeof error !== 'object' || error === null)
    return new shipped.InternalServerError(undefined, { cause: error });
  const like = error as HttpErrorLike;
  const status = like.status ?? like.statusCode;
  if (!isErrorStatus(status)) return new shipped.InternalServerError(undefined, { cause: error });
  return errorOfStatus(status, detailOf(like, status), { cause: error, headers: headersOf(like) });
}

function detailOf(error: HttpErrorLike, status: number): string | undefined {
  if (typeof error.type === 'string' && Object.hasOwn(parserFaults, error.type))
    return parserFaults[error.type];
  // `send` marks the errors of the file system as exposed, with the path in their message.
  const written = error.expose === true && status < 500 && error.syscall === undefined;
  return written && typeof error.message === 'string' && error.message !== '' ? error.message : undefined;
}

/** Headers that say something of a body or of the connection, or of another server's sessions, are not those of a problem. */
const foreignHeaders =
  /^(?:content-|transfer-encoding$|connection$|keep-alive$|trailer$|upgrade$|set-cookie)/i;

/** Of an error that is meant for clients: an error of an HTTP client has the headers of another server. */
function headersOf({ expose, headers }: HttpErrorLike): Record<string, string> {
  if (expose !== true || typeof headers !== 'object' || headers === null) return {};
  const own = Object.entries(headers).filter(([name]) => !foreignHeaders.test(name));
  return Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
}

/** Whether an error was made to be shown to clients, so that below 500 nobody has to be told. */
export function isMeantForClients(error: unknown): boolean {
  try {
    return (
      error instanceof APIError ||
      (error as HttpErrorLike | undefined)?.expose === true ||
      error instanceof URIError
    );
  } catch {
    return false;
  }
}

function isErrorStatus(status: unknown): status is number {
  return Number.isInteger(status) && (status as number) >= 400 && (status as number) <= 599;
}

/** A subclass that states an impossible status, or what can not be read, is a fault of the server, not a broken answer. */
function sane(error: APIError): APIError {
  const { status, type, title, message } = error;
  const whole = isErrorStatus(status) && [type, title, message].every((text) => typeof text === 'string');
  return whole ? error : new shipped.InternalServerError(undefined, { cause: error });
}

/** Applies a mapping: the row of the nearest class wins, whatever the order of the rows. What a row throws is the error then. */
export function mapRaised(error: unknown, raises: readonly Raise[]): unknown {
  if (raises.length === 0 || typeof error !== 'object' || error === null) return error;
  try {
    for (let proto = Object.getPrototypeOf(error); proto; proto = Object.getPrototypeOf(proto)) {
      const row = raises.find(([kind]) => kind.prototype === proto);
      if (row) return applyTarget(row[1], error);
    }
    return error;
  } catch (fault) {
    return fault;
  }
}

export function isErrorClass(target: unknown): target is APIErrorClass & (new () => APIError) {
  return typeof target === 'function' && target.prototype instanceof APIError;
}

function applyTarget(target: ErrorTarget, error: object): APIError {
  return isErrorClass(target)
    ? new (target as unknown as new (detail?: string, options?: APIErrorOptions) => APIError)(undefined, {
        cause: error,
      })
    : (target as (error: object) => APIError)(error);
}
