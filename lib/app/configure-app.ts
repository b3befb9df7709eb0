import type { Application, Request, RequestHandler, Response, Router } from 'express';
import { allowedFor, allowHeader, noteRefused } from '../allowed.js';
import { docsPage } from '../docs-page/index.js';
import { endWith } from '../end-with.js';
import { NotFound, respondWithProblem } from '../errors/index.js';
import { isLate } from '../expiry.js';
import { adopt } from '../hidden-class.js';
import { buildDocument, type DocumentOptions, toYAML } from '../openapi/index.js';
import { refuseMethod } from '../router/index.js';
import { mark, self } from '../self.js';
import { reservePaths, setSettings, settingsOf } from '../settings.js';
import { DocumentCache } from './document-cache.js';
import { layersOf, methodsAt, routesAt } from './layers.js';
import { listenFast } from './listen.js';
import { mountedOperations } from './mounts.js';
import { type AppOptions, checkOptionNames } from './options.js';
import { type Gate, type Production, productionOf } from './production.js';
import { forgetRoute } from './route-template.js';
import { serversOf } from './servers.js';

/** Where an app has its document, and the page that shows it. */
interface Paths {
  readonly openapi: string | false;
  readonly yaml: string | false;
  readonly docs: string | false;
  /** What the page is made of is below this. */
  readonly belowDocs: string | false;
}

interface State {
  options: AppOptions;
  paths: Paths;
  production: Production | undefined;
  readonly cache: DocumentCache;
}

const states = new WeakMap<object, State>();

/**
 * Makes an Express app a finished API: whatever fails is answered as a problem (RFC 9457), unknown paths with 404, wrong
 * methods with 405 and `Allow`, and the OpenAPI document and its page are served. Its `listen` makes a server of
 * `createServer`, which costs less per request. It sends no `X-Powered-By`, unless `app.enable('x-powered-by')` is
 * called behind it; an app that is mounted in it sends its own until it is configured, too.
 *
 * It may be called before or after the routers are mounted, and again: later options win. An app that is mounted in
 * another one has a document of its own, once it is configured itself.
 *
 * @throws TypeError for an option that there is not, when `info` lacks its title or version, `docs` is asked for and swagger-ui-dist is not installed, or
 * the routers that are mounted by now can not be described together.
 */
export function configureApp(app: Application, options: AppOptions): void {
  const known = states.get(app);
  checkOptionNames(options);
  const merged = { ...known?.options, ...options };
  checkOptions(merged);
  const paths = pathsOf(merged);
  const state: State = known ?? { options, paths, production: undefined, cache: new DocumentCache() };
  state.production = productionOf(app, merged, state.production);
  state.options = merged;
  state.paths = paths;
  const { correlationId, describe, validationStatus } = merged;
  setSettings(app, {
    ...state.production.settings,
    ...(describe && { describe }),
    correlationId,
    validationStatus,
  });
  const page = docsPage(typeof options.docs === 'string');
  if (!known) {
    states.set(app, state);
    app.disable('x-powered-by');
    app.use(serveOwnPaths(app, state, page));
    reservePaths(app, (path) => isOwnPath(state.paths, page !== undefined, path));
    answerLast(app, state);
    listenFast(app, () => state.production?.start());
    mark(app);
  }
  // What can not be described is best known when the app starts. Routers that come later are seen at a request.
  if (state.options.openapi !== false) documentOf(app);
}

function checkOptions({ info, openapi, docs }: AppOptions): void {
  if (openapi !== false && (!info?.title || !info.version)) {
    throw new TypeError(
      "configureApp needs `info` for the document: configureApp(app, { info: { title: 'My API', version: '1.0.0' } }).",
    );
  }
  for (const [name, path] of Object.entries({ openapi, docs })) {
    if (typeof path === 'string' && !path.startsWith('/'))
      throw new TypeError(`\`${name}\` is a path, such as "/${path}", or false.`);
  }
}

/**
 * The document of an app, as `configureApp` serves it. With options, which win over those of `configureApp`, it is made anew: of a
 * router, too, and of an app that is not configured, which need `info`.
 *
 * @throws TypeError for what is not configured and comes without `info`, or for routers that can not be described together.
 */
export function documentOf(
  app: Application | Router,
  options?: Partial<DocumentOptions>,
): ReturnType<typeof buildDocument> {
  const state = states.get(app);
  const info = options?.info ?? state?.options.info;
  if (!info && !state) {
    throw new TypeError(
      'The app has no document: call configureApp(app, { info: { title, version } }) first, or give documentOf an `info`.',
    );
  }
  const { openapiVersion, ...known }: Partial<AppOptions> = state?.options ?? {};
  const described: DocumentOptions = {
    ...known,
    servers: known.servers ?? serversOf(app),
    validationStatus: settingsOf(app).validationStatus,
    ...(openapiVersion && { version: openapiVersion }),
    ...options,
    info: info as DocumentOptions['info'],
  };
  const mounted = mountedOperations(app);
  if (!state || options) return buildDocument(mounted, described);
  const parts: unknown[] = [
    state.options,
    described.validationStatus,
    ...(described.servers ?? []).map(({ url }) => url),
  ];
  for (const { operation, mountPath } of mounted) parts.push(operation, mountPath);
  return state.cache.document(parts, () => buildDocument(mounted, described));
}

