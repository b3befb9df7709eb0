import { randomUUID } from 'node:crypto';
import { type RedisEventHubOptions, redisEventHub } from 'express-viewsets/redis';
import type { Hub, Subscription } from 'express-viewsets/sse';
import { createClient } from 'redis';

type Note = { event?: string; data: unknown };
const { REDIS_URL } = process.env;
const gap = (reason: string) => ({ event: 'gap', data: { reason } });

async function take(subscription: Subscription<Note>, count: number): Promise<unknown[]> {
  const got: unknown[] = [];
  while (got.length < count) {
    const { value, done } = await subscription.next();
    if (done) return [...got, 'end'];
    got.push(value.event === 'gap' ? value : value.data);
  }
  return got;
}

test('what is no client is refused', () => {
  expect(() => redisEventHub({} as never)).toThrow('npm install redis');
});

if (REDIS_URL) describe.each([2, 3] as const)('over Redis, RESP%i', (RESP) => onRedis(REDIS_URL, RESP));
else test('not run: REDIS_URL is not set', () => {});

function onRedis(url: string, RESP: 2 | 3) {
  const connect = async () => {
    const client = createClient({ url, RESP });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  let client: Awaited<ReturnType<typeof connect>>;
  let key: string;
  const hubs: Hub<Note>[] = [];
  const errors: unknown[] = [];
  const hub = (options: RedisEventHubOptions = {}) => {
    const made = redisEventHub<Note>(client, { key, onError: (error) => errors.push(error), ...options });
    hubs.push(made);
    return made;
  };

  beforeAll(async () => {
    client = await connect();
  });
  beforeEach(() => {
    key = `express-viewsets:${randomUUID()}`;
    errors.length = 0;
  });
  afterEach(async () => {
    await Promise.all(hubs.splice(0).map((one) => one.close()));
    await client.del(key);
  });
  afterAll(() => client.close());

  test('an event reaches the subscribers of every process, once and in order', async () => {
    const [one, two] = [hub(), hub()];
    const here = one.subscribe('a');
    const there = two.subscribe(['a', 'b']);
    await two.publish('a', { data: { n: 1 } });
    await one.publish('b', { event: 'tick', data: 2 });
    await one.publish('a', { data: 3 });
    expect(await take(here, 2)).toEqual([{ n: 1 }, 3]);
    expect(await take(there, 3)).toEqual([{ n: 1 }, 2, 3]);
  });

  test('a client that comes back to another process goes on where it was', async () => {
    const [one, two] = [hub(), hub()];
    const first = one.subscribe('a');
    for (let n = 1; n <= 3; n += 1) await one.publish('a', { data: n });
    const { value } = await first.next();
    await first.return();
    const second = two.subscribe('a', { lastEventId: value?.id });
    await one.publish('a', { data: 4 });
    expect(await take(second, 3)).toEqual([2, 3, 4]);
    await one.publish('a', { data: 5 });
    expect(await take(second, 1)).toEqual([5]);
    const filtered = two.subscribe('a', { lastEventId: value?.id, filter: ({ data }) => data !== 3 });
    expect(await take(filtered, 3)).toEqual([2, 4, 5]);
  });

  test('loses and repeats nothing while many publish and the past is read in pages', async () => {
    const [one, two] = [hub(), hub({ queue: 10_000 })];
    const total = 3_000;
    const firstId = await one.publish('a', { data: 0 });
    const publish = (async () => {
      for (let n = 1; n <= total; n += 50)
        await Promise.all(Array.from({ length: 50 }, (_, i) => one.publish('a', { data: n + i })));
    })();
    const got = (await take(two.subscribe('a', { lastEventId: firstId }), total)) as number[];
    await publish;
    expect(new Set(got).size).toBe(total);
    expect(Math.max(...got)).toBe(total);
  });

  test('says where the history ends', async () => {
    const one = hub({ history: 1 });
    const ids: string[] = [];
    // Redis cuts whole nodes off, of a hundred entries each.
    for (let n = 1; n <= 250; n += 1) ids.push(await one.publish('a', { data: n }));
    const kept = await client.xLen(key);
    expect(kept).toBeLessThan(250);
    const from = (lastEventId?: string) => one.subscribe('a', { lastEventId });
    expect(await take(from(ids[248]), 1)).toEqual([250]);
    expect(await take(from(ids[0]), 2)).toEqual([gap('history'), 251 - kept]);
    for (const foreign of ['x', '1-1', '-', '+', '999999999999999-1', '1-1\r\nFLUSHALL'])
      expect(await take(from(foreign), 1)).toEqual([gap('history')]);
    await client.del(key);
    expect(await take(from(ids[0]), 1)).toEqual([gap('history')]);
  });

  test('goes on after its connections are lost', async () => {
    const one = hub();
    const subscription = one.subscribe('a');
    await one.publish('a', { data: 1 });
    expect(await take(subscription, 1)).toEqual([1]);
    const killer = await connect();
    const list = String(await killer.sendCommand(['CLIENT', 'LIST']));
    const waiting = list.split('\n').filter((line) => line.includes('cmd=xread'));
    expect(waiting.length).toBeGreaterThan(0);
    for (const line of waiting)
      await killer.sendCommand(['CLIENT', 'KILL', 'ID', /^id=(\d+)/.exec(line)?.[1] ?? '']);
    const other = redisEventHub<Note>(killer, { key });
    for (let n = 2; n <= 4; n += 1) await other.publish('a', { data: n });
    expect(await take(subscription, 3)).toEqual([2, 3, 4]);
    expect(errors).toHaveLength(1);
    await other.close();
    await killer.close();
  });

  test('what somebody else wrote is told of and left out', async () => {
    const one = hub();
    const subscription = one.subscribe('a');
    await client.xAdd(key, '*', { foo: 'bar' });
    await client.xAdd(key, '*', { channel: 'a', event: '{' });
    await one.publish('a', { data: 1 });
    expect(await take(subscription, 1)).toEqual([1]);
    expect(errors).toHaveLength(2);
  });

  test('a past that can not be read is an error of its subscriber, which is let go', async () => {
    const one = hub();
    await one.publish('a', { data: 1 });
    await client.del(key);
    await client.set(key, 'no stream');
    const subscription = one.subscribe('a', { lastEventId: '1-1' });
    await expect(subscription.next()).rejects.toThrow('WRONGTYPE');
    expect(one.subscribers).toBe(0);
  });

  test('close ends all, and leaves no connection waiting', async () => {
    const one = hub();
    const subscription = one.subscribe('a');
    const next = take(subscription, 1);
    await one.close();
    expect(await next).toEqual(['end']);
    expect(() => one.subscribe('a')).toThrow('closed');
  });
}
