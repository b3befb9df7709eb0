import { createServer, type Server, type ServerResponse } from 'node:http';
import { endWith } from '../end-with.js';

/** Where metrics are read from. */
export interface Source {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** Answers with metrics. What fails goes to `fail`. */
export function sendMetrics(source: Source, response: ServerResponse, fail: (error: unknown) => void): void {
  source
    .metrics()
    .then((text) => {
      response.setHeader('content-type', source.contentType);
      response.setHeader('cache-control', 'no-store');
      endWith(response, text);
    })
    .catch(fail);
}

/** A server of nothing but metrics, at one path. What can not be told is answered with 503, and reported. */
export function metricsEndpoint(path: string, source: Source, report: (error: unknown) => void): Server {
  return createServer((request, response) => {
    const known = request.url?.split('?', 1)[0] === path;
    if (!known || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(known ? 405 : 404, known ? { Allow: 'GET, HEAD' } : {}).end();
      return;
    }
    sendMetrics(source, response, (error) => {
      report(error);
      response.writeHead(503).end();
    });
  });
}
