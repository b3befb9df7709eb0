import { KindGuard, type TObject, type TSchema, Type } from '@sinclair/typebox';
import type { RequestHandler } from 'express';
import { type ActionOptions, actionsOf, type HttpMethod, lineage, mergeOptions } from './action.js';
import { type APIErrorClass, NotFound } from './errors/index.js';
import { checkTimeout } from './expiry.js';
import { joinPaths, parametersOf } from './paths.js';
import { keySchemaOf, type ResourceOptions } from './resource.js';
import { snakeCase } from './schema/index.js';
import { APIView, type APIViewStatics, type CurrentAction, type ViewClass } from './view.js';

/** An action of a view at its place in a router, with every default settled. The router and the document read it. */
export interface Operation extends CurrentAction {
  readonly view: ViewClass;
  readonly resource: ResourceOptions | undefined;
  readonly method: HttpMethod;
  /** Whether inputs and results are checked: true below `APIView`. */
  readonly checked: boolean;
  readonly spec: ActionOptions;
  /** Milliseconds, or none. */
  readonly timeout: number | undefined;
  readonly status: number;
  /** All parameters of the path, or none. */
  readonly params: TObject | undefined;
  readonly consumes: readonly string[];
  /** The template of the resource that a result is, for `Location`. */
  readonly location: string | undefined;
  readonly component: string;
}

export interface PlaceOptions {
  /** The path of the router and of the view in it. */
  readonly prefix?: string;
  /** In place of the name of the resource, in operation ids and tags. */
  readonly name?: string | undefined;
  /** Whether parameters may come from where the router is mounted. */
  readonly mergeParams?: boolean;
}

const defaultConsumes = ['application/json', 'application/*+json'];

/**
 * The operations of a view.
 *
 * @throws TypeError for each mistake that can be seen before a request: a missing method, an undeclared path parameter, ...
 */
export function operationsOf(view: ViewClass, place: PlaceOptions = {}): Operation[] {
  if (typeof view !== 'function' || typeof view.prototype !== 'object') {
    throw new TypeError('register() takes a class of views, as in `router.register(ItemViewSet)`.');
  }
  const actions = actionsOf(view);
  if (actions.size === 0) {
    throw new TypeError(
      `${view.name} has no actions: decorate a method with @get(...), or give \`static actions = { ping: get('/ping') }\`.`,
    );
  }
  checkMethods(view, actions);
  const common = viewOptionsOf(view);
  const operations = [...actions]
    .map(([handler, own]) => operationOf(view, handler, withViewOptions(own, common), place))
    .sort(byPlace);
  const details = operations.filter(({ spec }) => spec.detail && spec.path === '');
  return operations.map((operation) =>
    operation.spec.location ? { ...operation, location: details[0]?.route } : operation,
  );
}

const methodOrder: readonly HttpMethod[] = ['get', 'post', 'put', 'patch', 'delete'];

/** As people read them: the collection, one resource, then what is below; whatever order the mixins came in. */
function byPlace(a: Operation, b: Operation): number {
  const rank = ({ spec, method }: Operation) =>
    (spec.path === '' ? 0 : 20) + (spec.detail ? 10 : 0) + methodOrder.indexOf(method);
  return rank(a) - rank(b);
}

function operationOf(view: ViewClass, handler: string, spec: ActionOptions, place: PlaceOptions): Operation {
  const label = `${view.name}.${handler}`;
  const resource = resourceOf(view);
  const { method } = spec;
  if (!method) {
    throw new TypeError(
      `The action ${label} has no HTTP method: there is no inherited action "${handler}" to add to, so write it as get(...), post(...), put(...), patch(...) or destroy(...).`,
    );
  }
  const checked = view.prototype instanceof APIView;
  const timeout = spec.timeout ?? resource?.timeout;
  checkTimeout(label, timeout);
  checkSpec(label, spec, checked);
  const key = resource && spec.detail ? keySchemaOf(resource) : undefined;
  if (spec.detail && !key) {
    throw new TypeError(
      `The action ${label} has \`detail: true\`, which needs the key of a resource: extend Resource({ ... }) or write the parameter into its path.`,
    );
  }
  const name = snakeCase(handler);
  const route = joinPaths(
    place.prefix,
    resource?.path,
    ...Object.keys(key?.properties ?? {}).map((parameter) => `:${parameter}`),
    spec.path ?? name.replace(/_/g, '-'),
  );
  const component = place.name ?? resource?.name ?? (view.name.replace(/(API)?View(Set)?$/, '') || view.name);
  return {
    view,
    resource,
    spec,
    timeout,
    method,
    checked,
    handler,
    name,
    component,
    route: route || '/',
    operationId: operationIdOf(label, spec.operationId ?? [name, snakeCase(component)].join('_')),
    status: spec.status ?? (spec.raw || spec.sse || (spec.response && !spec.empty) ? 200 : 204),
    params: checked ? paramsOf(label, route, spec, resource, key, place) : undefined,
    consumes: spec.consumes ?? defaultConsumes,
    location: undefined,
  };
}

