import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Type } from '@sinclair/typebox';
import express from 'express';
import {
  configureApp,
  Filter,
  GenericViewSet,
  ModelFilter,
  PaginationFilter,
  type PaginationFilterOptions,
  ViewRouter,
} from 'express-viewsets';
import request from 'supertest';
import { linkHeader } from '../../lib/pagination/index.js';
import { filtered, type Item, Item as ItemSchema, ids, shop, spied } from '../generic/fixtures.js';
import { info } from '../support/app.js';

const items = (count: number): Item[] =>
  Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    name: `item ${index + 1}`,
    price: index % 3,
  }));

function pages(options?: PaginationFilterOptions, count = 7) {
  const filter = Filter(
    ModelFilter(ItemSchema, { name: ['eq', 'in'], price: ['eq'] }),
    PaginationFilter(options),
  );
  const made = filtered(filter, items(count));
  return { ...made, query: (text: string) => request(made.app).get(`/items${text && `?${text}`}`) };
}

/** The links of a header by their relation, with their parameters in order. */
function linksOf({ headers }: { readonly headers: Record<string, string> }): Record<string, string> {
  const links = [...(headers.link ?? '').matchAll(/<([^>]*)>; rel="(\w+)"/g)].map(([, url = '', rel]) => {
    const [path, query] = url.split('?');
    const parameters = new URLSearchParams(query);
    parameters.sort();
    return [rel, `${path}?${parameters}`];
  });
  return Object.fromEntries(links);
}

describe('pages by number', () => {
  test('have items and numbers', async () => {
    const { body } = await pages().query('page=2&page_size=3').expect(200);
    expect({ ...body, items: ids({ body }) }).toEqual({
      items: [4, 5, 6],
      current_page: 2,
      page_size: 3,
      total_pages: 3,
      total_items: 7,
    });
  });

  test('W-18: are there without a filter, 100 items each, and 500 at most', async () => {
    const { app, called } = shop<Item>({}, items(101));
    const { body } = await request(app).get('/items').expect(200);
    expect(body).toMatchObject({ current_page: 1, page_size: 100, total_pages: 2, total_items: 101 });
    expect(body.items).toHaveLength(100);
    expect(called('getFilteredPage')[0]?.[0]).toMatchObject({ limit: 100, offset: 0 });
    await request(app).get('/items?page_size=500').expect(200);
    await request(app).get('/items?page_size=501').expect(400);
  });

  test('have sizes of their own', async () => {
    const { query } = pages({ pageSize: 2, maxPageSize: 3 });
    expect((await query('').expect(200)).body).toMatchObject({ page_size: 2, total_pages: 4 });
    await query('page_size=3').expect(200);
    await query('page_size=4').expect(400);
  });

  test('a most that is less than the usual size is the usual size', async () => {
    expect((await pages({ maxPageSize: 5 }).query('').expect(200)).body.page_size).toBe(5);
  });

  test.each([
    '0',
    '-1',
    '9007199254740992',
    '9007199254740993',
    '1e21',
    '1e2',
    '1.0',
    '1.5',
    '%2B1',
    '+1',
    '%201',
    '1%20',
    '01',
    '0x1',
    '1_0',
    '',
    'x',
    'NaN',
    'Infinity',
    'null',
    'true',
    '1,2',
    '%D9%A1',
  ])('a page and a page_size of %j are 400, and reach no repository', async (text) => {
    const { query, calls } = pages();
    for (const parameter of ['page', 'page_size']) {
      const { body } = await query(`${parameter}=${text}`).expect(400);
      expect(body.errors[0]).toMatchObject({ in: 'query', parameter });
    }
    expect(calls).toEqual([]);
  });

  test('a page behind the last that may be asked for is 400: no scan', async () => {
    const { query, calls } = pages({ maxPage: 3 });
    await query('page=3').expect(200);
    calls.length = 0;
    await query('page=4').expect(400);
    expect(calls).toEqual([]);
    await pages().query('page=10000').expect(200);
    await pages().query('page=10001').expect(400);
  });

  test.each(['always', 'never'] as const)(
    'links end at the last page that may be asked for (total: %s)',
    async (total) => {
      const { query } = pages({ maxPage: 2, total });
      const first = linksOf(await query('page_size=2').expect(200));
      expect(first.next).toBe('/items?page=2&page_size=2');
      const second = linksOf(await query('page=2&page_size=2').expect(200));
      expect(second.next).toBeUndefined();
      expect([first.last, second.last]).toEqual(
        total === 'always'
          ? ['/items?page=2&page_size=2', '/items?page=2&page_size=2']
          : [undefined, undefined],
      );
      expect(linksOf(await query('page_size=7').expect(200)).last).toEqual(
        total === 'always' ? '/items?page=1&page_size=7' : undefined,
      );
    },
  );

  test('a page behind the end is empty, and its prev is the last one', async () => {
    const response = await pages().query('page=9&page_size=3').expect(200);
    expect(response.body).toEqual({
      items: [],
      current_page: 9,
      page_size: 3,
      total_pages: 3,
      total_items: 7,
    });
    expect(linksOf(response)).toEqual({
      first: '/items?page=1&page_size=3',
      prev: '/items?page=3&page_size=3',
      last: '/items?page=3&page_size=3',
    });
  });

  test('of nothing have no pages, and a first one', async () => {
    const response = await pages({}, 0).query('').expect(200);
    expect(response.body).toEqual({
      items: [],
      current_page: 1,
      page_size: 100,
      total_pages: 0,
      total_items: 0,
    });
    expect(linksOf(response)).toEqual({
      first: '/items?page=1&page_size=100',
      last: '/items?page=1&page_size=100',
    });
  });

  test.each(['page[]=1', 'page[$gt]=1', 'offset=1', 'limit=1', 'cursor=1', 'total=true'])(
    '%s is 400',
    async (text) => {
      await pages().query(text).expect(400);
    },
  );
});

