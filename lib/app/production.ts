import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Application, Request, Response } from 'express';
import {
  consoleLogger,
  type Logger,
  log,
  type ProblemSettings,
  respondWithProblem,
  Unavailable,
} from '../errors/index.js';
import { type Observer, observe, type Served, type Watch } from '../exchange.js';
import { checkTimeout, limitTime } from '../expiry.js';
import { type HealthOptions, healthEndpoints } from '../health/index.js';
import { concurrencyGate, type LimitOptions } from '../limits/concurrency.js';
import {
  type AccessLogger,
  type AccessLogOptions,
  accessLog,
  describeRequest,
  type RequestIdOptions,
  requestIds,
  structured,
  usualLogger,
} from '../logging/index.js';
import { sendMetrics } from '../metrics/endpoint.js';
import { type Metrics, metricsOf } from '../metrics/metrics.js';
import type { MetricsOptions } from '../metrics/options.js';
import { metricsServer, sourceOf } from '../metrics/server.js';
import { settingsOf } from '../settings.js';
import { labelOf, noteRoutes, operationOf } from './route-template.js';

/** What makes an app fit to be run. Each is off by default, and costs nothing then. */
export interface ProductionOptions {
  /** Metrics for Prometheus, at `/metrics`: needs express-prom-bundle and prom-client. */
  readonly metrics?: boolean | MetricsOptions;
  /** A structured line for each request and for each fault. Each request then has an id, unless `requestId` is false. */
  readonly logs?: boolean | AccessLogOptions;
  /** An id for each request: taken from `X-Request-Id` where it is one, else new; sent, and the `correlation_id` of problems. */
  readonly requestId?: boolean | RequestIdOptions;
  /** What the app refuses rather than fall over: how much at a time, and for how long. */
  readonly limits?: LimitOptions;
  /** `/healthz` and `/readyz`. */
  readonly health?: boolean | HealthOptions;
}

/** Begins a request. False: it is answered, and the app does not have it. */
export type Begin = (request: Request, response: Response) => boolean;

/** Lets the app have a request by `proceed`, at once or later, or refuses it. */
export type Gate = (request: Request, response: Response, proceed: () => void) => void;

/** Answers a request. False: the app has it after all. */
type Answer = (request: Request, response: Response) => boolean;

/** What was made of the options before, for what has to outlive being configured again. */
export interface Production {
  /** Comes first, and then the gate. */
  readonly begin: Begin | undefined;
  readonly gate: Gate | undefined;
  readonly metrics: Metrics | undefined;
  readonly logger: AccessLogger | undefined;
  /** What the app sets for its problems. */
  readonly settings: Partial<ProblemSettings>;
  /** Told that the app begins to serve. */
  readonly start: () => Server | undefined;
}

/**
 * Makes what stands before everything that an app does; nothing where nothing is asked for.
 *
 * @throws TypeError for options that are no good, and peers that are not installed.
 */
export function productionOf(
  app: Application,
  options: ProductionOptions & Partial<ProblemSettings>,
  before?: Production,
): Production {
  const endpoints = new Map<string, Answer>();
  const serve = (path: string, endpoint: Answer): void => {
    if (endpoints.has(path))
      throw new TypeError(`Both \`metrics\` and \`health\` serve "${path}": give one of them another path.`);
    endpoints.set(path, endpoint);
  };
  const observers: Observer[] = [];
  const fail = (request: Request, response: Response) => (error: unknown) =>
    respondWithProblem(request, response, new Unavailable(undefined, { cause: error }), settingsOf(app));

  const metricsOptions = optionsOf(options.metrics);
  const metrics = metricsOptions && metricsOf(metricsOptions, before?.metrics?.registry);
  let start: Production['start'] = () => undefined;
  if (metrics && metricsOptions) {
    const { path = '/metrics', port, allow } = metricsOptions;
    const source = sourceOf(metrics.registry, metricsOptions);
    observers.push(metrics.observer);
    if (port !== undefined) start = opener(metrics, metricsOptions, app);
    else if (path !== false)
      serve(path, (request, response) => {
        if (allow && !isAllowed(allow(request))) return false;
        sendMetrics(source, response, fail(request, response));
        return true;
      });
  }

  const health = optionsOf(options.health);
  if (health) {
    for (const [path, answer] of healthEndpoints(app, health, (name, result, err) =>
      reportHealth(app, name, result, err),
    ))
      serve(path, (request, response) => {
        answer(request, response);
        return true;
      });
  }

  const logs = optionsOf(options.logs);
  const ids = options.requestId === undefined && logs ? {} : optionsOf(options.requestId);
  if (ids)
    observers.unshift(
      requestIds(ids, (err) => log(settingsOf(app).logger, { err }, '`requestId.generate` makes no id.')),
    );
  const logger = logs && (logs.logger ?? accessLoggerOf(options.logger, before));
  if (logs && logger) observers.push(accessLog(logger, logs, correlator(app)));

  if (observers.length > 0) noteRoutes(app);
  const answer = endpoints.size > 0 ? answerOf(endpoints) : undefined;
  const watch = observers.length > 0 ? watcher(app, observers, start) : undefined;
  const gate = options.limits && limitGate(app, options.limits);
  const settings: Partial<ProblemSettings> = logger
    ? { logger: structured(options.logger ?? logger), describe: describeRequest }
    : before?.logger
      ? { logger: options.logger ?? consoleLogger, describe: () => ({}) }
      : { logger: options.logger };
  return { begin: beginning(answer, watch), gate, metrics, start, logger, settings };
}

