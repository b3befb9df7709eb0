import { KindGuard, Type } from '@sinclair/typebox';
import type { NextFunction, Request, Response } from 'express';
import Negotiator from 'negotiator';
import { endWith } from '../end-with.js';
import {
  BadRequest,
  type Fault,
  log,
  mapRaised,
  NotAcceptable,
  NotFound,
  respondWithProblem,
  UnprocessableEntity,
} from '../errors/index.js';
import { isExpired, isLate, limitTime } from '../expiry.js';
import type { Awaitable } from '../inference.js';
import { type Operation, responseCheckOf } from '../operation.js';
import { parametersOf, parseTemplate } from '../paths.js';
import { takePlaces } from '../places.js';
import {
  bodyInput,
  type CheckInput,
  isObject,
  parameterInput,
  responseOutput,
  wireName,
} from '../schema/index.js';
import { settingsOfRequest } from '../settings.js';
import { sharedFields } from '../shared-fields.js';
import { streamerOf } from '../streams/index.js';
import { showsSubset } from '../subset.js';
import { tracing } from '../tracing.js';
import type { Schema } from '../typebox.js';
import { View } from '../view.js';
import { checkMediaType, type ReadBody } from './body.js';
import { runMiddleware } from './middleware.js';
import { decodePath, headerParameters, PathParameters, parseQuery } from './parameters.js';
import { drive, followedBy } from './steps.js';

/** Makes the view that serves a request. */
export type ViewFactory = (view: new () => View, request: Request) => View;

export interface HandlerOptions {
  readonly readBody: ReadBody;
  readonly factory?: ViewFactory | undefined;
  /** Whether parameters of where the router is mounted are handed on. */
  readonly mergeParams?: boolean;
  readonly passErrors?: boolean | undefined;
}

/** Serves requests of one operation, once the router has found it. */
export type Handler = (
  request: Request,
  response: Response,
  next: NextFunction,
  values: readonly string[],
) => void;

/** The hooks of a view, which are nobody else's to call. */
interface Hooks {
  authorize(): Awaitable<void>;
  perform(call: () => Awaitable<unknown>): Awaitable<unknown>;
  finalize(result: unknown): Awaitable<void>;
  getLocation?(entity: unknown, location: string | undefined): Awaitable<string | undefined>;
}

/** `isTime`: it is that the time is over, which is not late itself. */
type Fail = (thrown: unknown, isTime?: boolean) => void;
type Method = (...args: unknown[]) => Awaitable<unknown>;
type ServingView = View & Hooks & Record<string, Method>;

/** Hooks that a view has as its own are called, wherever it has them from; these are not worth a call. */
const idle = View.prototype as unknown as Hooks;

/**
 * Compiles an operation into its handler. Everything that can be known before a request is known here.
 *
 * @throws TypeError for schemas that can not be served.
 */
