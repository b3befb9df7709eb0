import {
  type ActionDecorator,
  type ActionOptions,
  type ActionSpec,
  action,
  type EventStreamSpec,
} from '../action.js';
import type { EventSchemas } from '../inference.js';

/** The options of an action that sends events: those of the stream, and those of any action. */
export interface SSEOptions
  extends EventStreamSpec,
    Partial<
      Omit<ActionSpec, 'sse' | 'stream' | 'response' | 'subset' | 'status' | 'raw' | 'empty' | 'location'>
    > {}

/** What `sse(...)` makes of its options: an action, GET where they name no method. */
export type SSEAction<O extends SSEOptions> = Omit<O, keyof EventStreamSpec> & {
  readonly method: O extends { readonly method: infer Method } ? Method : 'get';
  readonly sse: Pick<O, keyof O & keyof EventSchemas>;
};

/** What the compiler can not tell of options that it does not know yet, with `exactOptionalPropertyTypes`. */
type Known<O> = O extends ActionOptions ? O : never;

const streamOptions = [
  'event',
  'events',
  'text',
  'retry',
  'heartbeat',
  'openAfter',
  'writeTimeout',
] as const satisfies readonly (keyof EventStreamSpec)[];

/**
 * An action that sends server-sent events, as a decorator or as a row of `static actions`. The method is a generator, sync or async, or returns
 * anything iterable, of events (`{ event?, id?, data, retry? }`) or of plain data:
 *
 * ```ts
 * @sse('/ticks', { event: Tick })
 * async *ticks() {
 *   for await (const price of prices(this.signal)) yield { id: price.id, data: price };
 * }
 * ```
 *
 * The data of each event is checked and serialized by its schema. What fails before the headers are sent is a problem with its
 * status; what fails later is sent as the event `error`, whose data is the problem, and ends the stream.
 */
export function sse<const O extends SSEOptions>(options: O): ActionDecorator<Known<SSEAction<O>>>;
export function sse<const O extends SSEOptions>(
  path: string,
  options: O,
): ActionDecorator<Known<SSEAction<O>>>;
export function sse(first: string | SSEOptions, second?: SSEOptions): ActionDecorator<SSEAction<SSEOptions>> {
  const [path, options] = typeof first === 'string' ? [{ path: first }, second] : [{}, first];
  if (typeof options !== 'object' || options === null) {
    throw new TypeError("Events need a schema of their data: @sse('/ticks', { event: Tick }).");
  }
  return action(eventAction({ ...path, ...options })) as never;
}

export function eventAction<const O extends SSEOptions>(options: O): SSEAction<O> {
  const of: Record<string, unknown> = {};
  const rest: Record<string, unknown> = { method: 'get' };
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if ((streamOptions as readonly string[]).includes(name)) of[name] = value;
    else rest[name] = value;
  }
  return { ...rest, sse: of } as unknown as SSEAction<O>;
}
