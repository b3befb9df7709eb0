import {
  type APIErrorClass,
  BadRequest,
  isErrorClass,
  NotAcceptable,
  PayloadTooLarge,
  PreconditionFailed,
  PreconditionRequired,
  RequestTimeout,
  Unavailable,
  UnprocessableEntity,
  UnsupportedMediaType,
} from './errors/index.js';
import type { Operation } from './operation.js';

/** The problems that an operation is known to answer: what the router answers by itself, and what the action says it throws. */
export function problemsOf(
  { spec, params, checked, timeout }: Operation,
  validationStatus: 400 | 422 = 400,
): APIErrorClass[] {
  const { body, query, headers, response, empty, sse, version, errors = [], raises = [] } = spec;
  const Refusal = validationStatus === 422 ? UnprocessableEntity : BadRequest;
  return [
    // A path that can not be decoded and a body that is no JSON are malformed, whatever a schema says.
    ...(checked && (params ?? body ?? query ?? headers) ? [Refusal, BadRequest] : []),
    ...(checked && (sse || (response && !empty)) ? [NotAcceptable] : []),
    ...(checked && body ? [PayloadTooLarge, UnsupportedMediaType] : []),
    ...(version === 'taken' || version === 'required' ? [PreconditionFailed] : []),
    ...(version === 'required' ? [PreconditionRequired] : []),
    ...(checked && timeout !== undefined ? [Unavailable, ...(body ? [RequestTimeout] : [])] : []),
    ...errors,
    ...raises.flatMap(([, to]) => (isErrorClass(to) ? [to] : [])),
  ];
}
