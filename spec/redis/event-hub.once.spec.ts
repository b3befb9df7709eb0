import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import {
  type RedisClient,
  type RedisConnection,
  type RedisEventHubOptions,
  redisEventHub,
} from 'express-viewsets/redis';
import type { Hub, Subscription } from 'express-viewsets/sse';
import { createClient } from 'redis';
import { until } from '../support/streams';
import { tcpProxy } from '../support/tcp-proxy';

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

/** What a subscriber has to see that got these numbers: a gap in front of each that does not follow on the one before. */
function withGaps(numbers: readonly number[], before: number): unknown[] {
  return numbers.flatMap((n, index) =>
    n === (numbers[index - 1] ?? before) + 1 ? [n] : [gap('history'), n],
  );
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** As a client of Redis 6.2, whose XINFO does not say how many entries there ever were. */
function withoutCounts<C extends RedisClient>(client: C): C {
  const sendCommand = async (args: string[]) => {
    const reply = await client.sendCommand(args);
    if (args[0] !== 'XINFO') return reply;
    if (!Array.isArray(reply)) {
      const { 'entries-added': _, ...rest } = reply as Record<string, unknown>;
      return rest;
    }
    const at = reply.map(String).indexOf('entries-added');
    return reply.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
  };
  return new Proxy(client, {
    get(target, name) {
      if (name === 'sendCommand') return sendCommand;
      if (name === 'duplicate') return (options: object) => withoutCounts(target.duplicate(options));
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
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

  test('a process that was busy while the history was cut is told that it missed something', async () => {
    const one = hub({ queue: 10_000 });
    const subscription = one.subscribe('a');
    await one.publish('a', { data: 0 });
    expect(await take(subscription, 1)).toEqual([0]);
    const total = 3_000;
    // In a thread of its own, as this one stands still meanwhile.
    const state = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(
      `const { workerData: { url, key, total, state } } = require('node:worker_threads');
      const { createClient } = require('redis');
      (async () => {
        const client = await createClient({ url }).connect();
        await Promise.all(Array.from({ length: total }, (_, n) => client.sendCommand(
          ['XADD', key, 'MAXLEN', '~', '300', '*', 'channel', 'a', 'event', JSON.stringify({ data: n + 1 })])));
        await client.close();
        Atomics.store(state, 0, 1);
        Atomics.notify(state, 0);
      })();`,
      { eval: true, workerData: { url, key, total, state } },
    );
    Atomics.wait(state, 0, 0, 15_000);
    expect(Atomics.load(state, 0)).toBe(1);
    const got: unknown[] = [];
    while (got.at(-1) !== total) got.push(...(await take(subscription, 1)));
    await worker.terminate();
    expect(got.length).toBeLessThan(total);
    // In front of each place where numbers are missing, and nowhere else.
    expect(got).toEqual(withGaps(got.filter((one) => typeof one === 'number') as number[], 0));
  });

  test.each([
    ['before it is known that the page was whole', '500'],
    ['behind that', '1'],
  ])('a history that is cut while a page of it is read says so: %s', async (_when, count) => {
    const one = hub({ history: 100_000, queue: 10_000 });
    const ids = await Promise.all(Array.from({ length: 1_200 }, (_, n) => one.publish('a', { data: n })));
    let cut = false;
    const meddled: RedisClient = {
      duplicate: (options) => client.duplicate(options as object) as unknown as RedisConnection,
      options: client.options as object,
      async sendCommand(args) {
        const reply = await client.sendCommand(args);
        if (!cut && args[0] === 'XRANGE' && args.at(-1) === count) {
          cut = true;
          await client.xTrim(key, 'MAXLEN', 100);
        }
        return reply;
      },
    };
    const other = redisEventHub<Note>(meddled, { key });
    hubs.push(other);
    const subscription = other.subscribe('a', { lastEventId: ids[0] });
    const got: unknown[] = [];
    while (got.at(-1) !== 1_199) got.push(...(await take(subscription, 1)));
    const numbers = got.filter((one) => typeof one === 'number');
    expect(numbers).toEqual([...range(1, 500), ...range(1_100, 1_199)]);
    // Where it can not be told whether the first page was whole, one gap more than there are.
    expect(got).toEqual([...(count === '500' ? [gap('history')] : []), ...withGaps(numbers as number[], 0)]);
  });

  test('a history that began anew is told from one that goes on', async () => {
    const one = hub();
    const ids: string[] = [];
    for (let n = 1; n <= 3; n += 1) ids.push(await one.publish('a', { data: n }));
    const live = one.subscribe('a');
    await one.publish('a', { data: 4 });
    expect(await take(live, 1)).toEqual([4]);
    await client.del(key);
    for (let n = 5; n <= 6; n += 1) await one.publish('a', { data: n });
    expect(await take(one.subscribe('a', { lastEventId: ids[0] }), 3)).toEqual([gap('history'), 5, 6]);
    expect(await take(live, 3)).toEqual([gap('history'), 5, 6]);
  });

  test('a history that went back in time, as after a failover, is followed again', async () => {
    const one = hub();
    const live = one.subscribe('a');
    await one.publish('a', { data: 0 });
    expect(await take(live, 1)).toEqual([0]);
    const event = JSON.stringify({ data: 1 });
    await client.sendCommand(['XADD', key, '99999999999999-1', 'channel', 'a', 'event', event]);
    expect(await take(live, 1)).toEqual([1]);
    await client.del(key);
    await one.publish('a', { data: 2 });
    const seen = await take(live, 1);
    expect(seen).toEqual([gap('history')]);
    await one.publish('a', { data: 3 });
    expect(await take(live, 1)).toEqual([3]);
  });

  test('so is it by those who have read more of the old one than there is of the new', async () => {
    const one = hub();
    const event = JSON.stringify({ data: 1 });
    const ahead = '99999999999999-1';
    const first = await one.publish('a', { data: 0 });
    await client.sendCommand(['XADD', key, ahead, 'channel', 'a', 'event', event]);
    const live = one.subscribe('a', { lastEventId: first });
    expect(await take(live, 1)).toEqual([1]);
    const pending = live.next();
    await client.del(key);
    await one.publish('a', { data: 2 });
    expect((await pending).value).toEqual(gap('history'));
    await one.publish('a', { data: 3 });
    expect(await take(live, 1)).toEqual([3]);
  });

  test('an event has all of its fields, for whoever filters by them', async () => {
    type Owned = Note & { owner: string };
    const one = redisEventHub<Owned>(client, { key });
    hubs.push(one as never);
    const first = await one.publish('a', { data: 0, owner: 'ada' });
    await one.publish('a', { data: 1, owner: 'bob' });
    await one.publish('a', { event: 'tick', data: 2, owner: 'ada', id: 'mine' } as Owned);
    const filter = ({ owner }: Owned) => owner === 'ada';
    const { value } = await one.subscribe('a', { lastEventId: first, filter }).next();
    expect(value).toEqual({ event: 'tick', data: 2, owner: 'ada', id: expect.stringMatching(/^\d+-\d+$/) });
  });

  test('who keeps up is told of no gap, however short the history', async () => {
    const one = hub({ history: 1 });
    const live = one.subscribe('a');
    const got: unknown[] = [];
    for (let n = 1; n <= 450; n += 1) {
      await one.publish('a', { data: n });
      got.push(...(await take(live, 1)));
    }
    expect(got).toEqual(range(1, 450));
    expect(await client.xLen(key)).toBeLessThan(450);
  });

  test('Redis 6, which does not count what it ever had, errs on the side of a gap', async () => {
    const old = withoutCounts(client as unknown as RedisClient);
    const one = redisEventHub<Note>(old, { key, history: 300 });
    hubs.push(one);
    const live = one.subscribe('a');
    await one.publish('a', { data: 1 });
    expect(await take(live, 1)).toEqual([1]);
    await client.del(key);
    await one.publish('a', { data: 2 });
    expect(await take(live, 2)).toEqual([gap('history'), 2]);
    for (let n = 3; n <= 900; n += 1) {
      await one.publish('a', { data: n });
      expect(await take(live, 1)).toEqual([n]);
    }
  });

  test('a key of another type is told of once, and followed when it is a stream again', async () => {
    const one = hub();
    const live = one.subscribe('a');
    await one.publish('a', { data: 1 });
    expect(await take(live, 1)).toEqual([1]);
    await client.del(key);
    await client.set(key, 'no stream');
    await one.publish('a', { data: 2 }).catch(() => {});
    await until(() => errors.length > 0);
    await client.del(key);
    await one.publish('a', { data: 3 });
    expect(await take(live, 2)).toEqual([gap('history'), 3]);
    expect(errors).toHaveLength(1);
  });

  // Once, as it takes its time and has nothing to do with the protocol.
  if (RESP === 3) describe('over a network that fails', () => networkFailures());

  function networkFailures() {
    const { hostname, port: redisPort } = new URL(url);
    let proxy: Awaited<ReturnType<typeof tcpProxy>>;
    let far: Awaited<ReturnType<typeof connect>>;
    beforeEach(async () => {
      proxy = await tcpProxy({ host: hostname, port: Number(redisPort || 6379) });
      const through = new URL(url);
      through.hostname = '127.0.0.1';
      through.port = String(proxy.port);
      far = createClient({ url: String(through), RESP });
      far.on('error', () => {});
      await far.connect();
    });
    afterEach(async () => {
      await Promise.all(hubs.splice(0).map((one) => one.close()));
      far.destroy();
      await proxy.close();
    });
    const farHub = () => {
      const made = redisEventHub<Note>(far, { key, onError: (error) => errors.push(error) });
      hubs.push(made);
      return made;
    };

    test('a connection that is dead and does not know it is made anew', async () => {
      const one = farHub();
      const live = one.subscribe('a');
      await one.publish('a', { data: 1 });
      expect(await take(live, 1)).toEqual([1]);
      proxy.freezeNew();
      proxy.freeze();
      await hub().publish('a', { data: 2 });
      await until(() => errors.length === 1);
      expect(String(errors[0])).toMatch(/no answer/);
      // The one that is tried next is as dead.
      const { taken } = proxy;
      await until(() => proxy.taken > taken);
      proxy.thaw();
      await hub().publish('a', { data: 3 });
      expect(await take(live, 2)).toEqual([2, 3]);
      expect(errors).toHaveLength(1);
    }, 60_000);

    test('who subscribes while there is no connection is told that something may be missing', async () => {
      proxy.freezeNew();
      proxy.cut();
      await until(() => !far.isReady);
      const live = farHub().subscribe('a');
      await hub().publish('a', { data: 1 });
      await until(() => errors.length === 1);
      proxy.thaw();
      proxy.cut();
      expect(await take(live, 1)).toEqual([gap('history')]);
      await hub().publish('a', { data: 2 });
      expect(await take(live, 1)).toEqual([2]);
      expect(errors).toHaveLength(1);
    });
  }

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
