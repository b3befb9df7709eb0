/*
 * What it costs to start: CPU time, time and memory of an app with 1, 100 and 1,000 viewsets of six actions, each with schemas
 * of its own. Each figure is the median of some processes, in which it is the first thing that is measured: nothing is warm.
 *
 *   npm run build && node spec/bench/install.mjs && node spec/bench/startup.mjs
 *   node spec/bench/startup.mjs --only viewsets --rounds 7
 *   node --expose-gc --cpu-prof spec/bench/startup.mjs --app viewsets --views 1000     one process
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import fastify from 'fastify';
import { ours } from './schema.mjs';

const { Type } = ours('@sinclair/typebox');

const thing = {
  id: 1,
  name: 'a thing',
  price: 5,
  state: 'draft',
  tags: ['new'],
  created_at: '2026-01-01T00:00:00Z',
  size: { width: 1.5, height: 2 },
};
const { id: _, created_at: __, ...input } = thing;
const requests = [
  ['GET', '?page=1', 200],
  ['POST', '', 201, input],
  ['GET', '/1', 200],
  ['PUT', '/1', 200, input],
  ['PATCH', '/1', 200, { price: 6 }],
  ['DELETE', '/1', 204],
];

/** Made before anything is measured: what a program holds whatever serves it. */
function schemasOf(name) {
  const schema = Type.Object(
    {
      id: Type.Integer({ minimum: 1 }),
      name: Type.String({ minLength: 1, maxLength: 200, description: `What people call the ${name}.` }),
      price: Type.Integer({ minimum: 0 }),
      state: Type.Union([Type.Literal('draft'), Type.Literal('public')]),
      tags: Type.Array(Type.String(), { maxItems: 20 }),
      note: Type.Optional(Type.String()),
      created_at: Type.String({ format: 'date-time' }),
      size: Type.Object({ width: Type.Number(), height: Type.Number() }),
    },
    { $id: name },
  );
  const create = Type.Omit(schema, ['id', 'created_at']);
  const query = Type.Object({
    page: Type.Integer({ minimum: 1, default: 1 }),
    search: Type.Optional(Type.String()),
  });
  return { name, path: `/${name.toLowerCase()}`, schema, create, query };
}

/** For each app what registers all views, and then what makes the handler of requests. */
const apps = {
  viewsets: (resources) => {
    const { APIViewSet, PartialUpdateMixin, ViewRouter, configureApp, documentOf } = ours('express-viewsets');
    const express = ours('express');
    const viewsetOf = ({ name, path, schema, create, query }) =>
      class extends PartialUpdateMixin(
        APIViewSet({ name, path, schema, create, update: create, query, unknown: 'forbid' }),
      ) {
        list() {
          return [thing];
        }
        create(data) {
          return { ...thing, ...data };
        }
        retrieve() {
          return thing;
        }
        update(_key, data) {
          return { ...thing, ...data };
        }
        partialUpdate(_key, data) {
          return { ...thing, ...data };
        }
        destroy() {}
      };
    const views = resources.map(viewsetOf);
    return () => {
      const router = ViewRouter();
      for (const view of views) router.register(view);
      const app = express();
      return {
        handler: () => app.use(router),
        document: () => {
          configureApp(app, { info: { title: 'Things', version: '1' } });
          return documentOf(app);
        },
        cached: () => documentOf(app),
      };
    };
  },
  express: (resources) => {
    const Ajv = ours('ajv/dist/2020').default;
    const addFormats = ours('ajv-formats');
    const express = ours('express');
    return () => {
      const ajv = addFormats(new Ajv({ coerceTypes: true }));
      const app = express();
      app.use(express.json());
      for (const { path, schema, create, query } of resources) {
        const check = (part, of) => {
          const validate = ajv.compile(JSON.parse(JSON.stringify(of)));
          return (req, res, next) =>
            validate(req[part]) ? next() : res.status(400).json({ errors: validate.errors });
        };
        const key = check('params', Type.Pick(schema, ['id']));
        const body = check('body', create);
        app.get(path, check('query', query), (_req, res) => res.json([thing]));
        app.post(path, body, (req, res) => res.status(201).json({ ...thing, ...req.body }));
        app.get(`${path}/:id`, key, (_req, res) => res.json(thing));
        app.put(`${path}/:id`, key, body, (req, res) => res.json({ ...thing, ...req.body }));
        app.patch(`${path}/:id`, key, check('body', Type.Partial(create)), (req, res) =>
          res.json({ ...thing, ...req.body }),
        );
        app.delete(`${path}/:id`, key, (_req, res) => res.status(204).end());
      }
      return { handler: () => app };
    };
  },
  fastify: (resources) => async () => {
    const app = fastify();
    for (const { path, schema, create, query } of resources) {
      // In place: with `addSchema`, each route is compiled with the schemas of all, which takes minutes for a thousand views.
      const { $id, ...item } = schema;
      const params = Type.Pick(schema, ['id']);
      const patch = Type.Partial(create);
      const ok = { 200: item };
      app.get(
        path,
        { schema: { querystring: query, response: { 200: { type: 'array', items: item } } } },
        async () => [thing],
      );
      app.post(path, { schema: { body: create, response: { 201: item } } }, async ({ body }, reply) => {
        reply.code(201);
        return { ...thing, ...body };
      });
      app.get(`${path}/:id`, { schema: { params, response: ok } }, async () => thing);
      app.put(`${path}/:id`, { schema: { params, body: create, response: ok } }, async ({ body }) => ({
        ...thing,
        ...body,
      }));
      app.patch(`${path}/:id`, { schema: { params, body: patch, response: ok } }, async ({ body }) => ({
        ...thing,
        ...body,
      }));
      app.delete(`${path}/:id`, { schema: { params } }, async (_request, reply) => reply.code(204).send());
    }
    await app.ready();
    return { handler: () => (request, response) => app.routing(request, response) };
  },
};

