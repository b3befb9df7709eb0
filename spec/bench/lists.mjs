/*
 * What a list costs beside its rows: generic views over 10,000 rows, in memory and in PGlite, and the same answers written by
 * hand. Both are routes of Express apps in this process, called without sockets, one request after the other; each round has
 * both in turn, in changing order. Ratios of one run mean something; the microseconds are those of the machine.
 *
 *   npm run build && node spec/bench/lists.mjs
 *   node spec/bench/lists.mjs --quick
 */
import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import os from 'node:os';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { ours } from './schema.mjs';

const express = ours('express');
const { Type } = ours('@sinclair/typebox');
const { PGlite } = ours('@electric-sql/pglite');
const { Kysely, PostgresDialect } = ours('kysely');
const {
  Filter,
  GenericListMixin,
  MemoryRepository,
  ModelFilter,
  OrderingFilter,
  PaginationFilter,
  Resource,
  TokenPaginationFilter,
  ViewRouter,
} = ours('express-viewsets');
const { KyselyRepository } = ours('express-viewsets/kysely');

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const rounds = values.quick ? 7 : 25;

const ROWS = 10_000;
const PAGE = 100;
const COLUMNS = ['id', 'name', 'price', 'rating', 'created_at'];

const Item = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String({ minLength: 1 }),
    price: Type.Integer({ minimum: 0 }),
    rating: Type.Union([Type.Number(), Type.Null()]),
    created_at: Type.String({ format: 'date-time' }),
  },
  { $id: 'Item' },
);

const rows = Array.from({ length: ROWS }, (_, index) => ({
  id: index + 1,
  name: `item ${(index * 7919) % ROWS}`,
  price: (index * 31) % 1000,
  rating: index % 5 === 0 ? null : (index % 9) / 2,
  created_at: new Date(Date.UTC(2024, 0, 1) + index * 60_000),
}));

const fields = [
  ModelFilter(Item, { name: ['icontains'], price: ['ge', 'le'] }),
  OrderingFilter(['name', 'price', 'rating']),
];

/** An app with a list of pages with totals, and one of pages with tokens. */
function viewsOf(repository) {
  const view = (name, path, pagination) =>
    class extends GenericListMixin(
      Resource({ name, path, schema: Item, filter: Filter(...fields, pagination) }),
    ) {
      repository = repository;
    };
  const router = ViewRouter();
  router.register(view('Numbered', '/numbered', PaginationFilter()));
  router.register(view('Token', '/tokens', TokenPaginationFilter()));
  return express().use(router);
}

/** The same answers: what is not asked for is not there, and nothing is checked. */
function byHand(answers) {
  const app = express();
  for (const [path, answer] of Object.entries(answers)) {
    app.get(path, async (request, response) => {
      const url = new URL(request.originalUrl, 'http://localhost');
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.end(JSON.stringify(await answer(url.searchParams)));
    });
  }
  return app;
}

const numbered = (items, page, total) => ({
  items,
  current_page: page,
  page_size: PAGE,
  total_pages: Math.ceil(total / PAGE),
  total_items: total,
});

const cases = {
  'a page of all': '/numbered?page=3',
  'filtered and sorted': '/numbered?price__ge=100&price__le=700&sort=rating,-price&page=3',
  'found by a part of the name': '/numbered?name__icontains=ITEM%2099',
};

/** JavaScript as one writes it for this very list. */
const inMemory = byHand({
  '/numbered': (query) => {
    const [least, most] = [query.get('price__ge'), query.get('price__le')];
    const part = query.get('name__icontains')?.toLowerCase();
    let found = rows;
    if (least) found = found.filter(({ price }) => price >= Number(least) && price <= Number(most));
    if (part) found = found.filter(({ name }) => name.toLowerCase().includes(part));
    const rank = ({ rating }) => rating ?? Number.POSITIVE_INFINITY;
    // The difference of two infinities is no number.
    const byRating = (a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b));
    if (query.has('sort')) {
      found = [...found].sort((a, b) => byRating(a, b) || b.price - a.price || a.id - b.id);
    }
    const page = Number(query.get('page') ?? 1);
    return numbered(found.slice((page - 1) * PAGE, page * PAGE), page, found.length);
  },
});

/** PGlite, filled, and the statements that went to it. */
async function openDatabase() {
  const lite = await PGlite.create();
  await lite.exec(`
    create table items (id integer primary key, name text not null, price integer not null, rating float8,
      created_at timestamptz not null);
    create index on items (rating, price desc, id);`);
  for (let at = 0; at < ROWS; at += 1000) {
    const part = rows.slice(at, at + 1000);
    const tuples = part.map((_, index) => `(${COLUMNS.map((_, column) => `$${index * 5 + column + 1}`)})`);
    await lite.query(
      `insert into items values ${tuples}`,
      part.flatMap((row) => COLUMNS.map((column) => row[column])),
    );
  }
  await lite.exec('analyze items');
  const statements = [];
  const client = {
    query: (sql, parameters) => {
      statements.push([sql, parameters]);
      return lite.query(sql, parameters);
    },
    release: () => {},
  };
  const pool = { connect: async () => client, end: () => lite.close() };
  return { lite, statements, db: new Kysely({ dialect: new PostgresDialect({ pool }) }) };
}

