import type { IncomingMessage, ServerResponse } from 'node:http';
import { endWith } from '../end-with.js';
import { setHeaderUnchecked } from '../header-map.js';
import { withoutSecrets } from '../secrets.js';
import { tracing } from '../tracing.js';
import { type APIError, classOf, type ProblemDetails } from './api-error.js';
import { errorText } from './describe.js';
import { isMeantForClients, toAPIError } from './foreign.js';

/** Where faults are written: pino and bunyan fit as they are, others by a function each. It may be async. */
export interface Logger {
  error(fields: object, message: string): void;
}

/** Of an error it writes what is told in a line, and not its other properties. */
export const consoleLogger: Logger = {
  error: ({ err, ...fields }: { err?: unknown }, message) =>
    console.error(withoutSecrets(message), fields, ...(err === undefined ? [] : [errorText(err)])),
};

/** What an app may set about its problems. */
export interface ProblemSettings {
  readonly logger: Logger;
  /** The id under which the request stands in logs and traces. */
  readonly correlationId?: ((request: IncomingMessage) => string | undefined) | undefined;
  /** What a line about a fault says of its request, beside the method and the status. Default: nothing. */
  readonly describe?: ((request: IncomingMessage) => object) | undefined;
}

const MAX_FAULTS = 50;
const MAX_INSTANCE_LENGTH = 2048;

/** The body of a problem. `instance` is the path of the request, without its query. */
export function problemOf(error: APIError, instance?: string, correlationId?: string): ProblemDetails {
  const members: Record<string, unknown> = {};
  for (const name of Object.keys(classOf(error).members?.properties ?? {})) {
    members[name] = (error as unknown as Record<string, unknown>)[name];
  }
  return { ...members, ...standardMembers(error, instance, correlationId) };
}

function standardMembers(error: APIError, instance?: string, correlationId?: string): ProblemDetails {
  return {
    type: error.type,
    title: error.title,
    status: error.status,
    detail: error.message,
    ...(instance !== undefined && { instance }),
    errors: Array.isArray(error.errors) ? error.errors.slice(0, MAX_FAULTS) : [],
    ...(correlationId !== undefined && { correlation_id: correlationId }),
  };
}

/**
 * Answers a request with the problem of whatever was thrown, and logs it when it is a fault of the server.
 * Once headers are sent nothing can be mended: the connection is ended, so that the client sees the cut.
 */
export function respondWithProblem(
  request: IncomingMessage & { originalUrl?: string },
  response: ServerResponse,
  thrown: unknown,
  settings: ProblemSettings,
): void {
  const { error, text } = tellProblem(request, thrown, settings);
  if (response.headersSent) {
    if (!response.writableEnded) response.destroy();
    return;
  }
  for (const name of [
    'content-disposition',
    'content-encoding',
    'content-language',
    'content-range',
    'etag',
    'last-modified',
    'location',
    'trailer',
    'transfer-encoding',
  ]) {
    response.removeHeader(name);
  }
  // What went wrong now may go well later, and may be one client's business.
  setHeaderUnchecked(response, 'cache-control', 'no-store');
  for (const [name, value] of Object.entries(error.headers ?? {}))
    setHeader(response, name, value, settings.logger);
  response.statusCode = error.status;
  setHeaderUnchecked(response, 'content-type', 'application/problem+json');
  endWith(response, text);
}

/** The problem of whatever was thrown, as JSON. It is logged when it is a fault of the server. */
export function tellProblem(
  request: IncomingMessage & { originalUrl?: string },
  thrown: unknown,
  settings: ProblemSettings,
): { readonly error: APIError; readonly text: string } {
  const error = toAPIError(thrown);
  const correlationId = correlate(request, settings);
  if (error.status >= 500 || !isMeantForClients(thrown))
    logFault(request, thrown, error, correlationId, settings);
  if (error.status >= 500) tracing.current?.failed(causeOf(thrown, error));
  return { error, text: textOf(error, instanceOf(request), correlationId) };
}

function correlate(request: IncomingMessage, { correlationId, logger }: ProblemSettings): string | undefined {
  const id: unknown = ask(logger, 'The correlation id of a request can not be told.', () =>
    correlationId?.(request),
  );
  return id === undefined || id === null ? undefined : String(id);
}

/** What a function of the app's own says. That it fails must not turn one error into another. */
function ask<T>(logger: Logger, complaint: string, tell: () => T): T | undefined {
  try {
    return tell();
  } catch (err) {
    log(logger, { err }, complaint);
    return undefined;
  }
}

function logFault(
  request: IncomingMessage,
  thrown: unknown,
  error: APIError,
  correlationId: string | undefined,
  { logger, describe }: ProblemSettings,
): void {
  const cause = causeOf(thrown, error);
  const fields = {
    err: cause,
    method: request.method,
    status: error.status,
    ...ask(logger, 'The request of a fault can not be described.', () => describe?.(request)),
    correlation_id: correlationId,
  };
  log(logger, fields, `${error.title}: ${messageOf(cause) ?? error.message}`);
}

/** Of an error; a getter or a proxy of whoever threw it may fail. */
function messageOf(thrown: unknown): string | undefined {
  try {
    return thrown instanceof Error ? String(thrown.message) : undefined;
  } catch {
    return undefined;
  }
}

function causeOf(thrown: unknown, error: APIError): unknown {
  return error === thrown ? (error.cause ?? error) : thrown;
}

/** Writes a line. The client is answered, also where the logger fails; the line is then told on the console. */
export function log(logger: Logger, fields: object, message: string): void {
  const fail = (fault: unknown) => consoleLogger.error({ ...fields, logger: errorText(fault) }, message);
  try {
    const written: unknown = logger.error(fields, message);
    if (written instanceof Promise) written.catch(fail);
  } catch (fault) {
    fail(fault);
  }
}

/** Members that can not be read, or that JSON has no form for, must not turn one error into another: they are left out. */
function textOf(error: APIError, instance?: string, correlationId?: string): string {
  try {
    return JSON.stringify(problemOf(error, instance, correlationId));
  } catch {
    const members = standardMembers(error, instance, correlationId);
    try {
      return JSON.stringify(members);
    } catch {
      return JSON.stringify({ ...members, errors: [] });
    }
  }
}

/** A header that HTTP can not carry is left out and logged: the problem itself matters more. */
function setHeader(response: ServerResponse, name: string, value: string, logger: Logger): void {
  try {
    response.setHeader(name, value);
  } catch (err) {
    log(logger, { err }, `The header "${name}" of a problem can not be sent.`);
  }
}

function instanceOf(request: IncomingMessage & { originalUrl?: string }): string | undefined {
  const path = (request.originalUrl ?? request.url ?? '').split('?', 1)[0] as string;
  if (path.length > MAX_INSTANCE_LENGTH || !path.startsWith('/')) return undefined;
  return path
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
    .replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/g, (char) =>
      encodeURIComponent(char.isWellFormed() ? char : '\ufffd'),
    );
}
