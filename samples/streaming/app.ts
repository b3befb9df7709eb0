import { setImmediate } from 'node:timers/promises';
import { type Static, Type } from '@sinclair/typebox';
import express from 'express';
import {
  APIView,
  configureApp,
  get,
  ListMixin,
  NotFound,
  Resource,
  UpdateMixin,
  ViewRouter,
} from 'express-viewsets';
import {
  EventHub,
  lastEventId,
  responseEvent,
  responseEvents,
  ServerSentEventsMixin,
  sse,
} from 'express-viewsets/sse';

const Price = Type.Object({ id: Type.String(), amount: Type.Integer({ minimum: 0 }) }, { $id: 'Price' });
type Price = Static<typeof Price>;

const prices = new Map<string, Price>([['tea', { id: 'tea', amount: 2 }]]);
export const hub = new EventHub<{ event: 'changed'; data: Price }>();

class Prices extends ServerSentEventsMixin(
  ListMixin(UpdateMixin(Resource({ name: 'Price', schema: Price }))),
  { events: { changed: Price }, retry: 1000 },
) {
  list() {
    return prices.values();
  }
  async update({ id }: Pick<Price, 'id'>, price: Price) {
    if (!prices.has(id)) return undefined;
    prices.set(id, { ...price, id });
    await hub.publish('prices', { event: 'changed', data: { ...price, id } });
    return prices.get(id);
  }
  async *events() {
    yield* hub.subscribe('prices', { lastEventId: lastEventId(this.request), signal: this.signal });
  }
}

const Row = Type.Object({ number: Type.Integer(), square: Type.Integer() }, { $id: 'Row' });
const Count = Type.Object({ count: Type.Integer({ default: 3, minimum: 1, maximum: 1_000_000 }) });
type Count = Static<typeof Count>;

async function* squares(count: number) {
  for (let number = 1; number <= count; number += 1) {
    if (number % 1000 === 0) await setImmediate();
    yield { number, square: number * number };
  }
}

class Reports extends APIView {
  @get('/squares', { query: Count, response: Type.Array(Row), stream: ['json', 'ndjson'] })
  squares({ count }: Count) {
    return squares(count);
  }

  @sse('/report', { query: Count, events: responseEvents(Row), errors: [NotFound] })
  async *report({ count }: Count) {
    if (count === 404) throw new NotFound('There is no such report.');
    yield responseEvent.started();
    for await (const row of squares(count)) yield responseEvent.result([row]);
    yield responseEvent.finished();
  }

  @sse('/countdown', { event: Type.Integer() })
  *countdown() {
    // The browser comes back with the id of the last event, and is told by an empty stream that it was the last.
    for (let left = Number(lastEventId(this.request) ?? 4) - 1; left >= 0; left -= 1)
      yield { id: left, data: left };
  }
}

export const app = express();
app.use(ViewRouter({ prefix: '/prices' }).register(Prices));
app.use(ViewRouter().register(Reports));
configureApp(app, { info: { title: 'Streams', version: '1.0.0' }, openapiVersion: '3.2' });