const columns = {
  register: 'register, ms',
  registerClock: 'by the clock',
  perView: 'heap per view, kB',
  first: 'first answer, ms',
  document: 'document, ms',
  documentClock: 'by the clock',
  cached: 'cached document, ms',
  perAsked: 'and once it was asked all, kB',
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(apps).join() },
    sizes: { type: 'string', default: '1,100,1000' },
    rounds: { type: 'string', default: '3' },
    app: { type: 'string' },
    views: { type: 'string' },
  },
});

if (values.app) console.log(JSON.stringify(await measure(values.app, Number(values.views))));
else compare();

/** All in one process, each step once. */
async function measure(name, views) {
  const resources = Array.from({ length: views }, (_, index) => schemasOf(`Thing${index + 1}`));
  const register = apps[name](resources);
  const figures = {};
  const empty = heap();
  const served = await timed(figures, 'register', register);
  figures.perView = (heap() - empty) / views;

  // Node's own first request is not ours.
  const idle = await listen((_request, response) => response.end());
  await ask(idle, 'GET', '/');
  const server = await listen(served.handler());
  const middle = resources[Math.floor(views / 2)].path;
  await timed(figures, 'first', async () => {
    assert.deepEqual(JSON.parse(await ask(server, 'GET', `${middle}/1`, 200)), thing);
  });
  if (served.document) {
    const document = await timed(figures, 'document', served.document);
    assert.equal(Object.keys(document.paths).length, 2 * views);
    assert.equal(await timed(figures, 'cached', served.cached), document);
  }
  // Of a thousand it would be the same, and take minutes.
  if (views <= 100) {
    const started = heap();
    for (const { path } of resources) {
      for (const [method, rest, status, body] of requests)
        await ask(server, method, path + rest, status, body);
    }
    figures.perAsked = (heap() - started) / views;
  }
  for (const one of [idle, server]) {
    one.close();
    one.closeAllConnections();
  }
  return figures;
}

/** Milliseconds of CPU, of the user and of the system, and by the clock. */
async function timed(figures, name, work) {
  const before = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const end = performance.now();
  const { user, system } = process.cpuUsage(before);
  figures[name] = (user + system) / 1_000;
  figures[`${name}Clock`] = end - start;
  return result;
}

/** kB in use once all that is garbage is gone. */
function heap() {
  for (let count = 0; count < 3; count += 1) globalThis.gc();
  return process.memoryUsage().heapUsed / 1_024;
}

async function listen(handler) {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** By a bare socket, so that the client costs next to nothing. */
async function ask(server, method, path, status = 200, body = undefined) {
  const socket = net.connect(server.address().port, '127.0.0.1');
  const json = body === undefined ? '' : JSON.stringify(body);
  const type = json && `Content-Type: application/json\r\nContent-Length: ${json.length}\r\n`;
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${type}Connection: close\r\n\r\n${json}`);
  const answer = await text(socket);
  assert.equal(Number(answer.split(' ')[1]), status, `${method} ${path}: ${answer}`);
  return answer.slice(answer.indexOf('\r\n\r\n') + 4);
}

/** Every round each has its turn, in a process of its own. */
function compare() {
  const names = values.only.split(',');
  const rows = [];
  for (const views of values.sizes.split(',')) {
    const samples = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const name of names) samples[name].push(inProcess(name, views));
    }
    for (const name of names) rows.push([name, views, ...Object.keys(columns).map(medianOf(samples[name]))]);
  }
  const heading = ['app', 'views', ...Object.values(columns)];
  for (const row of [heading, heading.map(() => '---'), ...rows]) console.log(`| ${row.join(' | ')} |`);
}

function inProcess(name, views) {
  const args = ['--expose-gc', import.meta.filename, '--app', name, '--views', views];
  const env = { ...process.env, NODE_ENV: 'production' };
  return JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8' }));
}

function medianOf(samples) {
  return (column) => {
    const sorted = samples.map((figures) => figures[column]).sort((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)];
    return middle === undefined ? '' : middle.toFixed(middle < 10 ? 2 : 0);
  };
}
