import type { IncomingMessage, ServerResponse } from 'node:http';
import { log } from '../errors/index.js';
import { type Exchange, exchangeOf, type Observer } from '../exchange.js';
import type { AccessLogger } from './logger.js';

export interface AccessLogOptions {
  /** Where lines go, also those about faults unless the app has a `logger`. Default: pino where it is installed, else JSON on standard output. */
  readonly logger?: AccessLogger;
  /** Headers of the request that are written. Default: none. Those that carry secrets are written as `[redacted]`. */
  readonly headers?: readonly string[];
  /** Further headers that carry secrets. */
  readonly redact?: readonly string[];
  /** Further fields of a line. What it throws is a line of its own. */
  readonly fields?: (request: IncomingMessage, response: ServerResponse) => object;
}

const MAX_PATH = 2048;
const REDACTED = '[redacted]';
const secretHeaders = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'x-auth-token',
  'x-csrf-token',
  'x-xsrf-token',
];

type Served = IncomingMessage & { originalUrl?: string };

/** Writes a line for each request, when its response is complete or its client has left. */
export function accessLog(
  logger: AccessLogger,
  { headers = [], redact = [], fields }: AccessLogOptions,
  correlate: (request: IncomingMessage) => string | undefined,
): Observer {
  const names = headers.map((name) => name.toLowerCase());
  const secret = new Set([...secretHeaders, ...redact.map((name) => name.toLowerCase())]);
  const chosen = ({ request }: Exchange) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = request.headers[name];
        return value === undefined ? [] : [[name, secret.has(name) ? REDACTED : value]];
      }),
    );
  return {
    kind: 'access log',
    begin(exchange) {
      // Here, as the trace is active now and not when the response is closed.
      exchange.correlationId = correlate(exchange.request);
    },
    end(exchange) {
      const { request, response, aborted } = exchange;
      try {
        const { template, operation } = exchange.served;
        const line = {
          method: request.method,
          route: template,
          path: pathOf(request),
          // Without headers there was no status that the client could have seen.
          status: response.headersSent ? response.statusCode : undefined,
          aborted: aborted || undefined,
          duration_ms: Math.round((performance.now() - exchange.startedAt) * 1000) / 1000,
          bytes: (request.socket?.bytesWritten ?? 0) - exchange.bytesBefore,
          operation_id: operation?.operationId,
          request_id: exchange.requestId,
          correlation_id: exchange.correlationId,
          headers: names.length > 0 ? chosen(exchange) : undefined,
          ...fields?.(request, response),
        };
        logger.info(line, aborted ? 'request aborted' : 'request completed');
      } catch (err) {
        log(logger, { err }, 'A line of the access log can not be written.');
      }
    },
  };
}

/** What a line about a fault says of its request. */
export function describeRequest(request: IncomingMessage): object {
  const exchange = exchangeOf(request);
  if (!exchange) return {};
  const { template, operation } = exchange.served;
  return {
    route: template,
    path: pathOf(request),
    operation_id: operation?.operationId,
    request_id: exchange.requestId,
  };
}

/** Without its query, whose values may be secrets; and without the host and the user of an absolute target. */
function pathOf(request: Served): string | undefined {
  const url = request.originalUrl ?? request.url ?? '';
  if (!url.startsWith('/')) return undefined;
  const end = url.indexOf('?');
  return url.slice(0, Math.min(end < 0 ? url.length : end, MAX_PATH));
}
