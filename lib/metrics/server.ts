import cluster from 'node:cluster';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { clusterMetrics } from './cluster.js';
import type { MetricsRegistry } from './options.js';

/** Answers a request with the metrics. What fails goes to `fail`. */
export function serveMetrics(
  registry: MetricsRegistry,
  { cluster: whole = true }: { readonly cluster?: boolean | undefined },
  request: IncomingMessage,
  response: ServerResponse,
  fail: (error: unknown) => void,
): void {
  const text = cluster.isWorker && whole ? clusterMetrics() : registry.metrics();
  text
    .then((found) => {
      response.setHeader('Content-Type', registry.contentType);
      response.setHeader('Cache-Control', 'no-store');
      response.setHeader('Content-Length', Buffer.byteLength(found));
      response.end(request.method === 'HEAD' ? undefined : found);
    })
    .catch(fail);
}

/** A server of nothing but the metrics of a registry: `metricsServer(registry).listen(9464, '127.0.0.1')`. */
export function metricsServer(
  registry: MetricsRegistry,
  { path = '/metrics', cluster }: { readonly path?: string; readonly cluster?: boolean } = {},
): Server {
  return createServer((request, response) => {
    const known = request.url?.split('?', 1)[0] === path;
    if (!known || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(known ? 405 : 404, known ? { Allow: 'GET, HEAD' } : {}).end();
      return;
    }
    serveMetrics(registry, { cluster }, request, response, () => response.writeHead(503).end());
  });
}
