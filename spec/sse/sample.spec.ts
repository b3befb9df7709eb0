import { randomUUID } from 'node:crypto';
import { EventSource } from 'eventsource';
import request from 'supertest';
import { app, hub } from '../../samples/streaming/app.js';
import { start } from '../../samples/streaming/redis.js';
import { closeServers, framesOf, serve, until } from '../support/streams';

afterEach(closeServers);

describe('samples/streaming', () => {
  test('a change reaches whoever listens, and one who comes back', async () => {
    const { url } = await serve(app);
    const source = new EventSource(`${url}/prices/events`);
    const got: { id: string; data: unknown }[] = [];
    source.addEventListener('changed', ({ data, lastEventId: id }) =>
      got.push({ id, data: JSON.parse(data) }),
    );
    await until(() => hub.subscribers === 1);
    await request(app).put('/prices/tea').send({ id: 'tea', amount: 3 }).expect(200);
    await until(() => got.length === 1);
    source.close();
    await until(() => hub.subscribers === 0);
    await request(app).put('/prices/tea').send({ id: 'tea', amount: 4 }).expect(200);
    await request(app).put('/prices/milk').send({ id: 'milk', amount: 4 }).expect(404);
    const again = new EventSource(`${url}/prices/events`, {
      fetch: (input, init) =>
        fetch(input, { ...init, headers: { ...init.headers, 'Last-Event-ID': got[0]?.id ?? '' } }),
    });
    const { data } = await new Promise<MessageEvent>((resolve) => again.addEventListener('changed', resolve));
    again.close();
    expect([got[0]?.data, JSON.parse(data)]).toEqual([
      { id: 'tea', amount: 3 },
      { id: 'tea', amount: 4 },
    ]);
  });

  test('rows, as an array and as lines', async () => {
    await request(app)
      .get('/squares?count=2')
      .expect(200, [
        { number: 1, square: 1 },
        { number: 2, square: 4 },
      ]);
    const { url } = await serve(app);
    const lines = await fetch(`${url}/squares`, { headers: { Accept: 'application/x-ndjson' } });
    expect((await lines.text()).split('\n')).toHaveLength(4);
    await request(app).get('/squares?count=0').expect(400);
  });

  test('the life of an answer', async () => {
    const { text } = await request(app).get('/report?count=2').expect(200);
    expect(framesOf(text).map((frame) => frame.split('\n')[0])).toEqual([
      'event: response.started',
      'event: response.result',
      'event: response.result',
      'event: response.finished',
    ]);
    await request(app).get('/report?count=404').expect(404);
  });

  test('a stream that is over for good', async () => {
    const { url } = await serve(app);
    const source = new EventSource(`${url}/countdown`);
    const got: string[] = [];
    source.onmessage = ({ data }) => got.push(data);
    await request(app).get('/countdown').set('Last-Event-ID', '0').expect(204);
    await until(() => got.length === 4);
    source.close();
    expect(got).toEqual(['3', '2', '1', '0']);
  });

  const { REDIS_URL } = process.env;
  if (!REDIS_URL) test('over Redis: not run, as REDIS_URL is not set', () => {});
  else
    test('over Redis', async () => {
      const key = `express-viewsets:${randomUUID()}`;
      const [one, two] = await Promise.all([start(REDIS_URL, key), start(REDIS_URL, key)]);
      const { url } = await serve(one.app);
      const source = new EventSource(`${url}/prices/events`);
      const changed = new Promise<MessageEvent>((resolve) => source.addEventListener('changed', resolve));
      await until(() => one.hub.subscribers === 1);
      await two.hub.publish('prices', { event: 'changed', data: { id: 'tea', amount: 3 } });
      expect(JSON.parse((await changed).data)).toEqual({ id: 'tea', amount: 3 });
      source.close();
      await Promise.all([one.stop(), two.stop()]);
    });
});
