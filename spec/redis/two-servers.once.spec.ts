import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { EventSource } from 'eventsource';
import { redisEventHub } from 'express-viewsets/redis';
import { createClient } from 'redis';
import { until } from '../support/streams';

const { REDIS_URL } = process.env;

if (REDIS_URL) twoServers(REDIS_URL);
else test('not run: REDIS_URL is not set', () => {});

function twoServers(url: string) {
  const key = `express-viewsets:${randomUUID()}`;
  const children: ChildProcess[] = [];
  const client = createClient({ url });
  const hub = redisEventHub<{ data: { n: number } }>(client, { key });

  async function start(from: string): Promise<{ child: ChildProcess; port: number }> {
    const child = fork(resolve(__dirname, 'stream-server.ts'), {
      execArgv: ['--import', 'tsx'],
      env: {
        ...process.env,
        HUB_KEY: key,
        HUB_START: from,
        TSX_TSCONFIG_PATH: resolve(__dirname, '../../tsconfig.json'),
      },
    });
    children.push(child);
    const [port] = (await once(child, 'message')) as [number];
    return { child, port };
  }

  beforeAll(() => client.connect());
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await hub.close();
    await client.del(key);
    await client.close();
  });

  test('one of two servers is killed in the middle of a stream, and its client loses and repeats nothing', async () => {
    const from = await hub.publish('ticks', { data: { n: 0 } });
    const [first, second] = await Promise.all([start(from), start(from)]);
    // As a load balancer: to the first one, as long as there is one.
    const ports: number[] = [];
    const balanced: typeof fetch = (_input, init) => {
      const { port } = first.child.exitCode === null && first.child.signalCode === null ? first : second;
      ports.push(port);
      return fetch(`http://127.0.0.1:${port}/live`, init);
    };
    const source = new EventSource('http://balanced/live', { fetch: balanced });
    const got: number[] = [];
    source.onmessage = ({ data }) => got.push(JSON.parse(data).n);

    const total = 500;
    for (let n = 1; n <= total; n += 1) {
      await hub.publish('ticks', { data: { n } });
      if (n === 200) {
        await until(() => got.length > 0);
        first.child.kill('SIGKILL');
      }
      if (n % 20 === 0) await new Promise((done) => setTimeout(done, 5));
    }
    await until(() => got.length >= total);
    source.close();
    expect(got).toEqual(Array.from({ length: total }, (_, index) => index + 1));
    expect(ports[0]).toBe(first.port);
    expect(ports.at(-1)).toBe(second.port);
  }, 60_000);
}