/** A promise is true of anybody. */
function isAllowed(answer: unknown): boolean {
  if (answer instanceof Promise) {
    answer.catch(() => {});
    throw new TypeError('`metrics.allow` returned a promise: it returns true or false.');
  }
  return answer === true;
}

export function optionsOf<O extends object>(option: boolean | O | undefined): O | undefined {
  if (option === undefined || option === false) return undefined;
  return option === true ? ({} as O) : option;
}

type Watcher = (request: Request, response: Response) => void;

/** Who watches does so behind the endpoints: what asks every few seconds whether the app is well is not its traffic. */
function beginning(answer: Answer | undefined, watch: Watcher | undefined): Begin | undefined {
  if (!answer && !watch) return undefined;
  return (request, response) => {
    if (answer?.(request, response)) return false;
    watch?.(request, response);
    return true;
  };
}

function reportHealth(app: Application, name: string, result: string, err: unknown): void {
  const { logger } = settingsOf(app);
  if (result !== 'ok')
    log(logger, { err, check: name, result }, `The health check "${name}" fails: ${result}.`);
}

function accessLoggerOf(logger: Logger | undefined, before: Production | undefined): AccessLogger {
  if (logger && 'info' in logger) return logger as AccessLogger;
  return before?.logger ?? usualLogger();
}

/** How the correlation id of a request is told: it is asked for at each, so the settings are read once. */
function correlator(app: Application): (request: IncomingMessage) => string | undefined {
  let settings: ReturnType<typeof settingsOf> | undefined;
  return (request) => {
    settings ??= settingsOf(app);
    try {
      return settings.correlationId?.(request);
    } catch (err) {
      log(settings.logger, { err }, 'The correlation id of a request can not be told.');
      return undefined;
    }
  };
}

function answerOf(endpoints: ReadonlyMap<string, Answer>): Answer {
  const all = [...endpoints].map(([path, endpoint]) => ({ path, endpoint }));
  return (request, response) => {
    const { url, method } = request;
    for (const { path, endpoint } of all) {
      if (!url.startsWith(path) || (url.length > path.length && url[path.length] !== '?')) continue;
      return (method === 'GET' || method === 'HEAD') && endpoint(request, response);
    }
    return false;
  };
}

function watcher(app: Application, observers: readonly Observer[], start: Production['start']): Watcher {
  const served = (request: IncomingMessage, response: ServerResponse): Served => ({
    template: labelOf(request, response, app),
    operation: operationOf(request),
  });
  const report = (err: unknown): void =>
    log(settingsOf(app).logger, { err }, 'What watches requests failed at the end of one.');
  const watch: Watch = { observers, served, report };
  return (request, response) => {
    start();
    observe(request, response, watch);
  };
}

function limitGate(app: Application, limits: LimitOptions): Gate | undefined {
  const { timeout, concurrency } = limits;
  if (concurrency === undefined && limits.queue !== undefined) {
    throw new TypeError(
      '`limits.queue` needs `limits.concurrency`: how many are answered while others wait.',
    );
  }
  checkTimeout('limits', timeout);
  const crowd =
    concurrency === undefined
      ? undefined
      : concurrencyGate(limits, (request, response, error) =>
          refuse(app, request as Request, response as Response, error),
        );
  if (timeout === undefined) return crowd;
  const timed: Gate = (request, response, proceed) => {
    limitTime(request, response, timeout, 'The app', (error) =>
      respondWithProblem(request, response, error, settingsOf(app)),
    );
    proceed();
  };
  if (!crowd) return timed;
  return (request, response, proceed) => crowd(request, response, () => timed(request, response, proceed));
}

const silent: Logger = { error() {} };

/** Without a line: one for each would be a load of its own, and the metrics and the access log have them. */
function refuse(app: Application, request: Request, response: Response, error: Unavailable): void {
  respondWithProblem(request, response, error, { ...settingsOf(app), logger: silent });
}

/** Opens the port of the metrics once: when the app listens, or where another server serves it, at its first request. */
function opener(metrics: Metrics, options: MetricsOptions, app: Application): Production['start'] {
  const { path = '/metrics', port, host = '127.0.0.1', cluster } = options;
  const key = `${host}:${port}`;
  return () => {
    const known = opened.get(metrics.registry)?.get(key);
    if (known || path === false) return known;
    const report = (err: unknown): void =>
      log(settingsOf(app).logger, { err }, `The metrics can not be served on ${key}.`);
    const server = metricsServer(metrics.registry, {
      path,
      report,
      ...(cluster !== undefined && { cluster }),
    });
    server.on('error', report);
    server.listen(port, host).unref();
    const byPlace = opened.get(metrics.registry) ?? new Map<string, Server>();
    opened.set(metrics.registry, byPlace.set(key, server));
    return server;
  };
}

const opened = new WeakMap<object, Map<string, Server>>();
