import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeError } from '../errors/index.js';
import { type Exchange, exchangeOf, type Observer } from '../exchange.js';
import { joinClusterRegistry } from './cluster.js';
import type { MetricsOptions, MetricsRegistry } from './options.js';
import { type Bundle, type HistogramLike, loadPeers, type PromClient } from './peers.js';

/** What counts the requests of an app, and the registry that it counts into. */
export interface Metrics {
  readonly registry: MetricsRegistry;
  readonly observer: Observer;
}

/** Others are one label: a client could make a time series of each word. As OpenTelemetry names it. */
const OTHER = '_OTHER';
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY']);

/** Of templates, which are those of an app: one that mounts routes without end has no more of them told apart. */
const MAX_PATHS = 2000;
const OTHER_PATH = '(other)';

const own = ['method', 'path', 'status_code'];
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

interface Known {
  readonly metrics: Metrics;
  readonly options: MetricsOptions;
}

const byRegistry = new WeakMap<MetricsRegistry, Map<string, Known>>();

/**
 * The metrics of an app. A registry counts once, however many apps are given it. Without one, those that the app had before go on, unless
 * they are to be counted otherwise.
 *
 * @throws TypeError for a label or buckets that Prometheus does not take, for a registry that has metrics of these names, or counts with
 * other labels or buckets, and where express-prom-bundle or prom-client is not installed.
 */
export function metricsOf(options: MetricsOptions, before?: MetricsRegistry): Metrics {
  checkOptions(options);
  const { prefix = '' } = options;
  const given = options.registry ?? before;
  const known = given && byRegistry.get(given)?.get(prefix);
  if (known && isSame(options, known.options)) return known.metrics;
  if (known && options.registry)
    throw new TypeError(
      'The registry counts with other `metrics.buckets`, `labels` or `process` already: give the same, or another registry or `prefix`.',
    );
  const { client, bundleOf } = loadPeers();
  const registry = options.registry ?? new client.Registry();
  const duration = `${prefix}http_request_duration_seconds`;
  checkFree(registry, [duration, `${prefix}http_requests_total`, `${prefix}http_requests_in_progress`]);
  const bundle = bundleOf({
    ...bundleOptions(options),
    promRegistry: registry,
    httpDurationMetricName: duration,
  });
  countRequests(client, registry, prefix, bundle.metrics[duration] as HistogramLike);
  // Counted in a number, and written when it is asked for.
  let inProgress = 0;
  new client.Gauge({
    name: `${prefix}http_requests_in_progress`,
    help: 'Requests that are being answered.',
    registers: [registry],
    collect(this: InstanceType<PromClient['Gauge']>) {
      this.set(inProgress);
    },
  });
  if (options.process) client.collectDefaultMetrics({ register: registry, prefix });
  joinClusterRegistry(client, registry);
  // A property, as a WeakMap of what lives for a request costs the garbage collector half of the throughput.
  const ANSWER = Symbol('answer');
  type Counted = Exchange & { [ANSWER]?: Answer };
  checkBundle(bundle);
  const metrics: Metrics = {
    registry,
    observer: {
      kind: ANSWER,
      begin(exchange: Counted) {
        inProgress += 1;
        const answer = new Answer(exchange.response);
        exchange[ANSWER] = answer;
        bundle(exchange.request, answer, proceed);
      },
      end(exchange: Counted) {
        inProgress -= 1;
        exchange[ANSWER]?.finish();
      },
    },
  };
  const byPrefix = byRegistry.get(registry) ?? new Map<string, Known>();
  byRegistry.set(registry, byPrefix.set(prefix, { metrics, options }));
  return metrics;
}

/** Whether nothing is asked for that is counted otherwise. Of a label that is told by a function, the first one stays. */
function isSame({ buckets, labels, process }: MetricsOptions, known: MetricsOptions): boolean {
  const shape = (values: MetricsOptions['labels']) =>
    JSON.stringify(
      Object.entries(values ?? {}).map(([name, value]) => [name, typeof value === 'string' && value]),
    );
  return (
    (buckets === undefined || buckets.join() === known.buckets?.join()) &&
    (labels === undefined || shape(labels) === shape(known.labels)) &&
    (process === undefined || process === (known.process ?? false))
  );
}

function proceed(): void {}

/** Nobody would notice that nothing is counted. */
function checkBundle(bundle: Bundle): void {
  const answer = new Answer({ headersSent: false } as ServerResponse);
  bundle({ method: 'GET', url: '/' }, answer, proceed);
  if (answer.isAwaited) return;
  throw new TypeError(
    'express-prom-bundle waits for the end of a response in a way that is not known: npm install express-prom-bundle@8',
  );
}

type Tell = (error: null, answer: Answer) => void;