describe('totals', () => {
  test('are counted for each page', async () => {
    const { query, called } = pages({ total: 'always' });
    await query('page_size=2').expect(200);
    expect(called('getFilteredPage')[0]?.[0]).toMatchObject({ total: true, limit: 2 });
  });

  test('are counted where they are asked for', async () => {
    const { query, called } = pages({ total: 'on_request' });
    const without = await query('page_size=3').expect(200);
    expect(without.body).toEqual({ items: items(3), current_page: 1, page_size: 3 });
    expect(called('getFilteredPage')[0]?.[0]).toMatchObject({ total: false, limit: 4 });
    const counted = await query('page_size=3&total=true').expect(200);
    expect(counted.body).toMatchObject({ total_pages: 3, total_items: 7 });
    expect((await query('total=false').expect(200)).body).not.toHaveProperty('total_items');
    await query('total=1').expect(400);
  });

  test('that are asked for are asked for by the links, too', async () => {
    const { query } = pages({ total: 'on_request' });
    expect(linksOf(await query('total=true&page_size=3')).next).toBe('/items?page=2&page_size=3&total=true');
  });

  test('are never counted, and there is a next page all the same', async () => {
    const { query, called } = pages({ total: 'never' });
    const first = await query('page_size=3').expect(200);
    expect(ids(first)).toEqual([1, 2, 3]);
    expect(linksOf(first)).toEqual({
      first: '/items?page=1&page_size=3',
      next: '/items?page=2&page_size=3',
    });
    const last = await query('page=3&page_size=3').expect(200);
    expect(ids(last)).toEqual([7]);
    expect(linksOf(last)).toEqual({
      first: '/items?page=1&page_size=3',
      prev: '/items?page=2&page_size=3',
    });
    expect(called('getFilteredPage').every(([selection]) => selection.total === false)).toBe(true);
  });

  test('a page that is just full is the last one', async () => {
    expect(linksOf(await pages({ total: 'never' }, 3).query('page_size=3')).next).toBeUndefined();
    expect(linksOf(await pages({}, 3).query('page_size=3')).next).toBeUndefined();
  });
});

