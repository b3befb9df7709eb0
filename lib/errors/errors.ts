import { APIError } from './api-error.js';

/*
 * The table of errors: class, status, and what it says when nothing better is known.
 * A title comes from the class name unless it stands here.
 */

/** 400: the request is malformed or fails its schema. */
export class BadRequest extends APIError {
  static override readonly status: number = 400;
  static override readonly detail: string = 'The request is not valid.';
}

/** 401: credentials are missing or wrong. Sends `WWW-Authenticate: Bearer` unless told otherwise (RFC 9110 section 11.6.1). */
export class Unauthorized extends APIError {
  static override readonly status: number = 401;
  static override readonly detail: string = 'Valid credentials are required.';
  static override readonly headers: Readonly<Record<string, string>> = { 'WWW-Authenticate': 'Bearer' };
}

/** 403: the client is known, and may not. */
export class Forbidden extends APIError {
  static override readonly status: number = 403;
  static override readonly detail: string = 'This is not permitted.';
}

/** 404: there is no such resource. */
export class NotFound extends APIError {
  static override readonly status: number = 404;
  static override readonly detail: string = 'There is no such resource.';
}

/** 405: the resource does not take this method. `Allow` names those it takes. */
export class MethodNotAllowed extends APIError {
  static override readonly status: number = 405;
  static override readonly detail: string =
    'The resource does not take this method; the Allow header names those it takes.';
}

/** 406: the client accepts none of the media types that the action produces. */
export class NotAcceptable extends APIError {
  static override readonly status: number = 406;
  static override readonly detail: string =
    'The response is application/json, which the Accept header excludes.';
}

/** 408: the request did not arrive in time. */
export class RequestTimeout extends APIError {
  static override readonly status: number = 408;
  static override readonly detail: string = 'The request did not arrive in time.';
}

/** 409: the request contradicts the present state, such as a duplicate key. */
export class Conflict extends APIError {
  static override readonly status: number = 409;
  static override readonly detail: string = 'The request conflicts with the present state of the resource.';
}

/** 410: the resource was there, and is gone for good. */
export class Gone extends APIError {
  static override readonly status: number = 410;
  static override readonly detail: string = 'The resource is gone.';
}

/** 412: an `If-Match` or the like does not hold. */
export class PreconditionFailed extends APIError {
  static override readonly status: number = 412;
  static override readonly detail: string = 'A precondition of the request does not hold.';
}

/** 413: the body is larger than the limit. */
export class PayloadTooLarge extends APIError {
  static override readonly status: number = 413;
  static override readonly detail: string = 'The body of the request is too large.';
}

/** 414: the URI is longer than the server takes. */
export class URITooLong extends APIError {
  static override readonly status: number = 414;
  static override readonly detail: string = 'The URI is too long.';
}

/** 415: no parser takes the media type of the body. */
export class UnsupportedMediaType extends APIError {
  static override readonly status: number = 415;
  static override readonly detail: string = 'The media type of the body is not supported.';
}

/** 422: well-formed, but not to be processed. */
export class UnprocessableEntity extends APIError {
  static override readonly status: number = 422;
  static override readonly detail: string = 'The request is well-formed, but can not be processed.';
}

/** 428: the request has to carry a precondition (RFC 6585 section 3). */
export class PreconditionRequired extends APIError {
  static override readonly status: number = 428;
  static override readonly detail: string = 'The request has to carry a precondition such as If-Match.';
}

/** 429: too many requests (RFC 6585 section 4). Give `Retry-After` in `headers`, in seconds. */
export class Throttled extends APIError {
  static override readonly status: number = 429;
  static override readonly title: string = 'Too Many Requests';
  static override readonly detail: string = 'Too many requests.';
}

/** 500: a fault of the server. Its cause is logged, never sent. */
export class InternalServerError extends APIError {
  static override readonly status: number = 500;
  static override readonly detail: string = 'The server met an unexpected fault.';
}

/** 501: not implemented. */
export class NotImplemented extends APIError {
  static override readonly status: number = 501;
  static override readonly detail: string = 'This is not implemented.';
}

/** 503: not available now. Give `Retry-After` in `headers`, in seconds. */
export class Unavailable extends APIError {
  static override readonly status: number = 503;
  static override readonly title: string = 'Service Unavailable';
  static override readonly detail: string = 'The service is not available at the moment.';
}
