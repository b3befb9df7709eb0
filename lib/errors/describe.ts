import { types } from 'node:util';
import { withoutSecrets } from '../secrets.js';

/** What a line says of an error. */
export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: DescribedError;
  /** Of an `AggregateError`, or of another that has some. */
  readonly errors?: readonly DescribedError[];
  /** How many of them are left out. */
  readonly errors_omitted?: number;
}

const MAX_DEPTH = 5;
const MAX_ERRORS = 10;
/** In all, with the causes of causes. */
const MAX_TOLD = 25;
/** Of characters, of an error within another. */
const MAX_INNER = 4096;

/**
 * The kind, the message, the stack, the causes and the errors of an error, without what looks like a secret in them. Its other
 * properties are left out: they may be the request of an HTTP client, with its `Authorization`. It takes whatever was thrown and throws nothing.
 */
export function describeError(error: unknown): DescribedError {
  return describe(error, 0, { left: MAX_TOLD });
}

function describe(error: unknown, depth: number, told: { left: number }): DescribedError {
  told.left -= 1;
  try {
    if (!isError(error)) return named({ type: typeof error, message: withoutSecrets(primitive(error)) });
    const { code, cause, stack, message, name } = error as Error & { code?: unknown };
    const deeper = depth < MAX_DEPTH && told.left > 0;
    const limit = depth === 0 ? undefined : MAX_INNER;
    return named({
      type: String(error.constructor?.name || name),
      message: withoutSecrets(String(message), limit),
      ...(typeof code === 'number' && { code }),
      ...(typeof code === 'string' && { code: withoutSecrets(code, limit) }),
      stack: withoutSecrets(String(stack), limit),
      ...(cause !== undefined && deeper && { cause: describe(cause, depth + 1, told) }),
      ...(deeper && describeErrors(error, depth + 1, told)),
    });
  } catch {
    // A getter or a proxy of whoever threw it.
    return named({ type: 'unknown', message: 'What was thrown can not be read.' });
  }
}

/** pino takes it for an error, and reads the kind of it where that of an error stands. */
function named(described: DescribedError): DescribedError {
  return Object.defineProperties(described, {
    constructor: { value: undefined },
    name: { value: described.type },
  });
}

function describeErrors(error: Error, depth: number, told: { left: number }): Partial<DescribedError> {
  const { errors } = error as { errors?: unknown };
  if (!Array.isArray(errors)) return {};
  // The faults of a validation are no errors, and may have the values that came.
  const whole = error.name === 'AggregateError';
  const found = errors.filter((each) => isError(each) || (whole && typeof each !== 'object'));
  const shown: DescribedError[] = [];
  while (shown.length < Math.min(found.length, MAX_ERRORS) && told.left > 0)
    shown.push(describe(found[shown.length], depth, told));
  return {
    ...(shown.length > 0 && { errors: shown }),
    ...(shown.length < found.length && { errors_omitted: found.length - shown.length }),
  };
}

/** Also of another realm, such as that of a test. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

function primitive(value: unknown): string {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
    ? 'An object that is no error was thrown.'
    : String(value);
}

/** The same as a person reads it: stacks, each below what it belongs to. */
export function errorText(error: unknown): string {
  return textOf(describeError(error));
}

function textOf({ type, message, code, stack, cause, errors = [], errors_omitted }: DescribedError): string {
  const own = `${stack ?? `${type}: ${message}`}${code === undefined ? '' : ` { code: ${code} }`}`;
  const below = [
    ...(cause ? [`[cause]: ${textOf(cause)}`] : []),
    ...errors.map((each) => `[error]: ${textOf(each)}`),
    ...(errors_omitted === undefined ? [] : [`${errors_omitted} more errors`]),
  ];
  return [own, ...below.map((text) => text.replace(/^/gm, '  '))].join('\n');
}
