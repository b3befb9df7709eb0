import type { IncomingMessage, ServerResponse } from 'node:http';
import { log } from '../errors/index.js';
import { type Exchange, exchangeOf, type Observer } from '../exchange.js';
import { isSecretName, withoutSecrets } from '../secrets.js';
import { type AccessLogger, isOwnParent, structured } from './logger.js';
import { RouteLoggers } from './route-loggers.js';

export interface AccessLogOptions {
  /** Where lines go, also those about faults unless the app has a `logger`. Default: pino where it is installed, else JSON on standard output. */
  readonly logger?: AccessLogger;
  /** Headers of the request that are written, without what looks like a secret in them. Default: none. Of those that carry secrets it is `[redacted]`. */
  readonly headers?: readonly string[];
  /** Further headers that carry secrets, beside those whose name says so, such as `Authorization`, `Cookie` and `X-Api-Key`. */
  readonly redact?: readonly string[];
  /** Further fields of a line. What it throws is a line of its own. */
  readonly fields?: (request: IncomingMessage, response: ServerResponse) => object;
}

const MAX_PATH = 2048;
const REDACTED = '[redacted]';

interface Line {
  path: string | undefined;
  status: number | undefined;
  duration_ms: number;
  bytes: number;
  request_id: string | undefined;
  aborted?: true;
  correlation_id?: string | undefined;
  headers?: object;
}

type Served = IncomingMessage & { originalUrl?: string };

/**
 * Writes a line for each request, when its response is complete or its client has left.
 *
 * @throws TypeError for a logger that is none.
 */
export function accessLog(
  logger: AccessLogger,
  { headers = [], redact = [], fields }: AccessLogOptions,
  correlate: (request: IncomingMessage) => string | undefined,
): Observer {
  for (const level of ['info', 'error'] as const)
    if (typeof logger[level] !== 'function')
      throw new TypeError(
        `\`logs.logger\` has no method \`${level}\`: it is something with \`info(fields, message)\` and \`error(fields, message)\`, such as pino().`,
      );
  const faults = structured(logger);
  const fail = (err: unknown) => log(faults, { err }, 'A line of the access log can not be written.');
  const further = new Set(redact.map((name) => name.toLowerCase()));
  const names = headers.map((header) => {
    const name = header.toLowerCase();
    return { name, secret: isSecretName(name) || further.has(name) };
  });
  const chosen = ({ request }: Exchange) =>
    Object.fromEntries(
      names.flatMap(({ name, secret }) => {
        const value = request.headers[name];
        return value === undefined ? [] : [[name, secret ? REDACTED : withoutSecrets(String(value))]];
      }),
    );
  // Fields of the app may be in place of those of a route.
  const loggers = !fields && isOwnParent(logger) ? new RouteLoggers(logger) : undefined;
  return {
    kind: 'access log',
    begin(exchange) {
      exchange.bytes = carried(exchange);
      // Here, as the trace is active now and not when the response is closed.
      exchange.correlationId = correlate(exchange.request);
    },
    close(exchange) {
      exchange.bytes = carried(exchange) - exchange.bytes;
    },
    end(exchange) {
      const { request, response, aborted } = exchange;
      try {
        const { method } = request;
        const { template, operation } = exchange.served;
        const { requestId, correlationId } = exchange;
        const known = loggers?.of(method, template, operation?.operationId);
        const line: Line = {
          path: pathOf(request),
          // Without headers there was no status that the client could have seen.
          status: response.headersSent ? response.statusCode : undefined,
          duration_ms: Math.round((exchange.endedAt - exchange.startedAt) * 1000) / 1000,
          bytes: exchange.bytes,
          request_id: requestId,
        };
        if (aborted) line.aborted = true;
        // Where nothing traces it is the same, and each line would have it twice.
        if (correlationId !== requestId) line.correlation_id = correlationId;
        if (names.length > 0) line.headers = chosen(exchange);
        // A logger of the route writes these by itself.
        const full = known
          ? line
          : { method, route: template, operation_id: operation?.operationId, ...line };
        // No copy where there is nothing to add.
        const whole = fields ? { ...full, ...fields(request, response) } : full;
        const message = aborted ? 'request aborted' : 'request completed';
        const written: unknown = (known ?? logger).info(whole, message);
        if (written instanceof Promise) written.catch(fail);
      } catch (err) {
        fail(err);
      }
    },
  };
}

function carried({ request }: Exchange): number {
  return request.socket?.bytesWritten ?? 0;
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