describe('Link', () => {
  test('has the relations that there are', async () => {
    const { query } = pages();
    expect(linksOf(await query('page=2&page_size=3'))).toEqual({
      first: '/items?page=1&page_size=3',
      prev: '/items?page=1&page_size=3',
      next: '/items?page=3&page_size=3',
      last: '/items?page=3&page_size=3',
    });
    expect(Object.keys(linksOf(await query('page_size=3')))).toEqual(['first', 'next', 'last']);
    expect(Object.keys(linksOf(await query('page=3&page_size=3')))).toEqual(['first', 'prev', 'last']);
  });

  test('leads on: from the first page to the last, and back', async () => {
    const { app } = pages();
    const seen: number[][] = [];
    let url: string | undefined = '/items?page_size=3';
    while (url) {
      const response: request.Response = await request(app).get(url).expect(200);
      seen.push(ids(response));
      url = linksOf(response).next;
    }
    expect(seen).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  });

  test('keeps the other parameters, encoded', async () => {
    const { app } = pages();
    const name = `a b+c&d=e"<script>;rel="next", </evil>; rel="prev"ä\r\nX: 1`;
    const response = await request(app)
      .get(`/items?name__in=${encodeURIComponent(name)}&name__in=item%201&page_size=1&price=0`)
      .expect(200);
    const { first } = linksOf(response) as { first: string };
    const parameters = new URL(first, 'http://here').searchParams;
    expect(parameters.getAll('name__in')).toEqual([name, 'item 1']);
    expect(parameters.get('price')).toBe('0');
    expect(response.headers.x).toBeUndefined();
    expect(response.headers.link).toMatch(/^(<\/items\?[\w%&=.*+-]*>; rel="(first|last)"(, )?)+$/);
  });

  test.each([
    [300, ['first', 'prev', 'next', 'last']],
    [550, ['first', 'prev', 'next']],
    [700, ['prev', 'next']],
    [1500, []],
    [12_000, []],
  ])('is at most 2 kB: of a query of %d characters it has %j', async (length, relations) => {
    const name = 'x'.repeat(length - 50);
    const items = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ id: index + 1, name: 'x', price: 0 }));
    const filter = Filter(
      ModelFilter(ItemSchema, { name: ['ne', 'not_in'] }),
      PaginationFilter({ pageSize: 2 }),
    );
    const names = name.match(/.{1,400}/g)?.join(',');
    const { headers } = await request(filtered(filter, items(7)).app)
      .get(`/items?name__not_in=${names}&page=2`)
      .expect(200);
    expect(Object.keys(linksOf({ headers } as never))).toEqual(relations);
    expect(String(headers.link ?? '').length).toBeLessThanOrEqual(2048);
  });

  test('names no host, whatever the client says of it', async () => {
    const { headers } = await request(pages().app)
      .get('/items?page_size=3')
      .set('Host', 'evil.example')
      .set('X-Forwarded-Host', 'evil.example')
      .set('Forwarded', 'host=evil.example')
      .expect(200);
    expect(headers.link).not.toContain('evil');
  });

  test('names no host that stands in the target of the request', async () => {
    const { repository } = spied<Item>(items(7));
    class Items extends GenericViewSet({ name: 'Item', schema: ItemSchema }) {
      repository = repository;
    }
    const app = express();
    app.use(/.*/, ViewRouter().register(Items));
    const server = app.listen(0);
    try {
      const { port } = server.address() as AddressInfo;
      const { status, link } = await new Promise<{ status?: number; link: string }>((done, fail) => {
        const asked = http.get({ port, path: '//evil.example/items?page_size=3' }, (response) => {
          response.resume();
          done({ status: response.statusCode, link: String(response.headers.link) });
        });
        asked.on('error', fail);
      });
      expect(status).toBe(200);
      const [, url = ''] = /<([^>]*)>; rel="next"/.exec(link) ?? [];
      expect(new URL(url, 'http://here').host).toBe('here');
      expect(new URL(url, 'http://here').pathname).toBe('/evil.example/items');
    } finally {
      await new Promise((done) => server.close(done));
    }
  });

  test.each([
    ['http://evil.example/items?a=1', '/items?a=1&page=2'],
    ['HTTPS://evil.example', '/?page=2'],
    ['///evil.example/items', '/evil.example/items?page=2'],
    ['/a>;rel="x",<b', '/a%3E;rel=%22x%22,%3Cb?page=2'],
    ['/items?page=7&page_token=x&page=9', '/items?page_token=x&page=2'],
  ])('of the target %s is a path', (target, path) => {
    expect(linkHeader(target, { next: { page: '2' } })).toBe(`<${path}>; rel="next"`);
  });

  test('is below where the router is mounted', async () => {
    const { repository } = spied<Item>(items(3));
    class Items extends GenericViewSet({ name: 'Item', schema: ItemSchema }) {
      repository = repository;
    }
    const app = express();
    app.use('/api/:version', ViewRouter({ prefix: '/items' }).register(Items));
    configureApp(app, { info });
    const response = await request(app).get('/api/v%201/items?page_size=1').expect(200);
    expect(linksOf(response).next).toBe('/api/v%201/items?page=2&page_size=1');
  });

  test('stands beside links of others', async () => {
    const { repository } = spied<Item>(items(3));
    class Items extends GenericViewSet({ name: 'Item', schema: ItemSchema }) {
      repository = repository;
      protected override authorize() {
        this.response.append('Link', '</style.css>; rel="preload"');
      }
    }
    const app = express();
    app.use(ViewRouter().register(Items));
    configureApp(app, { info });
    const { headers } = await request(app).get('/?page_size=1').expect(200);
    expect(headers.link).toMatch(/^<\/style\.css>; rel="preload", <\/\?[^>]*>; rel="first"/);
  });

  test('is not there for a list without pages', async () => {
    const { headers } = await request(shop<Item>({ pagination: false }).app)
      .get('/items')
      .expect(200);
    expect(headers.link).toBeUndefined();
  });
});

