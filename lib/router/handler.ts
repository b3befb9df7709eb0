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
import { setHeaderUnchecked } from '../header-map.js';
import type { Awaitable } from '../inference.js';
import { type Operation, responseCheckOf } from '../operation.js';
import { parametersOf } from '../paths.js';
import { takePlaces } from '../places.js';
import { bodyInput, type CheckInput, parameterInput, responseOutput } from '../schema/index.js';
import { settingsOfRequest } from '../settings.js';
import { sharedFields } from '../shared-fields.js';
import { type Streamer, streamerOf } from '../streams/index.js';
import { showsSubset } from '../subset.js';
import { tracing } from '../tracing.js';
import type { Schema } from '../typebox.js';
import { View } from '../view.js';
import { arrivalOf, checkMediaType, type ReadBody } from './body.js';
import { headerValue, locator } from './location.js';
import { runMiddleware } from './middleware.js';
import { decodePath, headerParameters, PathParameters, parseQuery } from './parameters.js';
import { type Ends, OVER, type Step, takeSteps } from './steps.js';

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

type Method = (...args: unknown[]) => Awaitable<unknown>;
type ServingView = View & Hooks & Record<string, Method>;

/** Hooks that a view has as its own are called, wherever it has them from; these are not worth a call. */
const idle = View.prototype as unknown as Hooks;

/** A request on its way, and what one step leaves for another. */
class Serving {
  declare view: ServingView;
  result: unknown = undefined;
  text: string | undefined = undefined;
  /** Gives back the places that it has taken, once its work is over. */
  leave: (() => void) | undefined = undefined;

  constructor(
    readonly request: Request,
    readonly response: Response,
    readonly next: NextFunction,
  ) {}
}

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
  const refuse = ({ request, response, next }: Serving, thrown: unknown): void => {
    const error = mapRaised(thrown, raises);
    if (!checked || options.passErrors) next(error ?? new Error('An action threw nothing.'));
    else respondWithProblem(request, response, error, settingsOfRequest(request));
  };
  const ends: Ends<Serving> = {
    done: ({ leave }) => leave?.(),
    fail(serving, thrown) {
      const { request, response, leave } = serving;
      leave?.();
      if (!isLate(response, thrown, () => settingsOfRequest(request).logger)) refuse(serving, thrown);
    },
  };

  /* The life of a request, in order. */

  // 1. what Express users find inside a route
  const enter = (request: Request, values: readonly string[]): void => {
    request.route = route;
    request.params = decodePath(mergeParams ? request.params : undefined, names, values);
    tracing.current?.dispatched(request, operation);
  };
  // 2. negotiate
  const negotiate = (request: Request): void => {
    if (produces || stream) checkAccept(request, types);
    if (spec.body) checkMediaType(request, operation.consumes);
  };
  // 3. Express middleware comes here; the rest runs inside its `next`, so that contexts it opens hold
  const start = (serving: Serving): void => {
    const { request, response } = serving;
    if (timeout !== undefined)
      limitTime(request, response, timeout, label, (error) => refuse(serving, error));
    serving.leave = takePlaces(response);
    takeSteps(steps, serving, ends);
  };
  // 4. the view, and whether the client may
  const authorize: Step<Serving> = (serving) => {
    const view = construct(serving.request, serving.response);
    serving.view = view;
    return view.authorize === idle.authorize ? undefined : view.authorize();
  };
  // 5. read what came
  const arrive: Step<Serving> = ({ request }) => arrivalOf(request);
  const read: Step<Serving> = ({ request }) => readBody?.(request);
  // 6. check it, all faults in one problem, and act
  const act: Step<Serving> = ({ request, response, view }, body) => {
    const args = checkArguments ? checkArguments(request, body) : [];
    if (checked) response.statusCode = operation.status;
    return view.perform === idle.perform ? call(view, args) : callInside(view, args);
  };
  const call = (view: ServingView, args: unknown[]): Awaitable<unknown> =>
    (view[operation.handler] as Method)(...args);
  const callInside = (view: ServingView, args: unknown[]): Awaitable<unknown> =>
    view.perform(() => call(view, args));
  // A result that is sent item by item has steps of its own.
  const pour: Step<Serving> = (serving, result) =>
    stream?.takes(result) ? sendItems(stream, serving, result) : result;
  const sendItems = (streamer: Streamer, { request, response, view }: Serving, result: unknown) => {
    const type = checkAccept(request, types);
    const finalize = () => view.finalize(result);
    return streamer.send({ view, request, response, result, type, finalize }).then(() => OVER);
  };
  // 7. check and serialize
  const settle: Step<Serving> = (serving, result) => {
    const { request, response, view } = serving;
    if (isAnswered(response)) return OVER;
    if (spec.notFound && (result === null || (result === undefined && !spec.empty))) throw new NotFound();
    const writeThis = writeSubset && showsSubset(request) ? writeSubset : write;
    const output = writeThis?.(result, (err) => log(settingsOfRequest(request).logger, { err }, err.message));
    if (!spec.response && result !== undefined) ignore(request);
    serving.result = result;
    serving.text = output?.text;
    return locate?.(view, request, result, output ? output.value : result);
  };
  // 8. last words of the view
  const finalize: Step<Serving> = ({ response, view, result }, location) => {
    if (typeof location === 'string') setHeaderUnchecked(response, 'location', headerValue(location));
    return view.finalize === idle.finalize ? undefined : view.finalize(result);
  };
  // 9. send
  const finish: Step<Serving> = ({ response, text }) => {
    if (!isAnswered(response)) send(response, text);
  };
  const steps = [
    authorize,
    ...(readBody ? [arrive, read] : []),
    act,
    ...(stream ? [pour] : []),
    ...(checked && !spec.raw ? [settle, finalize, finish] : []),
  ];

  return (request, response, next, values) => {
    const outer = use.length === 0 ? undefined : { params: request.params, route: request.route as unknown };
    const serving = new Serving(request, response, next);
    try {
      enter(request, values);
      negotiate(request);
    } catch (thrown) {
      ends.fail(serving, thrown);
      return;
    }
    if (!outer) {
      start(serving);
      return;
    }
    runMiddleware(use, request, response, (signal) => {
      if (signal === undefined) start(serving);
      else if (signal !== 'route' && signal !== 'router') ends.fail(serving, signal);
      else {
        Object.assign(request, outer);
        next();
      }
    });
  };
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

function send(response: Response, text: string | undefined): void {
  const bodiless = response.statusCode === 204 || response.statusCode === 304;
  if (text === undefined || bodiless) {
    if (!bodiless) setHeaderUnchecked(response, 'content-length', 0);
    response.end();
    return;
  }
  if (!response.hasHeader('content-type')) setHeaderUnchecked(response, 'content-type', 'application/json');
  endWith(response, text);
}