export function handlerOf(operation: Operation, options: HandlerOptions): Handler {
  const { spec, checked } = operation;
  const { mergeParams } = options;
  const use = spec.use ?? [];
  const raises = spec.raises ?? [];
  const names = parametersOf(operation.route);
  const construct = viewMaker(operation, options.factory);
  const readBody = checked && spec.body ? options.readBody : undefined;
  const checkArguments = checked ? argumentsCheck(operation) : undefined;
  const produces = checked && spec.response !== undefined && spec.empty !== true;
  const write = produces ? outputOf(operation, spec.response as Schema) : undefined;
  const writeSubset = produces && spec.subset ? outputOf(operation, spec.subset) : undefined;
  const stream = streamerOf(operation);
  const types = stream?.types ?? JSON_ONLY;
  const locate = spec.location ? locator(operation) : undefined;
  const ignore = resultWarning(operation);
  // `operation` is for those who watch: metrics, logs and traces.
  const route = { path: operation.route, methods: { [operation.method]: true }, stack: [], operation };

  const { timeout } = operation;
  const label = `${operation.view.name}.${operation.handler}`;
  const isAnswered = (response: Response): boolean =>
    response.headersSent || response.destroyed || (timeout !== undefined && isExpired(response));
  const start = (request: Request, response: Response, fail: Fail): void => {
    if (timeout !== undefined) limitTime(request, response, timeout, label, (error) => fail(error, true));
    const leave = takePlaces(response);
    if (leave === undefined) drive(serve(request, response), fail);
    else
      drive(followedBy(serve(request, response), leave), (thrown) => {
        leave();
        fail(thrown);
      });
  };

  /** The life of a request, in order. */
  return (request, response, next, values) => {
    const outer = { params: request.params, route: request.route as unknown };
    const fail: Fail = (thrown, isTime) => {
      if (!isTime && isLate(response, thrown, () => settingsOfRequest(request).logger)) return;
      const error = mapRaised(thrown, raises);
      if (!checked || options.passErrors) next(error ?? new Error('An action threw nothing.'));
      else respondWithProblem(request, response, error, settingsOfRequest(request));
    };
    try {
      // 1. what Express users find inside a route
      request.route = route;
      request.params = decodePath(mergeParams ? outer.params : undefined, names, values);
      tracing.current?.dispatched(request, operation);
      // 2. negotiate
      if (produces || stream) checkAccept(request, types);
      if (spec.body) checkMediaType(request, operation.consumes);
    } catch (thrown) {
      fail(thrown);
      return;
    }
    // 3. Express middleware; the rest runs inside its `next`, so that contexts it opens hold
    if (use.length === 0) start(request, response, fail);
    else {
      runMiddleware(use, request, response, (signal) => {
        if (signal === undefined) start(request, response, fail);
        else if (signal !== 'route' && signal !== 'router') fail(signal);
        else {
          Object.assign(request, outer);
          next();
        }
      });
    }
  };

  /** A step that is not async is taken in the same tick. */
  function* serve(request: Request, response: Response): Generator<unknown, void, never> {
    // 4. the view, and whether the client may
    const view = construct(request, response);
    if (view.authorize !== idle.authorize) yield view.authorize();
    // 5. read and check what came, all faults in one problem
    const body: unknown = readBody ? yield readBody(request) : undefined;
    const args = checkArguments ? checkArguments(request, body) : [];
    // 6. the action
    if (checked) response.statusCode = operation.status;
    const result: unknown =
      view.perform === idle.perform
        ? yield (view[operation.handler] as Method)(...args)
        : yield view.perform(() => (view[operation.handler] as Method)(...args));
    // A result that is sent item by item has steps 7 to 10 of its own.
    if (stream?.takes(result)) {
      const type = checkAccept(request, types);
      yield stream.send({ view, request, response, result, type, finalize: () => view.finalize(result) });
      return;
    }
    if (!checked || spec.raw || isAnswered(response)) return;
    // 7. settle
    if (spec.notFound && (result === null || (result === undefined && !spec.empty))) throw new NotFound();
    // 8. check and serialize
    const writeThis = writeSubset && showsSubset(request) ? writeSubset : write;
    const output = writeThis?.(result, (err) => log(settingsOfRequest(request).logger, { err }, err.message));
    if (!spec.response && result !== undefined) ignore(request);
    if (locate) {
      const location: unknown = yield locate(view, request, result, output ? output.value : result);
      if (typeof location === 'string') response.setHeader('Location', headerValue(location));
    }
    // 9. last words of the view
    if (view.finalize !== idle.finalize) yield view.finalize(result);
    // 10. send
    if (!isAnswered(response)) send(response, output?.text);
  }
}

function viewMaker(
  operation: Operation,
  factory: ViewFactory | undefined,
): (request: Request, response: Response) => ServingView {
  const Kind = operation.view as unknown as new () => View;
  const action = Object.freeze({
    name: operation.name,
    handler: operation.handler,
    route: operation.route,
    operationId: operation.operationId,
  });
  const shared = factory ? undefined : sharedFields(Kind);
  return (request, response) => {
    const view = factory ? factory(Kind, request) : new Kind();
    if (!(view instanceof View)) throw new TypeError(`The factory of ${Kind.name} returned no view.`);
    if (view.request !== undefined) {
      throw new TypeError(
        `The factory of ${Kind.name} returned a view that serves another request: make a new one for each.`,
      );
    }
    const serving = view as { -readonly [Name in 'request' | 'response' | 'action']: View[Name] };
    serving.request = request;
    serving.response = response;
    serving.action = action;
    if (shared) Object.assign(view, shared);
    return view as ServingView;
  };
}