describe('W-18: a list that is not paginated', () => {
  test('is a plain array, of a bounded query', async () => {
    const { app, called } = shop<Item>({ pagination: false, maxItems: 3 }, items(3));
    await request(app).get('/items').expect(200, items(3));
    expect(called('list')[0]?.[0]).toMatchObject({ limit: 4, sort: [{ field: 'id', direction: 'asc' }] });
    expect(called('getFilteredPage')).toEqual([]);
  });

  test('of more than maxItems is a fault of the server, which the log tells how to mend', async () => {
    const { app, logger } = shop<Item>({ pagination: false, maxItems: 3 }, items(4));
    await request(app).get('/items').expect(500);
    expect(String((logger.lines as any)[0].fields.err)).toMatch(
      /The list of Item is not paginated and has more than 3 items: give it a PaginationFilter\(\), or a higher `maxItems`\./,
    );
  });

  test('has 1000 items at most by default', async () => {
    await request(shop<Item>({ pagination: false }, items(1000)).app)
      .get('/items')
      .expect(200);
    await request(shop<Item>({ pagination: false }, items(1001)).app)
      .get('/items')
      .expect(500);
  });

  test('takes no page', async () => {
    await request(shop<Item>({ pagination: false }).app)
      .get('/items?page=1')
      .expect(400);
  });
});

describe('query parameters of the resource', () => {
  const query = Type.Object({ lang: Type.String(), verbose: Type.Optional(Type.Boolean()) });

  test('stand beside those of the filter, and are required where they are', async () => {
    const { app } = shop<Item>({ query });
    await request(app).get('/items?lang=en&page_size=1&verbose=true').expect(200);
    const { body } = await request(app).get('/items').expect(400);
    expect(body.errors).toEqual([
      { detail: 'is required', in: 'query', parameter: 'lang', code: 'required' },
    ]);
  });
});
