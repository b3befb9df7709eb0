import type { Observer } from '../exchange.js';
import { ownLabels, requestCounter } from './bundle.js';
import { joinClusterRegistry } from './cluster.js';
import type { MetricsOptions, MetricsRegistry } from './options.js';
import { type HistogramLike, loadPeers, type PromClient } from './peers.js';

/** What counts the requests of an app, and the registry that it counts into. */
export interface Metrics {
  readonly registry: MetricsRegistry;
  readonly observer: Observer;
}

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
  const counter = requestCounter(bundleOf, options, registry, duration);
  countRequests(client, registry, prefix, counter.histogram);
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
      kind: counter,
      begin() {
        inProgress += 1;
      },
      end(exchange) {
        inProgress -= 1;
        counter.count(exchange);
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
    labelNames: ownLabels,
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
    if (!NAME.test(name) || ownLabels.includes(name) || name === 'le')
      throw new TypeError(
        `\`metrics.labels\` has "${name}": a name is made of letters, digits and "_", and is not one of ${ownLabels.join(', ')}, le.`,
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
