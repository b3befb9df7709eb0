import { type Static, Type } from '@sinclair/typebox';
import express from 'express';
import { configureApp, Resource, ViewRouter } from 'express-viewsets';
import { redisEventHub } from 'express-viewsets/redis';
import { lastEventId, ServerSentEventsMixin } from 'express-viewsets/sse';
import { createClient } from 'redis';

const Price = Type.Object({ id: Type.String(), amount: Type.Integer({ minimum: 0 }) }, { $id: 'Price' });
type Price = Static<typeof Price>;

/** As many processes as you like, behind any load balancer. */
export async function start(url: string, key: string) {
  const client = createClient({ url });
  client.on('error', (error) => console.error(error));
  await client.connect();
  const hub = redisEventHub<{ event: 'changed'; data: Price }>(client, { key, history: 10_000 });

  class Prices extends ServerSentEventsMixin(Resource({ name: 'Price', schema: Price }), {
    events: { changed: Price },
  }) {
    async *events() {
      yield* hub.subscribe('prices', { lastEventId: lastEventId(this.request), signal: this.signal });
    }
  }

  const app = express();
  app.use(ViewRouter({ prefix: '/prices' }).register(Prices));
  configureApp(app, { info: { title: 'Prices', version: '1.0.0' } });
  const stop = async () => {
    await hub.close();
    await client.close();
  };
  return { app, hub, stop };
}
