import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeError } from '../errors/index.js';
import { exchangeOf, type Observer } from '../exchange.js';
import { joinClusterRegistry } from './cluster.js';
import type { MetricsOptions, MetricsRegistry } from './options.js';
import { type HistogramLike, loadPeers, type PromClient } from './peers.js';

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

const byRegistry = new WeakMap<MetricsRegistry, { readonly metrics: Metrics; readonly prefix: string }>();

/**
 * The metrics of an app. A registry counts once, however many apps are given it.
 *
 * @throws TypeError for a label or buckets that Prometheus does not take, for a registry that has metrics of these names, and where
 * express-prom-bundle or prom-client is not installed.
 */
export function metricsOf(options: MetricsOptions): Metrics {
  checkOptions(options);
  const { prefix = '' } = options;
  const known = options.registry && byRegistry.get(options.registry);
  if (known?.prefix === prefix) return known.metrics;
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
  const metrics: Metrics = {
    registry,
    observer: {
      kind: registry,
      begin({ request, response }) {
        inProgress += 1;
        bundle(request, response, proceed);
      },
      end() {
        inProgress -= 1;
      },
    },
  };
  byRegistry.set(registry, { metrics, prefix });
  return metrics;
}

function proceed(): void {}

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
    normalizePath: (request: IncomingMessage) =>
      withinBounds(exchangeOf(request)?.served.template ?? '(unmatched)'),
    customLabels: Object.fromEntries(
      entries.map(([name, value]) => [name, typeof value === 'string' ? value : '']),
    ),
    transformLabels(found: Record<string, string>, request: IncomingMessage, response: ServerResponse) {
      if (!methods.has(found.method as string)) found.method = OTHER;
      for (const [name, tell] of told) {
        // It is asked at the end of a response, where nobody would catch what it throws.
        try {
          found[name] = tell(request, response);
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