const IDENTIFIER = /^[A-Za-z_]\w*[A-Za-z0-9]$|^[A-Za-z]$/;

/** Clients make functions of operation ids. */
function operationIdOf(label: string, id: string): string {
  if (IDENTIFIER.test(id)) return id;
  throw new TypeError(
    `The operation id of ${label} would be "${id}", which is no identifier: give the action an \`operationId\` of letters, digits and "_".`,
  );
}

function resourceOf(view: ViewClass): ResourceOptions | undefined {
  return (view as { resource?: ResourceOptions }).resource;
}

/** What a view, its bases and its resource say of all their actions. */
function viewOptionsOf(view: ViewClass): ActionOptions {
  const { security } = resourceOf(view) ?? {};
  const options: ActionOptions = { use: [], errors: [], raises: [], ...(security && { security }) };
  return lineage(view).map(ownOptions).reduce(mergeOptions, options);
}

/** A class adds to what its bases say: nothing that stands in front of an action is lost in a subclass. */
function ownOptions(kind: object): ActionOptions {
  const options: Record<string, unknown> = {};
  for (const name of ['use', 'errors', 'raises'] as const)
    if (Object.hasOwn(kind, name)) options[name] = (kind as ActionOptions)[name] ?? [];
  return options;
}

/** What an action says itself goes before what all actions of its view have in common. */
function withViewOptions(own: ActionOptions, common: ActionOptions): ActionOptions {
  const missing = own.notFound || own.detail ? mergeOptions({ errors: [NotFound] }, common) : common;
  return mergeOptions(missing, own);
}

function checkSpec(label: string, spec: ActionOptions, checked: boolean): void {
  const { method, body, response, status, use = [], query, headers, params, sse, errors = [] } = spec;
  if (!checked && (body ?? response ?? query ?? headers ?? params ?? sse)) {
    throw new TypeError(
      `The action ${label} has schemas, and a View checks nothing: extend APIView instead.`,
    );
  }
  if (body && method === 'get') {
    throw new TypeError(
      `The action ${label} is a GET with a body, which has no meaning (RFC 9110 section 9.3.1): use \`query\`, or POST.`,
    );
  }
  if (status !== undefined && !(Number.isInteger(status) && status >= 200 && status <= 399)) {
    throw new TypeError(
      `The action ${label} has the status ${status}: a success is 200 to 399, and a failure is thrown.`,
    );
  }
  if (spec.response && !spec.empty && (status === 204 || status === 304)) {
    throw new TypeError(
      `The action ${label} has a response schema and the status ${status}, which has no body.`,
    );
  }
  if (spec.raw && (response || !checked)) {
    throw new TypeError(
      `The action ${label} is \`raw\` and answers by itself: it has no response schema, and needs an APIView.`,
    );
  }
  checkStreams(label, spec);
  for (const middleware of use as readonly RequestHandler[]) {
    if (typeof middleware !== 'function')
      throw new TypeError(`\`use\` of ${label} holds something that is no Express middleware.`);
    if (middleware.length === 4) {
      throw new TypeError(
        `\`use\` of ${label} holds an error handler (four parameters): map errors with \`raises\`, or mount it on the app.`,
      );
    }
  }
  for (const kind of errors as readonly unknown[] as readonly Partial<APIErrorClass>[]) {
    if (typeof kind?.status !== 'number') {
      throw new TypeError(`\`errors\` of ${label} holds something that is no subclass of APIError.`);
    }
  }
}

function checkStreams(label: string, { sse, stream, raw, response, status }: ActionOptions): void {
  if (sse) {
    if (response || stream || raw || (status !== undefined && status !== 200)) {
      throw new TypeError(
        `The action ${label} sends events: it has the status 200, and no \`response\`, \`stream\` or \`raw\` beside \`sse\`.`,
      );
    }
    checkEvents(label, sse);
  }
  if (stream === undefined) return;
  const formats = [stream].flat() as readonly unknown[];
  if (formats.length === 0 || !formats.every((format) => format === 'json' || format === 'ndjson'))
    throw new TypeError(`\`stream\` of ${label} is 'json', 'ndjson', or an array of them.`);
  if (!KindGuard.IsArray(response)) {
    throw new TypeError(
      `The action ${label} is sent item by item (\`stream\`): give it \`response: Type.Array(...)\`.`,
    );
  }
}

