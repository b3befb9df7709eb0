import { type Static, Type } from '@sinclair/typebox';
import {
  Filter,
  GenericViewSet,
  ModelFilter,
  OrderingFilter,
  TokenPaginationFilter,
  type TokenPaginationFilterOptions,
} from 'express-viewsets';
import fc from 'fast-check';
import request from 'supertest';
import { MemoryRepository } from '../../lib/memory/index.js';
import { ids, shop, spied } from '../generic/fixtures.js';
import { appOf } from '../support/app.js';

const Row = Type.Object({
  id: Type.Integer(),
  group: Type.Union([Type.Integer(), Type.Null()]),
  name: Type.String(),
  at: Type.Optional(Type.String({ format: 'date-time' })),
  tenant: Type.Optional(Type.String()),
});
type Row = Static<typeof Row>;

const row = (id: number, group: number | null = null): Row => ({ id, group, name: `n${id % 2}` });
const rows = (count: number) => Array.from({ length: count }, (_, index) => row(index + 1));

function filterOf(options: TokenPaginationFilterOptions = {}) {
  return Filter(
    ModelFilter(Row, { name: ['eq', 'in'], group: ['eq'] }),
    OrderingFilter(['group', 'name', 'id', 'at']),
    TokenPaginationFilter({ pageSize: 2, ...options }),
  );
}

function pages(initial: Iterable<Row> = rows(5), options: TokenPaginationFilterOptions = {}, name = 'Row') {
  const made = shop<Row>({ name, schema: Row, filter: filterOf(options) }, initial);
  const page = (query: string, token?: string | null) =>
    request(made.app).get(`/items?${query}${token ? `&page_token=${token}` : ''}`);
  return { ...made, page };
}

/** All pages from one on, in one direction. */
async function walk(page: ReturnType<typeof pages>['page'], query: string, from?: string, back = false) {
  const seen: number[][] = [];
  let token: string | null | undefined = from;
  do {
    const { body }: request.Response = await page(query, token).expect(200);
    seen.push(ids({ body }));
    token = back ? body.previous_page : body.next_page;
    if (seen.length > 50) throw new Error('a walk without end');
  } while (token);
  return seen;
}

describe('pages by token', () => {
  test('have items, and tokens to go on with', async () => {
    const { page } = pages();
    const { body: first } = await page('').expect(200);
    expect(first).toEqual({
      items: [row(1), row(2)],
      cursor: null,
      next_page: expect.any(String),
      previous_page: null,
    });
    const { body: second } = await page('', first.next_page).expect(200);
    expect(ids({ body: second })).toEqual([3, 4]);
    expect(second.cursor).toBe(first.next_page);
    const { body: last } = await page('', second.next_page).expect(200);
    expect(ids({ body: last })).toEqual([5]);
    expect(last.next_page).toBeNull();
    const { body: back } = await page('', last.previous_page).expect(200);
    expect(ids({ body: back })).toEqual([3, 4]);
    const { body: start } = await page('', back.previous_page).expect(200);
    expect(ids({ body: start })).toEqual([1, 2]);
    expect(start.previous_page).toBeNull();
  });

  test('of nothing have no neighbours', async () => {
    const { body } = await pages([]).page('').expect(200);
    expect(body).toEqual({ items: [], cursor: null, next_page: null, previous_page: null });
  });

  test('count nothing, and ask for one item more than they show', async () => {
    const { page, called } = pages();
    await page('').expect(200);
    expect(called('getFilteredPage')).toEqual([
      [expect.objectContaining({ total: false, limit: 3, positions: true })],
    ]);
    expect(called('getFilteredPage')[0]?.[0].offset).toBeUndefined();
  });

  test('may change their size on the way', async () => {
    const { page } = pages();
    const { body } = await page('page_size=1').expect(200);
    expect(ids(await page('page_size=3', body.next_page).expect(200))).toEqual([2, 3, 4]);
  });

  test('have links, which lead on', async () => {
    const { page, app } = pages();
    const { headers, body } = await page('name__in=n0,n1').expect(200);
    const next = `/items?name__in=n0%2Cn1&page_token=${body.next_page}&page_size=2`;
    expect(headers.link).toBe(`</items?name__in=n0%2Cn1&page_size=2>; rel="first", <${next}>; rel="next"`);
    const second = await request(app).get(next).expect(200);
    expect(ids(second)).toEqual([3, 4]);
    expect(second.headers.link).toMatch(/rel="first".*rel="prev".*rel="next"/);
  });

  test('have links that keep a filter by a field of the name `page`', async () => {
    const Note = Type.Object({ id: Type.Integer(), page: Type.Integer() });
    const filter = Filter(ModelFilter(Note, { page: ['eq'] }), TokenPaginationFilter({ pageSize: 1 }));
    const notes = [1, 2].map((id) => ({ id, page: 7 }));
    const { app } = shop({ name: 'Note', schema: Note, filter }, notes);
    const { headers } = await request(app).get('/items?page=7').expect(200);
    const [, next = ''] = /<([^>]*)>; rel="next"/.exec(headers.link as string) ?? [];
    const second = await request(app).get(next).expect(200);
    expect(ids(second)).toEqual([2]);
    expect(second.headers.link).toContain('</items?page=7&page_size=1>; rel="first"');
  });

  test.each([
    'page=1',
    'page_token=',
    'page_token=a&page_token=b',
    'page_size=0',
    `page_token=${'a'.repeat(12_001)}`,
  ])('%s is 400', async (query) => {
    const { page, calls } = pages();
    await page(query).expect(400);
    expect(calls).toEqual([]);
  });
});

