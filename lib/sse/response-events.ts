import { type TSchema, Type } from '@sinclair/typebox';
import type { Schema, Static } from '../typebox.js';

/*
 * The life of a long answer as events, as the Responses API of OpenAI has them: `response.started`, then any number of
 * `response.result`, then one of `response.finished`, `response.error` and `response.cancelled`.
 */

const timestamp = Type.Integer({ minimum: 0, description: 'Seconds since 1970, UTC.' });

const Started = Type.Object({ timestamp }, { $id: 'ResponseStarted' });
const Failed = Type.Object(
  { error: Type.String({ description: 'What went wrong, for the client.' }) },
  { $id: 'ResponseError' },
);
const Finished = Type.Object(
  { timestamp, duration: Type.Optional(Type.Number({ minimum: 0, description: 'In seconds.' })) },
  { $id: 'ResponseFinished' },
);
const Cancelled = Type.Object(
  { timestamp, reason: Type.Optional(Type.String()) },
  { $id: 'ResponseCancelled' },
);

// Written out, as what is inferred says `undefined` of what is left out, which `exactOptionalPropertyTypes` tells apart.
export interface FinishedEvent {
  readonly event: 'response.finished';
  readonly data: { readonly timestamp: number; readonly duration?: number };
}
export interface CancelledEvent {
  readonly event: 'response.cancelled';
  readonly data: { readonly timestamp: number; readonly reason?: string };
}

/** By its shape, as TypeScript before 7 gives up on what `Type.Object` makes of an open `Item`. */
export interface ResultSchema<Item extends Schema> extends Schema {
  readonly static: { items: Static<Item>[] };
}

/** The schemas of the events of a response, by name: what `events` of `sse(...)` takes. */
export type ResponseEventSchemas<Item extends Schema> = {
  readonly 'response.started': typeof Started;
  readonly 'response.result': ResultSchema<Item>;
  readonly 'response.error': typeof Failed;
  readonly 'response.finished': typeof Finished;
  readonly 'response.cancelled': typeof Cancelled;
};

/** `@sse('/report', { events: responseEvents(Row) })` */
export function responseEvents<Item extends Schema>(item: Item): ResponseEventSchemas<Item> {
  return {
    'response.started': Started,
    'response.result': Type.Object({ items: Type.Array(item as unknown as TSchema) }) as never,
    'response.error': Failed,
    'response.finished': Finished,
    'response.cancelled': Cancelled,
  };
}

const now = () => Math.floor(Date.now() / 1000);

/** Makes the events that `responseEvents` describes: `yield responseEvent.result(rows)`. */
export const responseEvent = {
  started: () => ({ event: 'response.started', data: { timestamp: now() } }) as const,
  result: <Item>(items: readonly Item[]) => ({ event: 'response.result', data: { items } }) as const,
  /** `error` is shown to the client. */
  error: (error: string) => ({ event: 'response.error', data: { error } }) as const,
  /** `duration` is in seconds. */
  finished: (duration?: number): FinishedEvent => ({
    event: 'response.finished',
    data: { timestamp: now(), ...(duration !== undefined && { duration }) },
  }),
  cancelled: (reason?: string): CancelledEvent => ({
    event: 'response.cancelled',
    data: { timestamp: now(), ...(reason !== undefined && { reason }) },
  }),
};