/** A request without a socket; resolves to the body when it is complete. */
function ask(app, url) {
  return new Promise((resolve, reject) => {
    const request = Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url });
    request.headers.host = 'localhost';
    const response = new ServerResponse(request);
    const chunks = [];
    const sink = new Writable({
      write(chunk, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    response.assignSocket(sink);
    response.once('finish', () => {
      const text = Buffer.concat(chunks).toString();
      const body = text.slice(text.indexOf('\r\n\r\n') + 4);
      if (response.statusCode === 200) resolve(body);
      else reject(new Error(`${url} was answered with ${response.statusCode}: ${body}`));
    });
    app(request, response);
  });
}

/** Microseconds of CPU per request, of user and system. */
async function cost(app, url, requests) {
  const before = process.cpuUsage();
  for (let count = 0; count < requests; count += 1) await ask(app, url);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / requests;
}

/** Requests that take about a quarter of a second, after as many that warm up. */
async function settle(app, url) {
  let requests = 4;
  while ((await cost(app, url, requests)) * requests < 250_000) requests *= 2;
  return requests;
}

async function compare(label, url, view, hand, same) {
  same(JSON.parse(await ask(view, url)), JSON.parse(await ask(hand, url)));
  const requests = Math.max(await settle(view, url), await settle(hand, url));
  const samples = [];
  for (let round = 0; round < rounds; round += 1) {
    const sample = {};
    const turns = [
      ['view', view],
      ['hand', hand],
    ];
    if (round % 2) turns.reverse();
    for (const [name, app] of turns) sample[name] = await cost(app, url, requests);
    samples.push(sample);
  }
  const times = (name) => samples.map((sample) => sample[name]);
  return {
    label,
    view: summary(times('view'), 0),
    hand: summary(times('hand'), 0),
    ratio: summary(
      samples.map((sample) => sample.view / sample.hand),
      2,
    ),
    more: summary(
      samples.map((sample) => sample.view - sample.hand),
      0,
    ),
  };
}

function summary(figures, digits) {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  return `${middle.toFixed(digits)} (${sorted[0].toFixed(digits)}-${sorted.at(-1).toFixed(digits)})`;
}

const results = [];

const memory = viewsOf(new MemoryRepository(rows));
for (const [name, url] of Object.entries(cases)) {
  results.push(await compare(`in memory: ${name}`, url, memory, inMemory, assert.deepEqual));
}

const { lite, statements, db } = await openDatabase();
const stored = viewsOf(new KyselyRepository(db, 'items', { columns: COLUMNS }));
for (const [name, url] of [
  ...Object.entries(cases),
  ['the first of pages with tokens', '/tokens?sort=rating,-price'],
]) {
  statements.length = 0;
  await ask(stored, url);
  // What the view sends, as often and with the same values.
  const [select, count] = [...statements];
  const bare = byHand({
    '/numbered': async (query) => {
      const { rows: items } = await lite.query(...select);
      const total = count ? (await lite.query(...count)).rows[0].total : items.length;
      return numbered(items, Number(query.get('page') ?? 1), Number(total));
    },
    '/tokens': async () => ({ items: (await lite.query(...select)).rows.slice(0, PAGE) }),
  });
  const same = (view, hand) => {
    // A position stands beside each row, and the tokens are the view's.
    const items = hand.items.map((item) =>
      Object.fromEntries(COLUMNS.map((column) => [column, item[column]])),
    );
    assert.deepEqual(view.items, items);
    assert.equal(view.total_items, hand.total_items);
  };
  results.push(await compare(`PGlite: ${name}`, url, stored, bare, same));
}
await db.destroy();

const header = ['list', 'view', 'by hand', 'ratio', 'difference'];
const lines = results.map(({ label, view, hand, ratio, more }) => [label, view, hand, ratio, more]);
const widths = header.map((_, index) => Math.max(...[header, ...lines].map((line) => line[index].length)));
const row = (line) => `| ${line.map((cell, index) => cell.padEnd(widths[index])).join(' | ')} |`;
console.log(
  `Node ${process.version}, ${os.cpus()[0]?.model}; ${rounds} rounds; microseconds of CPU per request: median (min-max)\n`,
);
console.log(
  [row(header), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...lines.map(row)].join('\n'),
);
