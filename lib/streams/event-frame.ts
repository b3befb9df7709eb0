/** An event as a program has it. The `data` is sent as JSON. */
export interface ServerSentEvent<Data = unknown> {
  /** The type that `addEventListener` takes. Default: `message`. */
  readonly event?: string;
  /** What a client that reconnects sends as `Last-Event-ID`. */
  readonly id?: string | number;
  readonly data: Data;
  /** How long a client is to wait before it reconnects, in ms. */
  readonly retry?: number;
}

const names = new Set(['event', 'id', 'data', 'retry']);

/** An object with `data` and nothing but the fields of an event. All else that a source yields is data itself. */
export function isEvent(item: unknown): item is ServerSentEvent {
  return (
    typeof item === 'object' &&
    item !== null &&
    Object.hasOwn(item, 'data') &&
    Object.keys(item).every((name) => names.has(name))
  );
}

/** What would end a line, and with it the field; a NUL makes a client ignore the `id`. */
const UNSAFE = /[\r\n\0]/;

/**
 * The frame of an event (HTML standard section 9.2.5).
 *
 * @throws TypeError for an `event` or `id` with CR, LF or NUL, or a `retry` that is no whole number of milliseconds.
 */
export function frameOf({ event, id, retry }: Omit<ServerSentEvent, 'data'>, data: string): string {
  let frame = '';
  if (event !== undefined) frame += `event: ${line('event', event)}\n`;
  if (id !== undefined) frame += `id: ${line('id', typeof id === 'number' ? String(id) : id)}\n`;
  if (retry !== undefined) frame += `retry: ${milliseconds(retry)}\n`;
  for (const part of data.split(/\r\n|\r|\n/)) frame += `data: ${part}\n`;
  return `${frame}\n`;
}

export function retryFrame(retry: number): string {
  return `retry: ${milliseconds(retry)}\n\n`;
}

/** A comment, which clients ignore and proxies see. */
export const HEARTBEAT = ':\n\n';

function line(name: string, value: unknown): string {
  if (typeof value === 'string' && !UNSAFE.test(value)) return value;
  throw new TypeError(`The \`${name}\` of an event is a string without CR, LF and NUL.`);
}

function milliseconds(retry: unknown): string {
  if (Number.isSafeInteger(retry) && (retry as number) >= 0) return String(retry);
  throw new TypeError('The `retry` of an event is a whole number of milliseconds.');
}
