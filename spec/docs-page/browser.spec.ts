import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { configureApp, ViewRouter } from 'express-viewsets';
import helmet from 'helmet';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Item, info, itemViewSet } from '../support/app';
import { findChromium, quiet } from '../support/chromium';

const executablePath = findChromium();

if (executablePath) describe('the docs page in a browser, under helmet', () => inBrowser(executablePath));
else test('not run: there is no Chromium at /usr/bin/chromium, nor where CHROMIUM says', () => {});

function inBrowser(executablePath: string) {
  const items = new Map<number, Item>([[1, { id: 1, name: 'Lamp', price: 20 }]]);
  const app = express();
  app.use(helmet());
  app.use('/api', ViewRouter({ prefix: '/items' }).register(itemViewSet(items)));
  configureApp(app, { info });
  const server = createServer(app);
  const complaints: string[] = [];
  const hosts = new Set<string>();
  let browser: Browser;
  let page: Page;
  let host: string;

  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath, args: quiet });
    page = await browser.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('requestfailed', (failed) => complaints.push(`${failed.url()} failed`));
    page.on('request', (sent) => {
      const { protocol, host } = new URL(sent.url());
      if (protocol !== 'data:' && protocol !== 'blob:') hosts.add(host);
    });
    await page.goto(`http://${host}/docs`);
    await page.locator('.opblock').first().waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  test('shows the API and each operation', async () => {
    expect(await page.title()).toBe(info.title);
    const shown = await page.locator('.opblock').evaluateAll((blocks) =>
      blocks.map((block) => {
        const text = (part: string) => block.querySelector(part)?.textContent?.replace(/\u200b/g, '');
        return `${text('.opblock-summary-method')} ${text('.opblock-summary-path')}`;
      }),
    );
    expect(shown).toEqual([
      'GET /api/items',
      'POST /api/items',
      'GET /api/items/{id}',
      'PUT /api/items/{id}',
      'DELETE /api/items/{id}',
    ]);
  });

  test('a request made with "Try it out" is answered', async () => {
    const retrieve = page.locator('#operations-Item-retrieve_item');
    await retrieve.locator('.opblock-summary-control').click();
    await retrieve.getByRole('button', { name: 'Try it out' }).click();
    await retrieve.locator('input[placeholder="id"]').fill('1');
    await retrieve.getByRole('button', { name: 'Execute' }).click();
    const live = retrieve.locator('.live-responses-table');
    await live.waitFor();
    expect(await live.locator('.response-col_status').last().textContent()).toContain('200');
    const answer = await live.locator('.highlight-code').first().textContent();
    expect(JSON.parse(answer?.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1) ?? '')).toEqual(
      items.get(1),
    );
  });

  test('a body that is written there is sent', async () => {
    const create = page.locator('#operations-Item-create_item');
    await create.locator('.opblock-summary-control').click();
    await create.getByRole('button', { name: 'Try it out' }).click();
    await create.locator('textarea').fill('{"id": 2, "name": "Desk", "price": 90}');
    await create.getByRole('button', { name: 'Execute' }).click();
    const live = create.locator('.live-responses-table');
    await live.waitFor();
    expect(await live.locator('.response-col_status').last().textContent()).toContain('201');
    expect(items.get(2)).toEqual({ id: 2, name: 'Desk', price: 90 });
  });

  test('asks no other host, and complains of nothing', () => {
    expect([...hosts]).toEqual([host]);
    expect(complaints).toEqual([]);
  });
}
