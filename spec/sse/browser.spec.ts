import { type Static, Type } from '@sinclair/typebox';
import compression from 'compression';
import express from 'express';
import { APIView, configureApp, NotFound, ViewRouter } from 'express-viewsets';
import { EventHub, lastEventId, sse } from 'express-viewsets/sse';
import { type Browser, chromium, type Page } from 'playwright-core';
import { info } from '../support/app';
import { findChromium, quiet } from '../support/chromium';
import { closeServers, serve, until } from '../support/streams';

const executablePath = findChromium();

const Tick = Type.Object({ n: Type.Integer() });
type Tick = Static<typeof Tick>;

if (executablePath) describe('EventSource in a browser', () => inBrowser(executablePath));
else test('not run: there is no Chromium at /usr/bin/chromium, nor where CHROMIUM says', () => {});

function inBrowser(executablePath: string) {
  const hub = new EventHub<{ event: 'tick'; data: Tick }>({ history: 3 });
  const asked: (string | undefined)[] = [];
  class Streams extends APIView {
    @sse('/counted', { event: Tick, retry: 10, heartbeat: 20 })
    async *counted() {
      const from = lastEventId(this.request);
      asked.push(from);
      const start = Number(from ?? 0) + 1;
      for (let n = start; n < start + 2 && n <= 5; n += 1) yield { id: n, data: { n } };
    }
    @sse('/text', { event: Type.String(), text: true }) *text() {
      yield 'one\ntwo\r\nthree\rfour';
      yield { event: 'end', data: ' end' };
    }
    @sse('/broken', { event: Tick }) *broken() {
      yield { n: 1 };
      throw new NotFound('No more.');
    }
    @sse('/live', { events: { tick: Tick }, openAfter: 0, retry: 10 }) async *live() {
      yield* hub.subscribe('ticks', { lastEventId: lastEventId(this.request), signal: this.signal });
    }
  }
  let browser: Browser;
  let page: Page;
  let closeConnections: () => void;
  /** Waited for by whoever subscribes: a browser may be back sooner than anybody sees that it has gone. */
  let open: Promise<void> | undefined;

  beforeAll(async () => {
    const app = express();
    app.use('/live', async (_request, _response, next) => {
      await open;
      next();
    });
    app.use(compression({ threshold: 0 }));
    app.get('/', (_request, response) => void response.type('html').send('<!doctype html><title>t</title>'));
    app.use(ViewRouter().register(Streams));
    configureApp(app, { info, docs: false });
    const { server, url } = await serve(app);
    closeConnections = () => server.closeAllConnections();
    browser = await chromium.launch({ executablePath, args: quiet });
    page = await browser.newPage();
    await page.goto(url);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await closeServers();
  });

  test('comes back where it was, until it is told that there is no more', async () => {
    const got = await page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const source = new EventSource('/counted');
          const data: string[] = [];
          source.onmessage = (event) => data.push(`${event.lastEventId} ${event.data}`);
          source.onerror = () => source.readyState === EventSource.CLOSED && resolve(data);
        }),
    );
    expect(got).toEqual([1, 2, 3, 4, 5].map((n) => `${n} {"n":${n}}`));
    expect(asked).toEqual([undefined, '2', '4', '5']);
  });

  test('reads text of several lines', async () => {
    const got = await page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const source = new EventSource('/text');
          const data: string[] = [];
          source.onmessage = (event) => data.push(event.data);
          source.addEventListener('end', (event) => {
            source.close();
            resolve([...data, event.data]);
          });
        }),
    );
    expect(got).toEqual(['one\ntwo\nthree\nfour', ' end']);
  });

  test('hears of an error', async () => {
    const problem = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const source = new EventSource('/broken');
          source.addEventListener('error', (event) => {
            source.close();
            resolve((event as MessageEvent).data);
          });
        }),
    );
    expect(JSON.parse(problem)).toMatchObject({ status: 404, detail: 'No more.' });
  });

  test('follows a hub over a lost connection, and is told of what it lost', async () => {
    await page.evaluate(() => {
      const got: string[] = [];
      const source = new EventSource('/live');
      for (const name of ['tick', 'gap']) source.addEventListener(name, ({ data }) => got.push(data));
      Object.assign(window, { got, source });
    });
    const got = () => page.evaluate(() => (window as unknown as { got: string[] }).got);
    await until(() => hub.subscribers === 1);
    await hub.publish('ticks', { event: 'tick', data: { n: 1 } });
    await untilShown(async () => (await got()).length === 1);
    const miss = async (...numbers: number[]) => {
      let comeIn = () => {};
      open = new Promise((resolve) => {
        comeIn = resolve;
      });
      closeConnections();
      await until(() => hub.subscribers === 0);
      for (const n of numbers) await hub.publish('ticks', { event: 'tick', data: { n } });
      comeIn();
    };
    await miss(2, 3);
    await untilShown(async () => (await got()).length === 3);
    await miss(4, 5, 6, 7);
    await untilShown(async () => (await got()).length === 7);
    const ticks = (numbers: number[]) => numbers.map((n) => `{"n":${n}}`);
    expect(await got()).toEqual([...ticks([1, 2, 3]), '{"reason":"history"}', ...ticks([5, 6, 7])]);
    await page.evaluate(() => (window as unknown as { source: EventSource }).source.close());
    await until(() => hub.subscribers === 0);
  });
}

async function untilShown(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
