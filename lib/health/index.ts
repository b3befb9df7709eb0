export { type HealthCheck, type HealthOptions, healthEndpoints } from './health.js';
export { type GracefulShutdown, gracefulShutdown, isEnding, type ShutdownOptions } from './shutdown.js';
