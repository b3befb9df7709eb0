import { type Static, Type } from '@sinclair/typebox';
import { EventSource } from 'eventsource';
import { APIView, NotFound } from 'express-viewsets';
import { EventHub, lastEventId, sse } from 'express-viewsets/sse';
import { appOf } from '../support/app';
import { closeServers, serve, until } from '../support/streams';

const Tick = Type.Object({ n: Type.Integer() });
type Tick = Static<typeof Tick>;

afterEach(closeServers);

test('the package eventsource reads events, comes back where it was, and stops at a 204', async () => {
  const last = 7;
  const asked: (string | undefined)[] = [];
  class Ticks extends APIView {
    @sse('/ticks', { events: { tick: Tick }, retry: 1, heartbeat: 5 })
    *ticks() {
      const from = lastEventId(this.request);
      asked.push(from);
      const start = Number(from ?? 0) + 1;
      for (let n = start; n < start + 3 && n <= last; n += 1)
        yield { event: 'tick', id: n, data: { n } } as const;
    }
  }
  const { url } = await serve(appOf([Ticks]));
  const source = new EventSource(`${url}/ticks`);
  const got: number[] = [];
  source.addEventListener('tick', ({ data }) => got.push(JSON.parse(data).n));
  await until(() => source.readyState === EventSource.CLOSED);
  expect(got).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(asked).toEqual([undefined, '3', '6', '7']);
});

test('it hears of an error, before and behind the first event', async () => {
  class Broken extends APIView {
    @sse('/early', { event: Tick }) *early() {
      yield* [] as Tick[];
      throw new NotFound();
    }
    @sse('/late', { event: Tick }) *late() {
      yield { n: 1 };
      throw new NotFound('No more.');
    }
  }
  const { url } = await serve(appOf([Broken]));
  const early = new EventSource(`${url}/early`);
  const failure = await new Promise<{ code?: number }>((resolve) => {
    early.onerror = resolve;
  });
  expect([failure.code, early.readyState]).toEqual([404, EventSource.CLOSED]);
  const late = new EventSource(`${url}/late`);
  const problem = await new Promise<string>((resolve) => {
    late.addEventListener('error', (event) => 'data' in event && resolve(event.data as string));
  });
  late.close();
  expect(JSON.parse(problem)).toMatchObject({ status: 404, detail: 'No more.' });
});

test('clients of a hub lose and repeat nothing, whatever becomes of their connections', async () => {
  const hub = new EventHub<{ data: Tick }>();
  class Live extends APIView {
    @sse('/live', { event: Tick, retry: 1, openAfter: 0 })
    async *live() {
      yield* hub.subscribe('ticks', { lastEventId: lastEventId(this.request) ?? start, signal: this.signal });
    }
  }
  const start = await hub.publish('ticks', { data: { n: 0 } });
  const { server, url } = await serve(appOf([Live]));
  const total = 300;
  const clients = Array.from({ length: 10 }, () => {
    const source = new EventSource(`${url}/live`);
    const got: number[] = [];
    source.onmessage = ({ data }) => got.push(JSON.parse(data).n);
    return { source, got };
  });
  await until(() => hub.subscribers === clients.length);
  for (let n = 1; n <= total; n += 1) {
    await hub.publish('ticks', { data: { n } });
    if (n % 50 === 0) server.closeAllConnections();
    if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await until(() => clients.every(({ got }) => got.length >= total));
  const all = Array.from({ length: total }, (_, index) => index + 1);
  for (const { source, got } of clients) {
    expect(got).toEqual(all);
    source.close();
  }
  await until(() => hub.subscribers === 0);
});
