// Actions that send events, or rows one by one.

import { type Static, Type } from '@sinclair/typebox';
import { APIView, compose, get, ListMixin, Resource, ViewRouter } from 'express-viewsets';
import { redisEventHub } from 'express-viewsets/redis';
import {
  EventHub,
  type Hub,
  lastEventId,
  responseEvent,
  responseEvents,
  ServerSentEventsMixin,
  sse,
} from 'express-viewsets/sse';

const Tick = Type.Object({ n: Type.Integer(), at: Type.Optional(Type.String()) }, { $id: 'Tick' });
type Tick = Static<typeof Tick>;
const Query = Type.Object({ from: Type.Integer() });
type Query = Static<typeof Query>;

const hub = new EventHub<{ event: 'tick'; data: Tick }>();
declare const client: Parameters<typeof redisEventHub>[0];
export const hubs: Hub<{ event: 'tick'; data: Tick }>[] = [hub, redisEventHub(client)];

export class Ticks extends APIView {
  @sse({ event: Tick }) async *plain() {
    yield { n: 1, at: new Date() };
    yield { id: 1, data: { n: 1 } };
    yield { event: 'tick', data: { n: 1 }, retry: 5 };
  }
  @sse('/sync', { event: Tick, query: Query }) *sync({ from }: Query) {
    yield { n: from };
  }
  @sse('/named', { events: { tick: Tick, done: Type.String() } }) async *named() {
    yield { event: 'tick', data: { n: 1 } } as const;
    yield { event: 'done', data: '' } as const;
  }
  @sse('/hub', { events: { tick: Tick } }) async *hub() {
    yield* hub.subscribe('a', { signal: this.signal, lastEventId: lastEventId(this.request) });
  }
  @sse('/direct', { events: { tick: Tick } }) direct() {
    return hub.subscribe(['a', 'b'], { filter: ({ data }) => data.n > 1 });
  }
  @sse('/list', { event: Tick }) list() {
    return [{ n: 1 }];
  }
  @sse('/later', { method: 'post', body: Tick, event: Tick }) async later(tick: Tick) {
    return [tick];
  }
  @sse('/life', { events: responseEvents(Tick) }) async *life() {
    yield responseEvent.started();
    yield responseEvent.result([{ n: 1 }]);
    yield responseEvent.finished();
  }
  @get('/rows', { response: Type.Array(Tick) }) async *rows() {
    yield { n: 1 };
  }
  @get('/lines', { response: Type.Array(Tick), stream: 'ndjson' }) *lines() {
    yield { n: 1 };
  }
}

export class Refusals extends APIView {
  // @ts-expect-error the data is no tick
  @sse({ event: Tick }) async *plain() {
    yield { n: 'x' };
  }
  // @ts-expect-error there is no such event
  @sse('/named', { events: { tick: Tick } }) async *named() {
    yield { event: 'tock', data: { n: 1 } } as const;
  }
  // @ts-expect-error nothing is iterable here
  @sse('/none', { event: Tick }) none() {
    return 1;
  }
  // @ts-expect-error the query has no such property
  @sse('/query', { event: Tick, query: Query }) *query({ to }: { to: string }) {
    yield { n: Number(to) };
  }
  // @ts-expect-error rows that do not fit
  @get('/rows', { response: Type.Array(Tick) }) async *rows() {
    yield { n: 'x' };
  }
  // @ts-expect-error only an array is sent item by item
  @get('/one', { response: Tick }) async *one() {
    yield { n: 1 };
  }
  // @ts-expect-error there is no such format
  @get('/xml', { response: Type.Array(Tick), stream: 'xml' }) xml() {
    return [];
  }
}

const Base = Resource({ name: 'Tick', schema: Tick, key: 'n' });

export class WithEvents extends ServerSentEventsMixin(ListMixin(Base)) {
  async *list() {
    yield { n: 1 };
  }
  async *events() {
    yield { n: 1 };
    yield { event: 'changed', data: { n: 2 } };
  }
}
ViewRouter().register(WithEvents);

export class WithOptions extends ServerSentEventsMixin(Base, { events: { tick: Tick }, query: Query }) {
  *events({ from }: Query) {
    yield { event: 'tick', data: { n: from } } as const;
  }
}
ViewRouter().register(WithOptions);

export class Composed extends compose(
  Resource({ name: 'Tick', schema: Tick, key: 'n' }),
  (Kind) => ServerSentEventsMixin(Kind, { events: { tick: Tick } }),
  ListMixin,
) {
  list() {
    return [];
  }
  *events() {
    yield { event: 'tick', data: { n: 1 } } as const;
  }
}
ViewRouter().register(Composed);

// @ts-expect-error the action is abstract
export class Lacking extends ServerSentEventsMixin(Base) {}

export class Wrong extends ServerSentEventsMixin(Base) {
  // @ts-expect-error the data is the resource
  async *events() {
    yield { m: 1 };
  }
}

// @ts-expect-error the event has data
void hub.publish('a', { event: 'tick' });
// @ts-expect-error no other event
void hub.publish('a', { event: 'tock', data: { n: 1 } });
