import { describeError } from '../errors/index.js';
import type { Exchange } from '../exchange.js';
import type { Label, MetricsOptions, MetricsRegistry } from './options.js';
import type { Bundle, HistogramLike } from './peers.js';

/** The labels of a request, beside those of the app. */
export const ownLabels = ['method', 'path', 'status_code'];

/** Others are one label: a client could make a time series of each word. As OpenTelemetry names it. */
const OTHER = '_OTHER';
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY']);

/** Of templates, which are those of an app: one that mounts routes without end has no more of them told apart. */
const MAX_PATHS = 2000;
const OTHER_PATH = '(other)';

/** What express-prom-bundle counts by, and its histogram. */
export interface RequestCounter {
  readonly histogram: HistogramLike;
  /** Counts a request that is over. */
  count(exchange: Exchange): void;
}

/**
 * Counts by the middleware of express-prom-bundle. It is called once, with what stands for a request and its response, and told of its end
 * for each request: to call it for each would take a timer, five closures and an async resource of Node's, which cost more than to count.
 *
 * @throws TypeError for an express-prom-bundle that does not wait for the end of a response as it is known to.
 */
export function requestCounter(
  bundleOf: (options: object) => Bundle,
  options: MetricsOptions,
  registry: MetricsRegistry,
  name: string,
): RequestCounter {
  const bundle = bundleOf({
    ...bundleOptions(options),
    promRegistry: registry,
    httpDurationMetricName: name,
  });
  const histogram = bundle.metrics[name] as HistogramLike;
  const counted = new Counted();
  // Its time is that of the exchange. The timer of its class is behind it, for whoever has the registry.
  histogram.startTimer = (labels) => () => histogram.observe({ ...labels }, counted.seconds);
  try {
    bundle(counted, counted, () => {});
  } finally {
    Reflect.deleteProperty(histogram, 'startTimer');
  }
  const { tell } = counted;
  if (!tell)
    throw new TypeError(
      'express-prom-bundle waits for the end of a response in a way that is not known: npm install express-prom-bundle@8',
    );
  return {
    histogram,
    count(exchange) {
      counted.exchange = exchange;
      tell(null, counted);
      // Nothing is to keep it in memory until the next one.
      counted.exchange = undefined as never;
    },
  };
}

/** Stands for the request and the response whose end express-prom-bundle is told of. */
class Counted {
  declare exchange: Exchange;
  tell: ((error: null, response: Counted) => void) | undefined = undefined;

  readonly url = '/';
  readonly finished = false;
  readonly writableEnded = false;
  readonly socket = null;
  /** Where `on-finished` has a queue of whom to tell, once it has begun to listen. */
  readonly __onFinished = this;
  readonly queue = this;

  push(tell: (error: null, response: Counted) => void): void {
    this.tell = tell;
  }

  get method(): string {
    const { method = '' } = this.exchange.request;
    return methods.has(method) ? method : OTHER;
  }

  /** What the client saw, or 499 where it left before. */
  get status(): number {
    const { response } = this.exchange;
    return response.headersSent ? response.statusCode : 499;
  }

  get seconds(): number {
    return (this.exchange.endedAt - this.exchange.startedAt) / 1000;
  }
}

function bundleOptions({ buckets, labels = {} }: MetricsOptions): object {
  const paths = new Set<string>();
  const withinBounds = (path: string): string => {
    if (paths.has(path)) return path;
    if (paths.size >= MAX_PATHS) return OTHER_PATH;
    paths.add(path);
    return path;
  };
  return {
    autoregister: false,
    includeMethod: true,
    includePath: true,
    includeUp: false,
    buckets: buckets ?? [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    formatStatusCode: ({ status }: Counted) => status,
    normalizePath: ({ exchange }: Counted) => withinBounds(exchange.served.template),
    ...labelOptions(Object.entries(labels)),
  };
}

/** For the labels of the app; those that there are not take no time of a request. */
function labelOptions(labels: readonly [name: string, value: Label][]): object {
  if (labels.length === 0) return {};
  const customLabels = Object.fromEntries(
    labels.map(([name, value]) => [name, typeof value === 'string' ? value : '']),
  );
  const told = labels.filter(([, value]) => typeof value === 'function') as [
    string,
    Exclude<Label, string>,
  ][];
  if (told.length === 0) return { customLabels };
  const failed = new Set<string>();
  return {
    customLabels,
    transformLabels(found: Record<string, string>, { exchange: { request, response } }: Counted) {
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
