import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { Client } from 'pg';
import { faultsOf } from './support/openapi';

/*
 * The server of samples/generic as a process of its own, as it is started by hand: on PGlite, and on PostgreSQL where there is
 * one, in a schema of its own.
 */

interface Page {
  items: Record<string, unknown>[];
  [member: string]: unknown;
}

interface Product {
  id: number;
  sku: string;
  name: string;
  description: string | null;
  price: number;
  rating: number | null;
  available: boolean;
  category_id: number;
  created_at: string;
  category?: string | undefined;
}

const root = resolve(__dirname, '..');

/** Starts a server, and resolves to its URL when it listens. */
async function start(children: ChildProcess[], databaseUrl?: string): Promise<string> {
  const { DATABASE_URL, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'samples/generic/server.ts'], {
    cwd: root,
    env: { ...env, PORT: '0', ...(databaseUrl && { DATABASE_URL: databaseUrl }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((found, failed) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const [url] = /http:\/\/localhost:\d+/.exec(output) ?? [];
      if (url) found(url);
    });
    child.once('exit', (code) => failed(new Error(`The server ended with ${code}:\n${output}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

describe('on PGlite', () => {
  const children: ChildProcess[] = [];
  let url: string;
  beforeAll(async () => {
    url = await start(children);
  }, 120_000);
  afterAll(() => Promise.all(children.map(stop)));

  describeShop(() => url);
});

const { DATABASE_URL } = process.env;
(DATABASE_URL ? describe : describe.skip)('on PostgreSQL', () => {
  const children: ChildProcess[] = [];
  const schema = `shop_${randomBytes(6).toString('hex')}`;
  const client = new Client({ connectionString: DATABASE_URL });
  let urls: string[];
  beforeAll(async () => {
    await client.connect();
    await client.query(`create schema ${schema}`);
    const own = new URL(DATABASE_URL as string);
    own.searchParams.set('options', `-c search_path=${schema}`);
    // Two at once, of which one migrates and fills it.
    urls = await Promise.all([start(children, own.href), start(children, own.href)]);
  }, 120_000);
  afterAll(async () => {
    await Promise.all(children.map(stop));
    await client.query(`drop schema if exists ${schema} cascade`);
    await client.end();
  });

  test('two that start at once migrate once', async () => {
    const { rows } = await client.query(`select name from ${schema}.migrations order by name`);
    expect(rows.map(({ name }) => name)).toEqual(['001_categories', '002_products', '003_order_of_the_feed']);
    const { rows: counted } = await client.query(`select count(*)::int as products from ${schema}.products`);
    expect(counted).toEqual([{ products: 200 }]);
  });

  describeShop(() => urls[0] as string);
});

function describeShop(url: () => string): void {
  const send = (path: string, init?: RequestInit) => fetch(`${url()}${path}`, init);
  const write = (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
    send(path, {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const read = async <T = Page>(path: string): Promise<T> => {
    const response = await send(path);
    expect([path, response.status, response.headers.get('content-type')]).toEqual([
      path,
      200,
      expect.stringMatching(/^application\/json/),
    ]);
    return (await response.json()) as T;
  };
  const column = ({ items }: Page, name: string) => items.map((item) => item[name]);

  /** All products, with the slugs of their categories. */
  const everything = async (): Promise<Product[]> => {
    const categories = await read<{ id: number; slug: string }[]>('/api/categories');
    const pages = [
      await read('/api/products?page_size=100'),
      await read('/api/products?page_size=100&page=2'),
    ];
    return pages
      .flatMap(({ items }) => items as unknown as Product[])
      .map((product) => ({
        ...product,
        category: categories.find(({ id }) => id === product.category_id)?.slug,
      }));
  };

  test('the document is valid', async () => {
    expect(await faultsOf([await read('/openapi.json')])).toEqual([[]]);
  });

  test('categories are a plain list in order', async () => {
    const categories = await read<{ name: string }[]>('/api/categories');
    expect(categories.map(({ name }) => name)).toEqual([
      'Books',
      'Garden',
      'Kitchen',
      'Lighting',
      'Office',
      'Toys',
    ]);
    expect((await read<{ name: string }[]>('/api/categories?sort=-name'))[0]?.name).toBe('Toys');
  });

  test('pages have a number, a total and links', async () => {
    const response = await send('/api/products?page=2&sort=price,-name');
    const page = (await response.json()) as Page;
    expect(page).toMatchObject({ current_page: 2, page_size: 20, total_pages: 10, total_items: 200 });
    expect(page.items).toHaveLength(20);
    expect(response.headers.get('link')).toMatch(
      /<\/api\/products\?sort=price%2C-name&page=3&page_size=20>; rel="next"/,
    );
    const first = await read('/api/products?page_size=100&sort=price,-name');
    const prices = column(first, 'price') as number[];
    expect(prices).toEqual([...prices].sort((a, b) => a - b));
    expect(column(page, 'id')).toEqual(column(first, 'id').slice(20, 40));
  });

  test('null is the largest in an order', async () => {
    const best = await read('/api/products?sort=-rating&page_size=100');
    expect(column(best, 'rating').slice(0, 41)).toEqual([...Array(40).fill(null), 5]);
    expect(column(await read('/api/products?sort=rating&page_size=1'), 'rating')).toEqual([1]);
  });

  test.each<[string, (product: Product) => boolean]>([
    ['category__slug=kitchen', ({ category }) => category === 'kitchen'],
    [
      'category__name=Kitchen&available=false',
      ({ category, available }) => category === 'kitchen' && !available,
    ],
    ['category__slug__in=kitchen,toys', ({ category }) => category === 'kitchen' || category === 'toys'],
    ['category__name__ne=Kitchen', ({ category }) => category !== 'kitchen'],
    ['price__range=1000,1500', ({ price }) => price >= 1000 && price <= 1500],
    ['price__ge=1000&price__lte=1500', ({ price }) => price >= 1000 && price <= 1500],
    ['rating__isnull=true', ({ rating }) => rating === null],
    ['rating__ge=4.5', ({ rating }) => rating !== null && rating >= 4.5],
    ['name__icontains=OAK', ({ name }) => name.includes('Oak')],
    ['name__istartswith=oak%20b', ({ name }) => name.startsWith('Oak B')],
    ['created_at__lt=2024-01-04', ({ created_at }) => created_at < '2024-01-04'],
    ['created_at__ge=2024-02-01T10:00%2B01:00', ({ created_at }) => created_at >= '2024-02-01T09'],
    ['sku__in=SKU-0001,"SKU-0002"&sku__in=none', ({ sku }) => sku === 'SKU-0001' || sku === 'SKU-0002'],
    ['query=oak%20%22100%25%22', ({ name, description }) => name.includes('Oak') && description !== null],
    ['q=%22made%20by%20hand%22', ({ description }) => description !== null],
  ])('%s finds what it says', async (query, holds) => {
    const expected = (await everything()).filter(holds).map(({ id }) => id);
    expect(expected.length % 200).toBeGreaterThan(0);
    const page = await read(`/api/products?${query}&page_size=100`);
    expect(page.total_items).toBe(expected.length);
    expect(column(page, 'id')).toEqual(expected.slice(0, 100));
  });

  test.each(['q=100%25%25', 'q=_', 'name__icontains=%25', "sku=x'%20or%201=1--"])(
    '%s finds nothing',
    async (query) => {
      expect(await read(`/api/products?${query}`)).toMatchObject({ items: [], total_items: 0 });
    },
  );

  test.each([
    'colour=red',
    'name__regex=a',
    'price__ge=1e3',
    'sort=sku',
    'fields=secret',
    'page=0',
    'page_size=101',
  ])('%s is refused', async (query) => {
    const response = await send(`/api/products?${query}`);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toMatch(/problem\+json/);
  });

  test('fields are all that is shown', async () => {
    expect((await read('/api/products?fields=id,sku&sort=name&page_size=1')).items).toEqual([
      { id: expect.any(Number), sku: expect.any(String) },
    ]);
  });

  test('an action of its own takes the same filter', async () => {
    expect(await read('/api/products/price-range')).toEqual({ products: 200, lowest: 500, highest: 5250 });
    const prices = (await everything())
      .filter(({ category }) => category === 'toys')
      .map(({ price }) => price);
    expect(await read('/api/products/price-range?category__slug=toys')).toEqual({
      products: prices.length,
      lowest: Math.min(...prices),
      highest: Math.max(...prices),
    });
    expect(await read('/api/products/price-range?q=nothing+at+all')).toEqual({
      products: 0,
      lowest: null,
      highest: null,
    });
    expect((await send('/api/products/price-range?price__ge=x')).status).toBe(400);
  });

  const chair = {
    sku: 'CHAIR-1',
    name: 'Chair',
    description: null,
    price: 12_000,
    rating: null,
    available: true,
    category_id: 5,
  };

  test('a product is created, found, changed by who knows its version, and removed', async () => {
    const created = await write('POST', '/api/products', { ...chair, version: 9 });
    const product = (await created.json()) as { id: number; version: number };
    expect([created.status, product]).toEqual([
      201,
      { ...chair, id: 201, version: 1, created_at: expect.any(String) },
    ]);
    const location = created.headers.get('location') as string;
    expect(location).toBe(`/api/products/${product.id}`);
    expect(created.headers.get('etag')).toBe('"1"');

    const taken = await write('POST', '/api/products', chair);
    expect([taken.status, await taken.json()]).toMatchObject([
      409,
      { errors: [{ detail: 'must be unique', pointer: '#/sku', code: 'unique' }] },
    ]);
    const stray = await write('POST', '/api/products', { ...chair, sku: 'CHAIR-2', category_id: 99 });
    expect([stray.status, await stray.json()]).toMatchObject([
      400,
      { errors: [{ pointer: '#/category_id' }] },
    ]);

    // fetch would ask for what is not cached.
    const headers = { 'If-None-Match': '"1"', 'Cache-Control': 'max-age=0' };
    expect((await send(location, { headers })).status).toBe(304);
    const writers = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        write('PATCH', location, { price: index }, { 'If-Match': '"1"' }).then(({ status }) => status),
      ),
    );
    expect(writers.sort()).toEqual([200, 412, 412, 412, 412]);
    const replaced = await write('PUT', location, { ...chair, name: 'Stool' }, { 'If-Match': '"2"' });
    expect([replaced.status, await replaced.json()]).toMatchObject([200, { name: 'Stool', version: 3 }]);

    expect((await send(location, { method: 'DELETE', headers: { 'If-Match': '"1"' } })).status).toBe(412);
    expect((await send(location, { method: 'DELETE' })).status).toBe(204);
    expect((await send(location)).status).toBe(404);
  });

  test('the feed shows each product once, whatever comes in between, forth and back', async () => {
    const ids: unknown[] = [];
    const pages: Page[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: Page = await read(`/api/feed?page_size=30${next && `&page_token=${next}`}`);
      pages.push(page);
      ids.push(...column(page, 'id'));
      next = page.next_page as string | null;
      if (pages.length === 1) {
        const added = await write('POST', '/api/products', { ...chair, sku: 'CHAIR-3' });
        expect(added.status).toBe(201);
      }
    }
    expect(pages.map(({ items }) => items.length)).toEqual([30, 30, 30, 30, 30, 30, 20]);
    expect(new Set(ids).size).toBe(200);
    const times = pages.flatMap((page) => column(page, 'created_at') as string[]);
    expect(times).toEqual([...times].sort().reverse());
    const back = await read(`/api/feed?page_size=30&page_token=${pages[1]?.previous_page}`);
    expect(column(back, 'id')).toEqual(column(pages[0] as Page, 'id'));
    await send(`/api/products/${(await read('/api/products?sku=CHAIR-3')).items[0]?.id}`, {
      method: 'DELETE',
    });
  });

  test('the feed takes an expression, and a token only with the one it came with', async () => {
    const filter = encodeURIComponent('rating >= 4 AND (name = "Oak*" OR NOT available = true)');
    const page = await read(`/api/feed?filter=${filter}&page_size=5`);
    expect(page.items).toHaveLength(5);
    for (const { rating, name, available } of page.items) {
      expect(rating).toBeGreaterThanOrEqual(4);
      expect(/^Oak/.test(name as string) || available === false).toBe(true);
    }
    expect((await send(`/api/feed?filter=${filter}&page_token=${page.next_page}`)).status).toBe(200);
    for (const query of [
      `page_token=${page.next_page}`,
      'page_token=none',
      'filter=price+>=+cheap',
      'filter=sku=x',
    ]) {
      expect([query, (await send(`/api/feed?${query}`)).status]).toEqual([query, 400]);
    }
  });
}
