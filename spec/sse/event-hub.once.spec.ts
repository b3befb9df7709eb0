import { EventHub, type Subscription } from 'express-viewsets/sse';

type Note = { event?: string; data: unknown };

async function take(subscription: Subscription<Note>, count: number): Promise<unknown[]> {
  const got: unknown[] = [];
  while (got.length < count) {
    const { value, done } = await subscription.next();
    if (done) return [...got, 'end'];
    got.push(value.event === 'gap' ? value : value.data);
  }
  return got;
}

const gap = (reason: string) => ({ event: 'gap', data: { reason } });

describe('a hub', () => {
  test('hands each event of a channel to each of its subscribers', async () => {
    const hub = new EventHub<Note>();
    const a = hub.subscribe('a');
    const both = hub.subscribe(['a', 'b']);
    const waiting = take(both, 1);
    await hub.publish('a', { data: 1 });
    await hub.publish('b', { event: 'tick', data: 2 });
    await hub.publish('c', { data: 3 });
    await hub.publish('a', { data: 4 });
    expect(await waiting).toEqual([1]);
    expect(await take(both, 2)).toEqual([2, 4]);
    expect(await take(a, 2)).toEqual([1, 4]);
    expect(hub.subscribers).toBe(2);
    await hub.close();
    expect(await take(a, 1)).toEqual(['end']);
    expect(hub.subscribers).toBe(0);
  });

  test('gives ids, from which a client goes on', async () => {
    const hub = new EventHub<Note>();
    const first = await hub.publish('a', { data: 1 });
    await hub.publish('b', { data: 'other' });
    const second = await hub.publish('a', { data: 2 });
    expect(second).not.toBe(first);
    const { value } = await hub.subscribe('a', { lastEventId: first }).next();
    expect(value).toEqual({ data: 2, id: second });
    const later = hub.subscribe('a', { lastEventId: second });
    await hub.publish('a', { data: 3 });
    expect(await take(later, 1)).toEqual([3]);
  });

  test('sends what came while the past was read, once', async () => {
    const hub = new EventHub<Note>();
    const first = await hub.publish('a', { data: 1 });
    await hub.publish('a', { data: 2 });
    const subscription = hub.subscribe('a', { lastEventId: first });
    await hub.publish('a', { data: 3 });
    expect(await take(subscription, 1)).toEqual([2]);
    await hub.publish('a', { data: 4 });
    expect(await take(subscription, 2)).toEqual([3, 4]);
  });

  test('says where the history ends', async () => {
    const hub = new EventHub<Note>({ history: 2 });
    const ids: string[] = [];
    for (let n = 1; n <= 6; n += 1) ids.push(await hub.publish('a', { data: n }));
    const from = (lastEventId?: string) => hub.subscribe('a', { lastEventId });
    expect(await take(from(ids[3]), 2)).toEqual([5, 6]);
    expect(await take(from(ids[4]), 1)).toEqual([6]);
    expect(await take(from(ids[2]), 3)).toEqual([gap('history'), 5, 6]);
    for (const foreign of ['x', '1-1', '9999999999999-1', `${ids[5]}0`, "1-1' OR 1", '-', '1'.repeat(1000)])
      expect(await take(from(foreign), 1)).toEqual([gap('history')]);
  });

  test('takes the id of another hub for none of its own, also where both began in the same millisecond', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(1_731_000_000_000);
    const [one, other] = [new EventHub<Note>(), new EventHub<Note>()];
    jest.restoreAllMocks();
    const id = await one.publish('a', { data: 1 });
    await other.publish('a', { data: 2 });
    await other.publish('a', { data: 3 });
    expect(await take(other.subscribe('a', { lastEventId: id }), 3)).toEqual([gap('history'), 2, 3]);
  });

  test('without a history, goes on from the last event alone', async () => {
    const none = new EventHub<Note>({ history: 0 });
    const before = await none.publish('a', { data: 0 });
    const id = await none.publish('a', { data: 1 });
    expect(await take(none.subscribe('a', { lastEventId: before }), 1)).toEqual([gap('history')]);
    const next = none.subscribe('a', { lastEventId: id });
    await none.publish('a', { data: 2 });
    expect(await take(next, 1)).toEqual([2]);
  });

  test('replays nothing that the subscriber may not see', async () => {
    const hub = new EventHub<Note & { owner: string }>();
    const first = await hub.publish('a', { data: 0, owner: 'ada' });
    await hub.publish('b', { data: 1, owner: 'ada' });
    await hub.publish('a', { data: 2, owner: 'bob' });
    await hub.publish('a', { data: 3, owner: 'ada' });
    const filter = ({ owner }: { owner: string }) => owner === 'ada';
    const subscription = hub.subscribe('a', { lastEventId: first, filter });
    await hub.publish('a', { data: 4, owner: 'bob' });
    await hub.publish('a', { data: 5, owner: 'ada' });
    expect(await take(subscription as never, 2)).toEqual([3, 5]);
  });

  test('drops a subscriber that is too slow, and keeps no more than its queue for it', async () => {
    const hub = new EventHub<Note>({ queue: 3 });
    const slow = hub.subscribe('a');
    const fast = hub.subscribe('a');
    const got: unknown[] = [];
    for (let n = 1; n <= 5; n += 1) {
      await hub.publish('a', { data: n });
      got.push(...(await take(fast, 1)));
    }
    expect(got).toEqual([1, 2, 3, 4, 5]);
    expect(hub.subscribers).toBe(1);
    expect(await take(slow, 2)).toEqual([gap('slow'), 'end']);
  });

  test('lets go whoever leaves: by return, by the signal, before and while it waits', async () => {
    const hub = new EventHub<Note>();
    const abort = new AbortController();
    const waiting = hub.subscribe('a', { signal: abort.signal });
    const next = take(waiting, 1);
    const idle = hub.subscribe('a', { signal: abort.signal });
    const other = hub.subscribe('a');
    for await (const { data } of hub.subscribe('a', { lastEventId: 'x' })) {
      expect(data).toEqual({ reason: 'history' });
      break;
    }
    expect(hub.subscribers).toBe(3);
    abort.abort();
    expect(hub.subscribers).toBe(1);
    expect(await next).toEqual(['end']);
    expect(await take(idle, 1)).toEqual(['end']);
    await other.return();
    expect(hub.subscribers).toBe(0);
    expect(await take(hub.subscribe('a', { signal: abort.signal }), 1)).toEqual(['end']);
    expect(hub.subscribers).toBe(0);
  });

  test('a filter that throws ends its own subscription, and no publisher hears of it', async () => {
    const hub = new EventHub<Note>();
    const fault = new Error('filter');
    const filter = () => {
      throw fault;
    };
    const before = hub.subscribe('a', { filter });
    const waiting = hub.subscribe('a', { filter });
    const next = waiting.next();
    await hub.publish('a', { data: 1 });
    await expect(before.next()).rejects.toBe(fault);
    await expect(next).rejects.toBe(fault);
    expect(hub.subscribers).toBe(0);
  });

  test('an event that is published stays as it is', async () => {
    const hub = new EventHub<Note>();
    const subscription = hub.subscribe('a');
    const note = { event: 'tick', data: 1 };
    await hub.publish('a', note);
    note.event = 'tock';
    expect((await subscription.next()).value?.event).toBe('tick');
  });

  test('refuses mistakes', async () => {
    expect(() => new EventHub({ history: -1 })).toThrow('`history` of a hub is a whole number of events');
    expect(() => new EventHub({ queue: 0 })).toThrow('`queue` of a hub');
    const hub = new EventHub<Note>();
    expect(() => hub.subscribe([])).toThrow('by the names of channels');
    await expect(hub.publish('', { data: 1 })).rejects.toThrow('by the names of channels');
  });
});
