import type { Logger } from '../errors/index.js';

/** Where lines are written; pino, winston and bunyan fit. */
export interface AccessLogger extends Logger {
  info(fields: object, message: string): void;
}

interface Pino {
  (destination: unknown): AccessLogger;
  destination(options: { readonly sync: boolean }): unknown;
}

/** pino where it is installed, else lines of JSON on standard output. */
export function usualLogger(): AccessLogger {
  let pino: Pino;
  try {
    pino = require('pino');
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error;
    return jsonLogger();
  }
  // Lines are written together, and what is left when the process exits: a write for each costs as much as the line.
  return pino(pino.destination({ sync: false }));
}

/** One object of JSON a line: `level`, `time` (RFC 3339), the fields, and `msg`. */
export function jsonLogger(
  write: (line: string) => void = (line) => process.stdout.write(line),
): AccessLogger {
  const at = (level: string) => (fields: object, message: string) =>
    write(`${JSON.stringify({ level, time: new Date().toISOString(), ...fields, msg: message })}\n`);
  return { info: at('info'), error: at('error') };
}

/**
 * A logger of faults that keeps to what a line is for. Of an error it writes the kind, the message, the stack and the
 * causes: its other properties may be the request of an HTTP client, with its `Authorization`.
 */
export function structured(logger: Logger): Logger {
  return {
    error({ err, ...fields }: { err?: unknown }, message) {
      const line = err === undefined ? fields : { ...fields, err: describeError(err, 0) };
      logger.error(line, withoutSecrets(message));
    },
  };
}

const MAX_CAUSES = 5;
const MAX_TEXT = 16_384;

function describeError(error: unknown, depth: number): object {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutSecrets(primitive(error)) };
  const { code, cause, stack, message, name } = error as Error & { code?: unknown };
  return {
    type: error.constructor?.name || name,
    message: withoutSecrets(String(message)),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    stack: withoutSecrets(String(stack)),
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: describeError(cause, depth + 1) }),
  };
}

function primitive(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? 'An object that is no error was thrown.'
    : String(value);
}

/** What looks like a secret in a sentence that somebody else wrote. */
const secrets: readonly [RegExp, string][] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi, '$1 [redacted]'],
  [
    /\b(authorization|cookie|set-cookie|x-api-key|api[-_]?key|password|passwd|secret|(?:access|refresh|id)?[-_]?token)(["']?\s*[:=]\s*)("[^"]{0,256}"|'[^']{0,256}'|[^\s,;&}"']{1,256})/gi,
    '$1$2[redacted]',
  ],
  [/(\w{2,32}:\/\/[^\s:/@]{0,128}):[^\s/@]{1,256}@/g, '$1:[redacted]@'],
  [/(https?:\/\/[^\s?#"']{1,2048})\?[^\s"')]{1,4096}/g, '$1?[redacted]'],
];

export function withoutSecrets(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text;
  return secrets.reduce((found, [pattern, by]) => found.replace(pattern, by), short);
}
