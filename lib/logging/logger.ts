import { describeError, type Logger } from '../errors/index.js';
import { withoutSecrets } from '../secrets.js';
import { type LineWriter, standardOutput } from './tick-writer.js';

/**
 * Where lines are written: pino and bunyan fit as they are, winston as
 * `{ info: (fields, message) => winston.info(message, fields), error: (fields, message) => winston.error(message, fields) }`.
 */
export interface AccessLogger extends Logger {
  info(fields: object, message: string): void;
}

/** Writes what all lines of a child say once and for all. */
export interface ParentLogger extends AccessLogger {
  child(fields: object): AccessLogger;
}

type Pino = (options: object, destination: LineWriter) => ParentLogger;

const own = new WeakSet<AccessLogger>();

/** Whether a logger is one of pino that was made here: the level of somebody else's may change, and that of its children would not. */
export function isOwnParent(logger: AccessLogger): logger is ParentLogger {
  return own.has(logger);
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
  // An error is described by then.
  const serializers = { err: (described: unknown) => described };
  const logger = pino({ serializers, timestamp: timestamps() }, standardOutput());
  own.add(logger);
  return logger;
}

/** Those of pino, each written once: the lines of a turn are mostly of one millisecond. */
function timestamps(): () => string {
  let time = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== time) {
      time = now;
      text = `,"time":${now}`;
    }
    return text;
  };
}

/** One object of JSON a line: `level`, `time` (RFC 3339), the fields, and `msg`. */
export function jsonLogger({ write }: LineWriter = standardOutput()): AccessLogger {
  const at = (level: string) => (fields: object, message: string) =>
    write(`${JSON.stringify({ level, time: new Date().toISOString(), ...fields, msg: message })}\n`);
  return { info: at('info'), error: at('error') };
}

/**
 * A logger of faults that keeps to what a line is for: an error is described, without its other properties, and what looks like a
 * secret is written in no message.
 */
export function structured(logger: Logger): Logger {
  return {
    error({ err, ...fields }: { err?: unknown }, message) {
      const line = err === undefined ? fields : { ...fields, err: describeError(err) };
      return logger.error(line, withoutSecrets(message));
    },
  };
}