describe('a walk over ties and nulls', () => {
  const mixed = [row(1, 2), row(2, null), row(3, 1), row(4, 2), row(5, null), row(6, 1), row(7, null)];

  test.each([
    ['sort=group', [3, 6, 1, 4, 2, 5, 7]],
    ['sort=-group', [2, 5, 7, 1, 4, 3, 6]],
    ['sort=group,-id', [6, 3, 4, 1, 7, 5, 2]],
    ['sort=-group,name', [2, 5, 7, 4, 1, 6, 3]],
    ['sort=name,-group', [2, 4, 6, 5, 7, 1, 3]],
  ])('%s, forward and back', async (query, expected) => {
    const { page } = pages(mixed);
    const { body: first } = await page(query).expect(200);
    expect((await walk(page, query)).flat()).toEqual(expected);
    let last = first;
    while (last.next_page) last = (await page(query, last.next_page).expect(200)).body;
    const backwards = await walk(page, query, last.previous_page, true);
    expect([...backwards.reverse().flat(), ...ids({ body: last })]).toEqual(expected);
  });

  test('of dates, which stand in a token exactly', async () => {
    const dated = [3, 1, 2].map((id) => ({ ...row(id), at: new Date(1_700_000_000_000 + id) }));
    const { page } = pages([...dated, row(4)] as never);
    expect((await walk(page, 'sort=-at&page_size=1')).flat()).toEqual([4, 3, 2, 1]);
  });

  test('W-10: of ids whose text is that of base64', async () => {
    const { page } = pages([1399, 1400, 1401, 1419, 2411].map((id) => row(id)));
    expect(await walk(page, 'page_size=1')).toEqual([[1399], [1400], [1401], [1419], [2411]]);
  });

  test('of texts that are no ASCII', async () => {
    const names = ['ä', '😀', '"', '', '\u0000', 'a\\b'];
    const { page } = pages(names.map((name, index) => ({ ...row(index + 1), name })));
    expect((await walk(page, 'sort=name&page_size=1')).flat().sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('a walk over long texts', () => {
  const long = 'l'.repeat(9000);
  const emoji = '😀'.repeat(3000);
  const names = [
    `${long}b`,
    long,
    'a',
    `${long}a`,
    `x${emoji}`,
    emoji,
    `${long}b`,
    'm',
    '"\u0001'.repeat(4000),
  ];
  const table = () => names.map((name, index) => ({ ...row(index + 1, index % 2), name }));
  const byName = (descending: boolean) => {
    const order = table().sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id));
    if (!descending) return order.map(({ id }) => id);
    return table()
      .sort((a, b) => (a.name < b.name ? 1 : a.name > b.name ? -1 : a.id - b.id))
      .map(({ id }) => id);
  };

  test.each([
    ['sort=name', byName(false)],
    ['sort=-name', byName(true)],
    [
      'sort=group,name',
      [...byName(false).filter((id) => id % 2), ...byName(false).filter((id) => id % 2 === 0)],
    ],
  ])('%s has short tokens, forward and back', async (query, expected) => {
    const { page } = pages(table());
    const asked = `${query}&page_size=1`;
    const tokens: string[] = [];
    let last: request.Response = await page(asked).expect(200);
    const seen = ids(last);
    while (last.body.next_page) {
      tokens.push(last.body.next_page);
      last = await page(asked, last.body.next_page).expect(200);
      tokens.push(last.body.previous_page);
      expect(last.headers.link).toContain('rel="prev"');
      seen.push(...ids(last));
    }
    expect(seen).toEqual(expected);
    expect(Math.max(...tokens.map(({ length }) => length))).toBeLessThanOrEqual(900);
    const backwards = await walk(page, asked, last.body.previous_page, true);
    expect(backwards.reverse().flat()).toEqual(expected.slice(0, -1));
  });

  test('reads the row of a long text again, within the filter and the limits of the view; one of a short text not', async () => {
    const { page, called } = pages(table());
    const query = 'name__in=a,m&sort=name&page_size=1';
    const { body } = await page(query).expect(200);
    await page(query, body.next_page).expect(200);
    expect(called('getFilteredPage')).toHaveLength(2);
    const { body: first } = await page('group=1&sort=-name&page_size=1').expect(200);
    await page('group=1&sort=-name&page_size=1', first.next_page).expect(200);
    const [, , , again, next] = called('getFilteredPage').map(([selection]) => selection);
    expect(again).toMatchObject({ limit: 1, total: false, positions: true });
    expect(again.where.conditions).toContainEqual({ op: 'eq', field: 'group', value: 1 });
    expect(again.where.conditions).toContainEqual({ op: 'eq', field: 'id', value: ids({ body: first })[0] });
    expect(next.limit).toBe(2);
  });

  test.each([
    ['next', 'sort=name', false],
    ['next', 'sort=-name', true],
    ['previous', 'sort=name', false],
    ['previous', 'sort=-name', true],
  ] as const)(
    'goes on where its row has gone or changed, and leaves out none (%s, %s)',
    async (direction, sort, descending) => {
      const change = (store: ReturnType<typeof pages>['store'], id: number) =>
        id % 2 ? store.delete({ id }) : store.updateOne({ id }, { name: `${names[id - 1]}~` });
      const order = direction === 'next' ? byName(descending) : byName(descending).reverse();
      for (const [place, id] of order.slice(0, -1).entries()) {
        const { page, store } = pages(table());
        const asked = `${sort}&page_size=1`;
        let { body } = await page(asked).expect(200);
        if (direction === 'previous') {
          while (body.next_page) body = (await page(asked, body.next_page).expect(200)).body;
        }
        const tokenOf = (found: typeof body) =>
          direction === 'next' ? found.next_page : found.previous_page;
        while (ids({ body })[0] !== id) body = (await page(asked, tokenOf(body)).expect(200)).body;
        change(store, id);
        const rest = await walk(page, asked, tokenOf(body), direction === 'previous');
        expect(new Set(rest.flat())).toEqual(new Set([...rest.flat(), ...order.slice(place + 1)]));
      }
    },
  );

  test('of which all have gone goes back to where it was', async () => {
    const { page, store } = pages(table());
    const { body: first } = await page('sort=name&page_size=8').expect(200);
    for (const { id } of table()) store.delete({ id });
    const { body: none } = await page('sort=name', first.next_page).expect(200);
    expect(none).toMatchObject({ items: [], next_page: null });
    store.create({ ...row(1), name: 'a' });
    expect(ids(await page('sort=name', none.previous_page).expect(200))).toEqual([1]);
  });

  test.each([
    ['alike', ['b', 'a', 'c'].map((end) => `${'k'.repeat(2900)}${end}`)],
    ['longer than any index takes', ['b', 'a', 'c'].map((start) => `${start}${long}`)],
  ])('whose keys are long texts goes on as well: %s', async (_, keys) => {
    const Text = Type.Object({ id: Type.String() });
    const filter = TokenPaginationFilter({ pageSize: 1 });
    const { app } = shop(
      { name: 'Text', schema: Text, filter },
      keys.map((id) => ({ id })),
    );
    const seen: unknown[] = [];
    let token: string | undefined = '';
    do {
      const { body }: request.Response = await request(app).get(`/items?${token}`).expect(200);
      seen.push(...ids({ body }));
      token = body.next_page && `page_token=${body.next_page}`;
      expect(seen.length).toBeLessThanOrEqual(keys.length);
    } while (token);
    expect(seen).toEqual([...keys].sort());
  });
});

describe('what is inserted and deleted during a walk', () => {
  test('moves nothing: neighbours of a page that has gone are still found', async () => {
    const { page, store } = pages(rows(6));
    const { body: first } = await page('').expect(200);
    for (const id of [3, 4, 5, 6]) store.delete({ id });
    const { body: empty } = await page('', first.next_page).expect(200);
    expect(empty).toMatchObject({ items: [], next_page: null, previous_page: expect.any(String) });
    expect(ids(await page('', empty.previous_page).expect(200))).toEqual([1, 2]);
    for (const id of [1, 2]) store.delete({ id });
    store.create(row(9));
    const { body: none } = await page('', empty.previous_page).expect(200);
    expect(none).toMatchObject({ items: [], previous_page: null });
    expect(ids(await page('', none.next_page).expect(200))).toEqual([9]);
  });

  test.each(['next', 'previous'] as const)(
    'each row that stays is seen once, whatever else comes and goes (%s)',
    async (direction) => {
      const groups = fc.option(fc.integer({ min: 0, max: 2 }));
      const change = fc.record({ remove: fc.boolean(), id: fc.integer({ min: 1, max: 40 }), group: groups });
      const sorts = fc.constantFrom('group', '-group', 'name,-group', '-name,group', '-id', 'group,-id');
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(fc.record({ id: fc.integer({ min: 1, max: 40 }), group: groups }), {
            selector: ({ id }) => id,
            maxLength: 14,
          }),
          fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 14 }),
          sorts,
          fc.integer({ min: 1, max: 4 }),
          async (initial, changes, sort, size) => {
            const { page, store } = pages(initial.map(({ id, group }) => row(id, group)));
            const query = `sort=${sort}&page_size=${size}`;
            const stays = new Set(initial.map(({ id }) => id));
            const mutate = (step: number) => {
              for (const { remove, id, group } of changes[step] ?? []) {
                if (remove) {
                  stays.delete(id);
                  store.delete({ id });
                } else if (!store.get({ id })) store.create(row(id, group));
              }
            };
            const seen: number[] = [];
            let { body } = await page(query).expect(200);
            if (direction === 'previous') {
              // To the end first, where nothing changes yet.
              while (body.next_page) body = (await page(query, body.next_page).expect(200)).body;
            }
            for (let step = 0; ; step += 1) {
              const found = ids({ body });
              expect(found.length).toBeLessThanOrEqual(size);
              seen.push(...found);
              mutate(step);
              const token = direction === 'next' ? body.next_page : body.previous_page;
              if (!token) break;
              if (step > 60) throw new Error('a walk without end');
              body = (await page(query, token).expect(200)).body;
            }
            for (const id of stays) expect(seen.filter((other) => other === id)).toEqual([id]);
            const counts = seen.filter((id) => initial.some((other) => other.id === id) && stays.has(id));
            expect(new Set(counts).size).toBe(counts.length);
          },
        ),
        { numRuns: 60 },
      );
    },
    60_000,
  );
});