/**
 * Stands for a response where express-prom-bundle waits for its end. Of requests that are pipelined on one connection, a response that has not
 * got the connection by the time that it goes would never be counted. And the listeners of an emitter would cost as much as all else that is counted.
 */
class Answer {
  readonly finished = false;
  readonly writableEnded = false;
  readonly socket = null;
  /** Where `on-finished` has a queue of whom to tell, once it has begun to listen. There is one to be told. */
  readonly __onFinished = this;
  readonly queue = this;
  #tell: Tell | undefined = undefined;

  constructor(readonly response: ServerResponse) {}

  push(tell: Tell): void {
    this.#tell = tell;
  }

  get isAwaited(): boolean {
    return this.#tell !== undefined;
  }

  finish(): void {
    this.#tell?.(null, this);
  }

  /** What the client saw, or 499 where it left before. */
  get status(): number {
    return this.response.headersSent ? this.response.statusCode : 499;
  }
}

function bundleOptions({ buckets, labels = {} }: MetricsOptions): object {
  const entries = Object.entries(labels);
  const paths = new Set<string>();
  const withinBounds = (path: string): string => {
    if (paths.has(path)) return path;
    if (paths.size >= MAX_PATHS) return OTHER_PATH;
    paths.add(path);
    return path;
  };
  const failed = new Set<string>();
  const told = entries.filter(([, value]) => typeof value === 'function') as [
    string,
    (request: IncomingMessage, response: ServerResponse) => string,
  ][];
  return {
    autoregister: false,
    includeMethod: true,
    includePath: true,
    includeUp: false,
    buckets: buckets ?? [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    formatStatusCode: ({ status }: Answer) => status,
    normalizePath: (request: IncomingMessage) =>
      withinBounds(exchangeOf(request)?.served.template ?? '(unmatched)'),
    customLabels: Object.fromEntries(
      entries.map(([name, value]) => [name, typeof value === 'string' ? value : '']),
    ),
    transformLabels(found: Record<string, string>, request: IncomingMessage, { response }: Answer) {
      if (!methods.has(found.method as string)) found.method = OTHER;
      for (const [name, tell] of told) {
        // It is asked at the end of a response, where nobody would catch what it throws.
        try {
          found[name] = String(tell(request, response));
        } catch (error) {
          found[name] = '';
          if (failed.has(name)) continue;
          failed.add(name);
          process.emitWarning(
            `The label "${name}" of the metrics can not be told: ${describeError(error).message}`,
          );
        }
      }
    },
  };
}

/** The histogram has counted already: what it knows is written again when it is asked for, which costs a request nothing. */
function countRequests(
  client: PromClient,
  registry: MetricsRegistry,
  prefix: string,
  histogram: HistogramLike,
): void {
  new client.Counter({
    name: `${prefix}http_requests_total`,
    help: 'Requests that were answered.',
    labelNames: own,
    registers: [registry],
    async collect(this: InstanceType<PromClient['Counter']>) {
      const { values } = await histogram.get();
      this.reset();
      for (const { metricName, labels, value } of values) {
        if (!metricName?.endsWith('_count')) continue;
        const { method, path, status_code } = labels as Record<string, string>;
        this.inc(
          { method: method as string, path: path as string, status_code: status_code as string },
          value,
        );
      }
    },
  });
}

function checkOptions({ path, port, buckets, labels = {}, prefix = '' }: MetricsOptions): void {
  if (typeof path === 'string' && !path.startsWith('/'))
    throw new TypeError(`\`metrics.path\` is a path, such as "/${path}", or false.`);
  if (path === false && port !== undefined)
    throw new TypeError(
      '`metrics.path` is false, and `metrics.port` has nothing to serve: leave one of them out.',
    );
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65535))
    throw new TypeError(`\`metrics.port\` is ${port}: a port is a whole number from 0 to 65535.`);
  if (prefix !== '' && !NAME.test(prefix))
    throw new TypeError(`\`metrics.prefix\` is "${prefix}": it is made of letters, digits and "_".`);
  for (const name of Object.keys(labels)) {
    if (!NAME.test(name) || own.includes(name) || name === 'le')
      throw new TypeError(
        `\`metrics.labels\` has "${name}": a name is made of letters, digits and "_", and is not one of ${own.join(', ')}, le.`,
      );
  }
  if (buckets && (buckets.length === 0 || buckets.some((bound, at) => !(bound > (buckets[at - 1] ?? 0)))))
    throw new TypeError('`metrics.buckets` are seconds above 0 in rising order, such as [0.01, 0.1, 1].');
}

function checkFree(registry: MetricsRegistry, names: readonly string[]): void {
  const taken = names.find((name) => registry.getSingleMetric(name) !== undefined);
  if (taken)
    throw new TypeError(
      `The registry has a metric "${taken}" that is somebody else's: give \`metrics.prefix\`, or another registry.`,
    );
}