Object.assign(self, { documentOf, infoOf: (app: object) => states.get(app)?.options.info, toYAML });

function pathsOf({ openapi = '/openapi.json', docs = '/docs' }: AppOptions): Paths {
  const page = openapi !== false && docs !== false && (docs.replace(/\/+$/, '') || '/');
  return {
    openapi,
    yaml: openapi === false ? false : openapi.replace(/(\.json)?$/, '.yaml'),
    docs: page,
    belowDocs: page !== '/' && page && `${page}/`,
  };
}

/** Whether a path is that of the document, of its page, or of what the page is made of. It is asked at each request. */
function isOwnPath({ openapi, yaml, docs, belowDocs }: Paths, hasPage: boolean, path: string): boolean {
  if (path === openapi || path === yaml) return true;
  return hasPage && (path === docs || (belowDocs !== false && path.startsWith(belowDocs)));
}

/** The document and its page. Most requests are for something else, and pay for a few comparisons. */
function serveOwnPaths(app: Application, state: State, pageOf: ReturnType<typeof docsPage>): RequestHandler {
  const document = documentServer(app, state);
  const page = pageOf?.(() => ({ ...state.paths, title: state.options.info?.title }));
  return function openapiDocument(request, response, next) {
    const { paths } = state;
    // Below the root, the page alone knows what it is made of.
    const isOwn = isOwnPath(paths, page !== undefined, request.path) || (page && paths.docs === '/');
    if (!isOwn || (request.method !== 'GET' && request.method !== 'HEAD')) next();
    else document(request, response, page ? () => page(request, response, next) : next);
  };
}

function documentServer(app: Application, state: State): RequestHandler {
  return (request, response, next) => {
    const { openapi, yaml: yamlPath } = state.paths;
    const yaml = request.path === yamlPath;
    if (!yaml && request.path !== openapi) return next();
    const document = documentOf(app);
    const text = state.cache.text(yaml ? 'yaml' : 'json', () =>
      yaml ? toYAML(document) : JSON.stringify(document, null, 2),
    );
    response.setHeader('content-type', yaml ? 'application/yaml' : 'application/json');
    endWith(response, text);
  };
}

type Handle = (request: Request, response: Response, callback?: (error?: unknown) => void) => void;

/**
 * Answers what nobody has. It takes the place of Express's own last handler, and not that of a middleware, so that it
 * comes last whatever is mounted after it.
 */
function answerLast(app: Application, state: State): void {
  const internals = app as unknown as { handle: Handle };
  const { handle } = internals;
  internals.handle = function (this: unknown, request, response, callback) {
    adopt(request, response, app);
    const last = (error?: unknown): void => {
      if (response.headersSent && isLate(response, error, () => settingsOf(app).logger)) return;
      if (error !== undefined && error !== null)
        respondWithProblem(request, response, error, settingsOf(app));
      else {
        forgetRoute(request);
        // A mounted app leaves what it does not know to its parent.
        if (callback) callback();
        else answerUnknown(request, response, app);
      }
    };
    if (request.method === 'OPTIONS') shareAllow(request, response, app);
    const { begin, gate } = state.production ?? {};
    try {
      if (begin?.(request, response) === false) return;
    } catch (error) {
      last(error ?? new Error(NOTHING));
      return;
    }
    if (gate) pass(gate, request, response, () => handle.call(this, request, response, last), last);
    else handle.call(this, request, response, last);
  };
}

const NOTHING = 'A function of configureApp threw nothing.';

/** What the gate throws before it proceeds, such as `limits.except`, is a fault of its request; behind that it is the app's. */
function pass(
  gate: Gate,
  request: Request,
  response: Response,
  proceed: () => void,
  fail: (error: unknown) => void,
): void {
  let proceeds = false;
  try {
    gate(request, response, () => {
      proceeds = true;
      proceed();
    });
  } catch (error) {
    if (proceeds) throw error;
    fail(error ?? new Error(NOTHING));
  }
}

/** Express answers OPTIONS for its own routes, and knows nothing of the views at the same path. */
function shareAllow(request: Request, response: Response, app: Application): void {
  // As they are here: routers take their part of the path away.
  const { url, baseUrl = '' } = request;
  const setHeader = response.setHeader.bind(response);
  response.setHeader = (name, value) => {
    if (name.toLowerCase() !== 'allow') return setHeader(name, value);
    const noted = allowedFor(request);
    const [own] = noted ? [] : routesAt(layersOf(app), url.split('?', 1)[0] as string);
    noteRefused(request, own && { route: own.route, base: baseUrl + own.base, app });
    const methods = String(value).split(/,\s*/);
    return setHeader(name, noted ? allowHeader(new Set([...methods, ...noted])) : value);
  };
}

function answerUnknown(request: Request, response: Response, app: Application): void {
  const noted = allowedFor(request);
  if (!noted || response.headersSent) {
    respondWithProblem(request, response, new NotFound(), settingsOf(app));
    return;
  }
  const own = methodsAt(layersOf(app), request.path, request.method);
  refuseMethod(request, response, new Set([...noted, ...own]));
}