/** The arguments of the action: params, body, query, headers, each where it is declared. */
function argumentsCheck(operation: Operation): (request: Request, body: unknown) => unknown[] {
  const { spec, resource, params } = operation;
  const hint = `${operation.component}.${operation.handler}`;
  const naming = resource?.naming;
  const forbidQuery = resource?.strictQuery ? ('forbid' as const) : undefined;
  const prepare = (
    schema: Schema | undefined,
    source: 'query' | 'header',
    unknown?: 'forbid',
  ): CheckInput | undefined => schema && parameterInput(schema, { source, hint, naming, unknown });
  const checkParams = params && parameterInput(params, { source: 'path', hint });
  const checkQuery = prepare(spec.query ?? (forbidQuery && Type.Object({})), 'query', forbidQuery);
  const checkHeaders = prepare(spec.headers, 'header');
  const checkBody =
    spec.body &&
    bodyInput(spec.body, { source: 'body', hint, naming, unknown: resource?.unknown, partial: spec.partial });

  const bodyIsOptional = spec.body !== undefined && KindGuard.IsOptional(spec.body as never);

  return (request, body) => {
    const faults: Fault[] = [];
    const args: unknown[] = [];
    if (checkParams)
      args.push(checkParams(new PathParameters(request.params as Record<string, string>), faults));
    if (checkBody) args.push(body === undefined && bodyIsOptional ? undefined : checkBody(body, faults));
    if (checkQuery) {
      const query = checkQuery(parseQuery(request.url, faults), faults);
      if (spec.query) args.push(query);
    }
    if (checkHeaders) args.push(checkHeaders(headerParameters(request.headers), faults));
    if (faults.length === 0) return args;
    const Refusal = settingsOfRequest(request).validationStatus === 422 ? UnprocessableEntity : BadRequest;
    throw new Refusal(BadRequest.detail, { errors: faults });
  };
}

function outputOf(operation: Operation, response: Schema) {
  return responseOutput(response, {
    hint: `${operation.component}.${operation.handler}`,
    naming: operation.resource?.naming,
    check: responseCheckOf(operation.view),
    textOnly: !operation.spec.location,
  });
}

/** What an action returns that has no response schema is not sent. It is too late to fail; the log tells it once. */
function resultWarning({ view, handler }: Operation): (request: Request) => void {
  let told = false;
  return (request) => {
    if (told) return;
    told = true;
    const message = `${view.name}.${handler} returns a value, which is not sent: declare \`response\`, or return nothing.`;
    log(settingsOfRequest(request).logger, {}, message);
  };
}

const JSON_ONLY: readonly string[] = ['application/json'];

/** The media type that is sent. */
function checkAccept(request: Request, types: readonly string[]): string {
  const { accept } = request.headers;
  const [first] = types as readonly [string];
  if (!accept || accept === '*/*' || accept === first) return first;
  const type = new Negotiator(request).mediaType([...types]);
  if (type === undefined)
    throw new NotAcceptable(`The response is ${types.join(' or ')}, which the Accept header excludes.`);
  return type;
}

/** Finds the `Location` of what was created; the entity has the names of the wire, or those of the program where it is not sent. */
type Locate = (
  view: ServingView,
  request: Request,
  result: unknown,
  entity: unknown,
) => Awaitable<string | undefined>;

/** A path below where the router is mounted: never with a host, which a client could forge. */
function locator({ location, resource, route, spec }: Operation): Locate {
  const segments = location === undefined ? undefined : parseTemplate(location);
  const own = new Set(parametersOf(route));
  const naming = spec.empty ? undefined : resource?.naming;
  const textOf = (request: Request, entity: unknown, parameter: string): string | undefined => {
    if (own.has(parameter)) return pathSegment(request.params[parameter]);
    return isObject(entity) ? pathSegment(entity[wireName(parameter, naming)]) : undefined;
  };
  const pathOf = (request: Request, entity: unknown): string | undefined => {
    if (!segments) return undefined;
    let path = request.baseUrl;
    for (const segment of segments) {
      const text = 'literal' in segment ? segment.literal : textOf(request, entity, segment.parameter);
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
function headerValue(location: string): string {
  if (!/[^\x21-\x7e]/.test(location)) return location;
  return location.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}

function send(response: Response, text: string | undefined): void {
  const bodiless = response.statusCode === 204 || response.statusCode === 304;
  if (text === undefined || bodiless) {
    if (!bodiless) response.setHeader('Content-Length', 0);
    response.end();
    return;
  }
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'application/json');
  endWith(response, text);
}
