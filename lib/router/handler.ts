import type { NextFunction, Request, Response } from 'express';
import Negotiator from 'negotiator';
import {
  BadRequest,
  type Fault,
  mapRaised,
  NotAcceptable,
  NotFound,
  respondWithProblem,
  UnprocessableEntity,
} from '../errors/index.js';
import type { Awaitable } from '../inference.js';
import { type Operation, overrides, responseCheckOf } from '../operation.js';
import { parametersOf, parseTemplate } from '../paths.js';
import {
  bodyInput,
  type CheckInput,
  isObject,
  type Output,
  parameterInput,
  responseOutput,
  wireName,
} from '../schema/index.js';
import { settingsOfRequest } from '../settings.js';
import type { Schema } from '../typebox.js';
import { View } from '../view.js';
import { checkMediaType, type ReadBody } from './body.js';
import { runMiddleware } from './middleware.js';
import { decodePath, headerParameters, parseQuery, pathParameters } from './parameters.js';
import { drive } from './steps.js';

/** Makes the view that serves a request. */
export type ViewFactory = (view: new () => View, request: Request) => View;

export interface HandlerOptions {
  readonly readBody: ReadBody;
  readonly factory?: ViewFactory | undefined;
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
  getLocation?(entity: unknown, location: string | undefined): string | undefined;
}

type Method = (...args: unknown[]) => Awaitable<unknown>;
type ServingView = View & Hooks & Record<string, Method>;

/**
 * Compiles an operation into its handler. Everything that can be known before a request is known here.
 *
 * @throws TypeError for schemas that can not be served.
 */
