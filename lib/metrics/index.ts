export { type ClusterServerOptions, clusterMetricsServer } from './cluster.js';
export type { MetricsOptions, MetricsRegistry } from './options.js';
export { metricsServer } from './server.js';
