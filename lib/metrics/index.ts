export { type ClusterServerOptions, clusterMetricsServer } from './cluster.js';
export type { MetricsOptions, MetricsRegistry } from './options.js';
export { type MetricsServerOptions, metricsServer } from './server.js';
