// One of several processes of an API with a stream of events: a spec starts it, and kills it.

import type { AddressInfo } from 'node:net';
import { Type } from '@sinclair/typebox';
import express from 'express';
import { APIView, ViewRouter } from 'express-viewsets';
import { redisEventHub } from 'express-viewsets/redis';
import { lastEventId, sse } from 'express-viewsets/sse';
import { createClient } from 'redis';

const { REDIS_URL = '', HUB_KEY = '', HUB_START = '' } = process.env;

async function main(): Promise<void> {
  const client = createClient({ url: REDIS_URL });
  await client.connect();
  const hub = redisEventHub<{ data: { n: number } }>(client, { key: HUB_KEY });

  class Live extends APIView {
    static override readonly actions = {
      live: sse('/live', { event: Type.Object({ n: Type.Integer() }), retry: 1, openAfter: 0 }),
    };
    async *live() {
      const from = lastEventId(this.request) ?? HUB_START;
      yield* hub.subscribe('ticks', { lastEventId: from, signal: this.signal });
    }
  }

  const server = express()
    .use(ViewRouter().register(Live))
    .listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

void main();