describe('a token that is none', () => {
  const refused = { detail: expect.any(String), in: 'query', parameter: 'page_token', code: 'page_token' };
  const secret = 'one secret for all of them';

  async function tokenOf(made: ReturnType<typeof pages>, query = '') {
    const { body } = await made.page(query).expect(200);
    return body.next_page as string;
  }

  test.each([
    'a',
    'null',
    '1',
    '%00',
    '%FE',
    'ä',
    'MTQwMA',
    'eyJpZCI6MX0=',
    '=',
    '....',
    '../..',
    '[object Object]',
  ])('W-10: %j is 400', async (token) => {
    await pages()
      .page(`page_token=${token === '%FE' ? token : encodeURIComponent(token)}`)
      .expect(400);
  });

  test('each character that is changed makes it none', async () => {
    const made = pages();
    const token = await tokenOf(made);
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const { body } = await made.page('', `${token.slice(0, at)}${other}${token.slice(at + 1)}`).expect(400);
      expect(body.errors).toEqual([refused]);
    }
  });

  test('cut or made longer it is none', async () => {
    const made = pages();
    const token = await tokenOf(made);
    for (const other of [
      token.slice(1),
      token.slice(0, -1),
      token.slice(0, 20),
      `${token}A`,
      `${token}=`,
      `${token}.`,
      token + token,
    ])
      await made.page('', other).expect(400);
  });

  test('a list that was asked for with it is not read', async () => {
    const made = pages();
    made.calls.length = 0;
    await made.page('', 'AAAA').expect(400);
    expect(made.calls).toEqual([]);
  });

  test.each([
    ['another filter', 'name=n1', 'name=n0'],
    ['no filter', 'name=n1', ''],
    ['a filter where there was none', '', 'name=n1'],
    ['another sort', 'sort=name', 'sort=-name'],
    ['a sort of other fields', 'sort=name', 'sort=group'],
    ['no sort', 'sort=name', ''],
  ])('it is none for %s', async (_, asked, other) => {
    const made = pages(rows(9));
    const token = await tokenOf(made, asked);
    const { body } = await made.page(other, token).expect(400);
    expect(body.errors).toEqual([refused]);
    await made.page(asked, token).expect(200);
  });

  test('one filter in another order of parameters is the same', async () => {
    const made = pages(rows(9));
    const token = await tokenOf(made, 'name__in=n0,n1&name=n1');
    await made.page('name=n1&name__in=n0,n1', token).expect(200);
  });

  test('it is none for another list, also under one secret', async () => {
    const token = await tokenOf(pages(rows(5), { secret }));
    await pages(rows(5), { secret }, 'Other').page('', token).expect(400);
    await pages(rows(5), { secret }).page('', token).expect(200);
  });

  test('it is none for another tenant', async () => {
    const { repository } = spied<Row>(rows(8).map((one) => ({ ...one, tenant: one.id % 2 ? 'a' : 'b' })));
    class Rows extends GenericViewSet({ name: 'Row', schema: Row, filter: filterOf() }) {
      repository = repository;
      protected override getKwargs() {
        return { tenant: this.request.get('x-tenant') ?? 'a' };
      }
    }
    const app = appOf([Rows]);
    const { body } = await request(app).get('/').set('X-Tenant', 'a').expect(200);
    await request(app).get(`/?page_token=${body.next_page}`).set('X-Tenant', 'b').expect(400);
    const second = await request(app).get(`/?page_token=${body.next_page}`).set('X-Tenant', 'a').expect(200);
    expect(ids(second)).toEqual([5, 7]);
  });

  test('it is none for another parent', async () => {
    const params = Type.Object({ group: Type.Integer() });
    class Rows extends GenericViewSet({
      name: 'Row',
      schema: Row,
      params,
      filter: TokenPaginationFilter({ pageSize: 1 }),
    }) {
      repository = new MemoryRepository<Row>([row(1, 1), row(2, 1), row(3, 2), row(4, 2)]);
    }
    const app = appOf([Rows], { prefix: '/groups/:group/rows' });
    const { body } = await request(app).get('/groups/1/rows').expect(200);
    await request(app).get(`/groups/1/rows?page_token=${body.next_page}`).expect(200);
    await request(app).get(`/groups/2/rows?page_token=${body.next_page}`).expect(400);
  });

  test('it says nothing that can be read', async () => {
    const named = Array.from({ length: 3 }, (_, index) => ({ ...row(index + 1), name: 'password-of-ada' }));
    const token = await tokenOf(pages(named), 'sort=name');
    const decoded = Buffer.from(token, 'base64url').toString('latin1');
    for (const word of ['password', 'ada', 'name', 'next', 'sort', 'true'])
      expect(`${token} ${decoded}`).not.toContain(word);
    expect(token).toMatch(/^[\w-]+$/);
  });

  test('two of one position are not alike', async () => {
    const made = pages();
    expect(await tokenOf(made)).not.toBe(await tokenOf(made));
  });
});

describe('secrets', () => {
  const [old, fresh] = ['the old secret of the list', 'the new secret of the list'];

  test('are shared by processes', async () => {
    const { body } = await pages(rows(5), { secret: old }).page('').expect(200);
    await pages(rows(5), { secret: old }).page('', body.next_page).expect(200);
  });

  test('of another process are not guessed', async () => {
    const { body } = await pages().page('').expect(200);
    await pages().page('', body.next_page).expect(400);
  });

  test('are changed in steps: the first seals, and all open', async () => {
    const before = pages(rows(5), { secret: old });
    const during = pages(rows(5), { secret: [fresh, old] });
    const after = pages(rows(5), { secret: fresh });
    const { body: first } = await before.page('').expect(200);
    const { body: second } = await during.page('', first.next_page).expect(200);
    expect(ids(await after.page('', second.next_page).expect(200))).toEqual([5]);
    await before.page('', second.next_page).expect(400);
    await after.page('', first.next_page).expect(400);
  });
});
