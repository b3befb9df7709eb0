import cluster from 'node:cluster';
import type { Server } from 'node:http';
import { clusterMetrics } from './cluster.js';
import { metricsEndpoint, type Source } from './endpoint.js';
import type { MetricsRegistry } from './options.js';

/** What a registry shows: in a worker of a cluster, the figures of all workers, unless it is to show its own. */
export function sourceOf(
  registry: MetricsRegistry,
  { cluster: whole = true }: { readonly cluster?: boolean | undefined },
): Source {
  return cluster.isWorker && whole
    ? { contentType: registry.contentType, metrics: clusterMetrics }
    : registry;
}

export interface MetricsServerOptions {
  /** Default `/metrics`. */
  readonly path?: string;
  /** As that of `metrics` of configureApp. */
  readonly cluster?: boolean;
  /** Told why metrics are answered with 503. Default: nobody. */
  readonly report?: (error: unknown) => void;
}

/** A server of nothing but the metrics of a registry: `metricsServer(registry).listen(9464, '127.0.0.1')`. */
export function metricsServer(
  registry: MetricsRegistry,
  { path = '/metrics', report = () => {}, ...options }: MetricsServerOptions = {},
): Server {
  return metricsEndpoint(path, sourceOf(registry, options), report);
}