export function handlerOf(operation: Operation, options: HandlerOptions): Handler {
  const { spec, checked } = operation;
  const use = spec.use ?? [];
  const raises = spec.raises ?? [];
  const names = parametersOf(operation.route);
  const construct = viewMaker(operation, options.factory);
  const readArguments = checked ? argumentsReader(operation, options.readBody) : undefined;
  const write = checked && spec.response ? outputOf(operation, spec.response) : undefined;
  const produces = checked && spec.response !== undefined && spec.empty !== true;
  const authorizes = overrides(operation.view, View, 'authorize');
  const performs = overrides(operation.view, View, 'perform');
  const finalizes = overrides(operation.view, View, 'finalize');
  const locate = locator(operation);
  const route = { path: operation.route, methods: { [operation.method]: true }, stack: [] };

  return (request, response, next, values) => {
    const outer = { params: request.params, route: request.route as unknown };
    drive(serve(), fail);

    /** The life of a request, in order. A step that is not async is taken in the same tick. */
    function* serve(): Generator<unknown, void, never> {
      // 1. what Express users find inside a route
      request.params = Object.assign({}, outer.params, decodePath(names, values));
      request.route = route;
      // 2. negotiate
      if (produces) checkAccept(request);
      if (spec.body) checkMediaType(request, operation.consumes);
      // 3. Express middleware
      if (use.length > 0 && (yield runMiddleware(use, request, response)) === 'left') {
        Object.assign(request, outer);
        next();
        return;
      }
      // 4. the view, and whether the client may
      const view = construct(request, response);
      if (authorizes) yield view.authorize();
      // 5. read and check what came, all faults in one problem
      const args = readArguments ? ((yield readArguments(request, response)) as unknown[]) : [];
      // 6. the action
      const call = (): Awaitable<unknown> => (view[operation.handler] as Method)(...args);
      const result: unknown = yield performs ? view.perform(call) : call();
      if (!checked || response.headersSent || response.destroyed) return;
      // 7. settle
      if (spec.notFound && (result === undefined || result === null)) throw new NotFound();
      // 8. check and serialize
      const output = write
        ? write(result, (err) => settingsOfRequest(request).logger.error({ err }, err.message))
        : nothing(operation, result);
      const location = locate(view, request, result, output);
      if (location !== undefined) response.setHeader('Location', location);
      // 9. last words of the view
      if (finalizes) yield view.finalize(result);
      // 10. send
      if (!response.headersSent) send(response, operation.status, produces ? output?.text : undefined);
    }

    function fail(thrown: unknown): void {
      const error = mapRaised(thrown, raises);
      if (!checked || options.passErrors) next(error ?? new Error('An action threw nothing.'));
      else respondWithProblem(request, response, error, settingsOfRequest(request));
    }
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
  return (request, response) => {
    const view = factory ? factory(Kind, request) : new Kind();
    if (!(view instanceof View)) throw new TypeError(`The factory of ${Kind.name} returned no view.`);
    if (view.request !== undefined) {
      throw new TypeError(
        `The factory of ${Kind.name} returned a view that serves another request: make a new one for each.`,
      );
    }
    return Object.assign(view, { request, response, action }) as ServingView;
  };
}

/** The arguments of the action: params, body, query, headers, each where it is declared. */
function argumentsReader(
  operation: Operation,
  readBody: ReadBody,
): (request: Request, response: Response) => Awaitable<unknown[]> {
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
  const checkQuery = prepare(spec.query, 'query', forbidQuery);
  const checkHeaders = prepare(spec.headers, 'header');
  const checkBody =
    spec.body &&
    bodyInput(spec.body, { source: 'body', hint, naming, unknown: resource?.unknown, partial: spec.partial });

  const collect = (request: Request, body: unknown): unknown[] => {
    const faults: Fault[] = [];
    const args: unknown[] = [];
    if (checkParams) args.push(checkParams(pathParameters(request.params as Record<string, string>), faults));
    if (checkBody) args.push(checkBody(body, faults));
    if (checkQuery) args.push(checkQuery(parseQuery(request.url, faults), faults));
    if (checkHeaders) args.push(checkHeaders(headerParameters(request.headers), faults));
    if (faults.length === 0) return args;
    const Refusal = settingsOfRequest(request).validationStatus === 422 ? UnprocessableEntity : BadRequest;
    throw new Refusal(BadRequest.detail, { errors: faults });
  };
  if (!checkBody) return (request) => collect(request, undefined);
  return (request, response) => {
    const body = readBody(request, response);
    return body instanceof Promise
      ? body.then((value: unknown) => collect(request, value))
      : collect(request, body);
  };
}

function outputOf(operation: Operation, response: Schema) {
  return responseOutput(response, {
    hint: `${operation.component}.${operation.handler}`,
    naming: operation.resource?.naming,
    check: responseCheckOf(operation.view),
  });
}

function nothing(operation: Operation, result: unknown): undefined {
  if (result === undefined) return;
  throw new TypeError(
    `${operation.view.name}.${operation.handler} returned a value and has no response schema: declare \`response\`, or return nothing.`,
  );
}

function checkAccept(request: Request): void {
  const { accept } = request.headers;
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return;
  if (new Negotiator(request).mediaType(['application/json']) === undefined) throw new NotAcceptable();
}

/** The path of the resource that was created, below where the router is mounted: never with a host, which a client could forge. */
function locator(
  operation: Operation,
): (view: ServingView, request: Request, result: unknown, output: Output | undefined) => string | undefined {
  const { location, resource } = operation;
  if (!operation.spec.location) return () => undefined;
  const segments = location === undefined ? undefined : parseTemplate(location);
  const own = new Set(parametersOf(operation.route));
  return (view, request, result, output) => {
    const entity = isObject(output?.value) ? output.value : {};
    const values = segments?.map((segment) => {
      if ('literal' in segment) return segment.literal;
      const { parameter } = segment;
      return pathSegment(
        own.has(parameter) ? request.params[parameter] : entity[wireName(parameter, resource?.naming)],
      );
    });
    const known = values?.every((value) => value !== undefined);
    const path = known ? `${request.baseUrl}/${values?.join('/')}`.replace(/^\/+/, '/') : undefined;
    return view.getLocation ? view.getLocation(result, path) : path;
  };
}

function pathSegment(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value);
  return text === '' || text === '.' || text === '..' || !text.isWellFormed()
    ? undefined
    : encodeURIComponent(text);
}

function send(response: Response, status: number, text: string | undefined): void {
  if (response.statusCode === 200) response.statusCode = status;
  if (text === undefined || response.statusCode === 204 || response.statusCode === 304) {
    if (response.statusCode !== 204 && response.statusCode !== 304) response.setHeader('Content-Length', 0);
    response.end();
    return;
  }
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}