const times = ['retry', 'heartbeat', 'openAfter', 'writeTimeout'] as const;
const MAX_TIME = 2 ** 31 - 1;

function checkEvents(label: string, sse: NonNullable<ActionOptions['sse']>): void {
  const { event, events = {} } = sse;
  const names = Object.keys(events);
  if (!event && names.length === 0) {
    throw new TypeError(
      `The events of ${label} have no schema: give the one of their data as \`event\`, or several by name as \`events: { tick: Tick }\`.`,
    );
  }
  const unsafe = names.find((name) => name === '' || /[\r\n\0]/.test(name));
  if (unsafe !== undefined)
    throw new TypeError(`An event of ${label} has a name that is empty, or has CR, LF or NUL in it.`);
  if (sse.text) {
    const other = [event, ...Object.values(events)].find((schema) => schema && !KindGuard.IsString(schema));
    if (other) throw new TypeError(`The events of ${label} are \`text\`: their schemas are strings.`);
  }
  for (const name of times) {
    const time = sse[name];
    if (time !== undefined && !(Number.isInteger(time) && time >= 0 && time <= MAX_TIME))
      throw new TypeError(`\`${name}\` of ${label} is a whole number of milliseconds, 0 to ${MAX_TIME}.`);
  }
}

/** Every parameter of the path has a schema, and every schema a place in the path. */
function paramsOf(
  label: string,
  route: string,
  spec: ActionOptions,
  resource: ResourceOptions | undefined,
  key: TObject | undefined,
  place: PlaceOptions,
): TObject | undefined {
  const properties: Record<string, TSchema> = {
    ...key?.properties,
    ...(resource?.params as TObject | undefined)?.properties,
    ...(spec.params as TObject | undefined)?.properties,
  };
  const inPath = parametersOf(route);
  const undeclared = inPath.find((name) => !Object.hasOwn(properties, name));
  if (undeclared) {
    throw new TypeError(
      `The path ${route} of ${label} has the parameter ":${undeclared}", which nothing declares: ` +
        `give \`params: Type.Object({ ${undeclared}: Type.String() })\` to the action or its Resource.`,
    );
  }
  const doubled = inPath.find((name, index) => inPath.indexOf(name) !== index);
  if (doubled) throw new TypeError(`The path ${route} of ${label} has the parameter ":${doubled}" twice.`);
  const homeless = Object.keys(properties).find((name) => !inPath.includes(name));
  if (homeless && !place.mergeParams) {
    throw new TypeError(
      `${label} declares the path parameter "${homeless}", which its path ${route} does not have: write ":${homeless}" into the prefix, ` +
        `or, where the router is mounted under it, make the router with ViewRouter({ mergeParams: true }).`,
    );
  }
  for (const [name, schema] of Object.entries(properties)) {
    if (KindGuard.IsOptional(schema))
      throw new TypeError(`The path parameter "${name}" of ${label} is optional, which a path can not be.`);
  }
  // Where it is the key and no more, all actions on the resource have one schema.
  if (key && !resource?.params && !spec.params) return key;
  return Object.keys(properties).length > 0 ? Type.Object(properties) : undefined;
}

/** Every method that is missing, in one sentence. */
function checkMethods(view: ViewClass, actions: ReadonlyMap<string, ActionOptions>): void {
  const prototype = view.prototype as unknown as Record<string, unknown>;
  const missing = [...actions].filter(([handler]) => typeof prototype[handler] !== 'function');
  if (missing.length === 0) return;
  const names = missing.map(([handler]) => handler);
  const methods = missing.map(([handler, spec]) => `${handler}(${argumentNames(spec).join(', ')}) { ... }`);
  throw new TypeError(
    `${view.name} lacks the method${missing.length > 1 ? 's' : ''} of its actions ${names.join(', ')}: write ${methods.join(', ')} ` +
      `(a field such as \`${names[0]} = () => ...\` is no method), or opt out with \`static actions = { ${names[0]}: null }\`.`,
  );
}

function argumentNames(spec: ActionOptions): string[] {
  return [spec.detail && 'key', spec.body && 'data', spec.query && 'query', spec.headers && 'headers'].filter(
    (name) => typeof name === 'string',
  );
}

export function responseCheckOf(view: ViewClass): APIViewStatics['validateResponse'] {
  return (view as unknown as APIViewStatics).validateResponse ?? true;
}
