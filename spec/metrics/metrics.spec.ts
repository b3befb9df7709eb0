import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Type } from '@sinclair/typebox';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { APIView, configureApp, get, post, ViewRouter } from 'express-viewsets';
import { metricsServer } from 'express-viewsets/metrics';
import { Registry } from 'prom-client';
import request from 'supertest';
import { info, itemViewSet, memoryLogger } from '../support/app.js';

/** Every time series, as `name{label="value",...} value`. */
async function seriesOf(app: Express, path = '/metrics'): Promise<string[]> {
  const { text } = await request(app).get(path).expect(200);
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

async function countsOf(app: Express): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const line of await seriesOf(app)) {
    const found = /^http_requests_total\{method="(.*?)",path="(.*?)",status_code="(.*?)"\} (\d+)$/.exec(line);
    if (found) counts[`${found[1]} ${found[2]} ${found[3]}`] = Number(found[4]);
  }
  return counts;
}

class Broken extends APIView {
  @get('/broken') broken() {
    throw new Error('secret');
  }
}

/** Views at several depths, and an old app with routes of its own. */
function bigApp(metrics: object | true = true): Express {
  const items = ViewRouter({ prefix: '/items' });
  items.register(itemViewSet());
  const nested = express.Router({ mergeParams: true });
  nested.get('/report/:year', (req: Request, res: Response) => void res.send(String(req.params.year)));
  nested.get('/fails', (_req: Request, _res: Response, next: NextFunction) => next(new Error('no')));
  const broken = ViewRouter();
  broken.register(Broken);
  nested.use('/deep', broken);
  const child = express();
  child.get('/leaf/:leaf', (_req, res) => void res.send('leaf'));
  const inRouter = express();
  inRouter.get('/inner/:x', (_req, res) => void res.send('x'));
  nested.use('/app', inRouter);
  const closed = express.Router();
  closed.get('/closed/:y', (_req, res) => void res.send('y'));
  const app = express();
  app.use('/api', items);
  app.use('/tenants/:tenant', items);
  app.use('/orgs/:org', nested);
  app.use('/child/:c', child);
  app.use('/by-hand', (req, res, next) => closed(req, res, next));
  app.get('/', (_req, res) => void res.send('home'));
  app.get('/old/:id', (_req, res) => void res.send('old'));
  app.get(/^\/rx\/(\d+)$/, (_req, res) => void res.send('rx'));
  app.use((error: Error, req: Request, res: Response, next: NextFunction) =>
    req.url.startsWith('/orgs/handled') ? void res.status(418).send(error.message) : next(error),
  );
  configureApp(app, { info, metrics, logger: memoryLogger() });
  return app;
}

test('the label of a path is the template of the route, at every depth', async () => {
  const app = bigApp();
  for (const path of [
    '/api/items',
    '/API/items/',
    '/api/items/7',
    '/tenants/acme/items/7',
    '/orgs/o1/report/1999',
    '/orgs/o1/fails',
    '/orgs/handled/fails',
    '/orgs/o1/deep/broken',
    '/orgs/o1/app/inner/5',
    '/child/c1/leaf/l1',
    '/by-hand/closed/5',
    '/',
    '/old/5?token=1',
    '/rx/77',
    '/nowhere/at/all',
    '/openapi.json',
  ])
    await request(app).get(path);
  await request(app).delete('/api/items');
  await request(app).post('/api/items').send({ id: 'x' });
  expect(await countsOf(app)).toEqual({
    'GET /api/items 200': 2,
    'GET /api/items/:id 404': 1,
    'GET /tenants/:tenant/items/:id 404': 1,
    'GET /orgs/:org/report/:year 200': 1,
    'GET /orgs/:org/fails 500': 1,
    'GET /orgs/:org/fails 418': 1,
    'GET /orgs/:org/deep/broken 500': 1,
    'GET /orgs/:org/app/inner/:x 200': 1,
    'GET /child/:c/leaf/:leaf 200': 1,
    'GET /by-hand/* 200': 1,
    'GET / 200': 1,
    'GET /old/:id 200': 1,
    'GET /^\\\\/rx\\\\/(\\\\d+)$/ 200': 1,
    'GET (unmatched) 404': 1,
    'GET (middleware) 200': 1,
    'DELETE /api/items 405': 1,
    'POST /api/items 400': 1,
  });
});

test('a request that is refused for its method has the template of its path, and so has OPTIONS', async () => {
  const app = bigApp();
  const exclusive = ViewRouter({ prefix: '/own', exclusive: true });
  exclusive.register(itemViewSet());
  app.use('/x/:x', exclusive);
  app.all('/passes/:p', (_req: Request, _res: Response, next: NextFunction) => next());
  app.use('/passes', ViewRouter().register(itemViewSet()));
  await request(app).patch('/api/items').expect(405);
  await request(app).patch('/tenants/acme/items/7').expect(405);
  await request(app).post('/x/1/own/7').expect(405);
  await request(app).patch('/passes/7').expect(405);
  await request(app).options('/api/items/7').expect(204);
  await request(app).options('/x/1/own').expect(204);
  // Express answers these for its own routes.
  await request(app).options('/old/7?x=1').expect(200);
  await request(app).options('/orgs/o1/report/1').expect(200);
  await request(app).options('/child/c1/leaf/7').expect(200);
  // It has no view at the path, and an unknown path is 404.
  await request(app).post('/old/7').expect(404);
  await request(app).options('/nowhere').expect(404);
  expect(await countsOf(app)).toEqual({
    'PATCH /api/items 405': 1,
    'PATCH /tenants/:tenant/items/:id 405': 1,
    'POST /x/:x/own/:id 405': 1,
    'PATCH /passes/:id 405': 1,
    'OPTIONS /api/items/:id 204': 1,
    'OPTIONS /x/:x/own 204': 1,
    'OPTIONS /old/:id 200': 1,
    'OPTIONS /orgs/:org/report/:year 200': 1,
    'OPTIONS (middleware) 200': 1,
    'POST (unmatched) 404': 1,
    'OPTIONS (unmatched) 404': 1,
  });
});

test('of several templates that a path fits, the most literal one is told', async () => {
  class Exports extends APIView {
    @get('/items/export') exported() {}
    @post('/items/:id', { params: Type.Object({ id: Type.String() }) }) change() {}
    @get('/:kind/:id', { params: Type.Object({ kind: Type.String(), id: Type.String() }) }) any() {}
  }
  const app = express();
  app.use('/a', ViewRouter().register(Exports));
  app.use('/:b', ViewRouter().register(Exports));
  configureApp(app, { info, metrics: true });
  await request(app).delete('/a/items/export').expect(405);
  await request(app).delete('/a/items/7').expect(405);
  await request(app).delete('/a/other/7').expect(405);
  await request(app).delete('/z/items/7').expect(405);
  expect(await countsOf(app)).toEqual({
    'DELETE /a/items/export 405': 1,
    'DELETE /a/items/:id 405': 1,
    'DELETE /a/:kind/:id 405': 1,
    'DELETE /:b/items/:id 405': 1,
  });
});

describe('a route that is not among the layers', () => {
  const routerOf = (path: string) =>
    express.Router().get(path, (_req: Request, res: Response) => void res.send('x'));

  test('of a router that is made for the request, is told by where it is mounted', async () => {
    const app = express();
    app.use('/reports', (req, res, next) => routerOf(req.path)(req, res, next));
    app.use(
      '/orgs/:org',
      express.Router().use('/made', (req, res, next) => routerOf(req.path)(req, res, next)),
    );
    class Made extends APIView {
      @get('/one') one() {}
    }
    app.use('/views', (req, res, next) => ViewRouter({ prefix: '/hostile' }).register(Made)(req, res, next));
    const child = express();
    child.use('/in', (req, res, next) => routerOf(req.path)(req, res, next));
    app.use('/child/:c', child);
    app.use((req, res, next) => routerOf(req.path)(req, res, next));
    configureApp(app, { info, metrics: true });
    for (const word of ['hostile', 'other', 'third']) {
      for (const path of ['/reports/', '/orgs/acme/made/', '/orgs/other/made/', '/child/1/in/', '/'])
        await request(app)
          .get(path + word)
          .expect(200);
    }
    await request(app).get('/views/hostile/one').expect(204);
    await request(app).patch('/views/hostile/one').expect(405);
    expect(await countsOf(app)).toEqual({
      'GET /reports/* 200': 3,
      'GET /orgs/:org/made/* 200': 6,
      'GET /child/:c/in/* 200': 3,
      'GET /* 200': 3,
      'GET /views/* 204': 1,
      'PATCH /views/* 405': 1,
    });
  });

  test('has the template that it has elsewhere, or in its own app, below an unknown part', async () => {
    const router = routerOf('/closed/:y');
    const inner = express();
    inner.use('/sub', routerOf('/leaf/:z'));
    inner.use((req, res, next) => routerOf(req.path)(req, res, next));
    const app = express();
    app.use('/known', express.Router().use(router));
    app.use('/known', (req, res, next) => router(req, res, next));
    app.use('/orgs/:org', express.Router().use('/app', inner));
    const registry = new Registry();
    configureApp(inner, { info, metrics: { registry } });
    await request(app).get('/known/closed/hostile').expect(200);
    await request(app).get('/orgs/hostile/app/sub/leaf/hostile').expect(200);
    await request(app).get('/orgs/hostile/app/hostile').expect(200);
    expect(await countsOf(inner)).toEqual({ 'GET /*/sub/leaf/:z 200': 1, 'GET /* 200': 1 });
    configureApp(app, { info, metrics: { registry } });
    await request(app).get('/orgs/hostile/app/hostile').expect(200);
    expect(await countsOf(app)).toMatchObject({ 'GET /orgs/:org/app/* 200': 1 });
    const byHand = express();
    byHand.use(express.Router().use('/here', router));
    byHand.use('/there', (req, res, next) => express.Router().use('/here', router)(req, res, next));
    configureApp(byHand, { info, metrics: true });
    await request(byHand).get('/there/here/closed/hostile').expect(200);
    expect(await countsOf(byHand)).toEqual({ 'GET /*/here/closed/:y 200': 1 });
  });

  test('is, where the function that calls its router has what the router has', async () => {
    const items = ViewRouter({ prefix: '/items' }).register(itemViewSet());
    const inner = routerOf('/closed/:y');
    const app = express();
    app.use(
      '/by-hand',
      Object.assign((req: Request, res: Response, next: NextFunction) => inner(req, res, next), inner),
    );
    app.use(
      '/views',
      Object.assign((req: Request, res: Response, next: NextFunction) => items(req, res, next), items),
    );
    configureApp(app, { info, metrics: true });
    await request(app).get('/by-hand/closed/7').expect(200);
    await request(app).get('/views/items/7').expect(404);
    await request(app).patch('/views/items/7').expect(405);
    expect(await countsOf(app)).toEqual({
      'GET /by-hand/closed/:y 200': 1,
      'GET /views/items/:id 404': 1,
      'PATCH /views/items/:id 405': 1,
    });
    const { body } = await request(app).get('/openapi.json');
    expect(Object.keys(body.paths)).toEqual(['/views/items', '/views/items/{id}']);
  });
});

test('routes that are mounted without end are one label from some number on', async () => {
  const app = express();
  for (let turn = 0; turn < 2050; turn += 1) app.get(`/r${turn}`, (_req, res) => void res.send('x'));
  configureApp(app, { info, metrics: true });
  const server = createHttpServer(app).listen(0);
  const { port } = server.address() as AddressInfo;
  for (let turn = 0; turn < 2050; turn += 50)
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) =>
        (await fetch(`http://127.0.0.1:${port}/r${turn + index}`)).text(),
      ),
    );
  server.close();
  const counts = await countsOf(app);
  expect(counts['GET (other) 200']).toBe(50);
  expect(Object.keys(counts)).toHaveLength(2001);
});

test('nothing that a client chooses becomes a label', async () => {
  const app = bigApp();
  const word = 'hostile';
  for (const method of ['propfind', 'purge', 'search', 'mkcol', 'trace'] as const) {
    await request(app)[method](`/api/items/${word}`);
    await request(app)[method](`/${word}/${word}`);
  }
  for (const path of [
    `/api/items/${word}`,
    `/tenants/${word}/items`,
    `/tenants/${word}/items/${word}`,
    `/tenants/${word}%2f${word}/items`,
    `/orgs/${word}/fails`,
    `/child/${word}/leaf/${word}`,
    `/${word}`,
    `//${word}/api/items`,
    `/api/items/%zz${word}`,
    `/api/../${word}`,
    `/by-hand/closed/${word}`,
    `/old/a?${word}=${word}`,
    '/__proto__/constructor',
  ])
    await request(app)
      .get(path)
      .set('Host', `${word}.example`)
      .set('X-Forwarded-Host', word)
      .set('User-Agent', word);
  const series = await seriesOf(app);
  expect(series.filter((line) => line.includes(word) || line.includes('__proto__'))).toEqual([]);
  const methods = new Set(series.flatMap((line) => /method="(.*?)"/.exec(line)?.[1] ?? []));
  expect([...methods].sort()).toEqual(['GET', '_OTHER']);
});

test('an absolute target and one without a slash are no labels either', async () => {
  const app = bigApp();
  const server = createHttpServer(app).listen(0);
  const { port } = server.address() as AddressInfo;
  for (const line of [
    'GET http://hostile.example/api/items HTTP/1.1',
    'GET *hostile HTTP/1.1',
    'OPTIONS * HTTP/1.1',
  ]) {
    await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`${line}\r\nHost: hostile\r\nConnection: close\r\n\r\n`),
      );
      socket.resume().on('close', resolve);
    });
  }
  server.close();
  const series = await seriesOf(app);
  expect(series.some((line) => line.includes('hostile'))).toBe(false);
  expect(series.filter((line) => line.startsWith('http_requests_total')).length).toBeGreaterThan(1);
});

test('a latency histogram, a count and a gauge of what is being answered', async () => {
  let open = () => {};
  const app = express();
  app.get('/slow', async (_req, res) => {
    await new Promise<void>((resolve) => {
      open = resolve;
    });
    res.send('done');
  });
  configureApp(app, { info, metrics: { buckets: [0.1, 60], labels: { service: 'shop' }, prefix: 'shop_' } });
  const server = createHttpServer(app).listen(0);
  const slow = request(server).get('/slow').then();
  const during = async () => (await request(server).get('/metrics')).text;
  let text = await during();
  while (!text.includes('shop_http_requests_in_progress 1')) text = await during();
  open();
  await slow;
  while (!text.includes('shop_http_requests_in_progress 0')) text = await during();
  server.close();
  const labels = 'service="shop",status_code="200",method="GET",path="/slow"';
  const written = text.split('\n').filter((line) => line.includes('/slow"'));
  const at = (name: string) =>
    written.find((line) => line.startsWith(name) && line.includes('service="shop"'));
  expect(at('shop_http_request_duration_seconds_bucket')).toContain('le="0.1"');
  expect(at('shop_http_request_duration_seconds_bucket{le="60"')).toMatch(/ 1$/);
  expect(at('shop_http_request_duration_seconds_count')).toMatch(/ 1$/);
  expect(written.find((line) => line.startsWith('shop_http_requests_total'))).toMatch(/ 1$/);
  expect(labels).toContain('service');
});

test('served with the content type of Prometheus, also with a query, and not counted', async () => {
  const app = bigApp();
  const { headers } = await request(app).get('/metrics?x=1').expect(200);
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  await request(app).head('/metrics').expect(200, undefined);
  await request(app).post('/metrics').expect(404);
  await request(app).get('/metrics/').expect(404);
  expect(await countsOf(app)).toEqual({ 'POST (unmatched) 404': 1, 'GET (unmatched) 404': 1 });
});

test('without the option there is neither path nor trace of them', async () => {
  const app = express();
  configureApp(app, { info });
  await request(app).get('/metrics').expect(404);
  const off = express();
  configureApp(off, { info, metrics: false });
  await request(off).get('/metrics').expect(404);
});

test('only who is allowed sees them, and the path is settable', async () => {
  const app = bigApp({ path: '/internal/metrics', allow: (req: Request) => req.headers['x-key'] === 'k' });
  await request(app).get('/internal/metrics').expect(404);
  await request(app).get('/internal/metrics').set('X-Key', 'k').expect(200);
  await request(app).get('/metrics').expect(404);
});

test.each([
  ['a promise, which is true of anybody', async () => false, 500],
  ['what is not true', () => 'yes', 404],
  [
    'what fails',
    () => {
      throw new Error('no');
    },
    500,
  ],
])('who is allowed is not guessed: %s', async (_name, allow, status) => {
  const logger = memoryLogger();
  const app = express();
  configureApp(app, { info, logger, metrics: { allow: allow as never } });
  const { text } = await request(app).get('/metrics').expect(status);
  expect(text).not.toContain('http_requests_total');
  expect(logger.lines).toHaveLength(status === 500 ? 1 : 0);
});

test('what the metrics can not be told of is answered with 503, and logged', async () => {
  const { Gauge } = await import('prom-client');
  const failing = () => {
    const registry = new Registry();
    new Gauge({
      name: 'x',
      help: 'x',
      registers: [registry],
      collect: () => {
        throw new Error('no figure');
      },
    });
    return registry;
  };
  const logger = memoryLogger();
  const app = express();
  configureApp(app, { info, logger, metrics: { registry: failing() } });
  await request(app).get('/metrics').expect(503);
  expect(logger.lines.map(({ message }) => message)).toEqual(['Service Unavailable: no figure']);
  const report = jest.fn();
  await request(metricsServer(failing(), { report })).get('/metrics').expect(503);
  expect(report).toHaveBeenCalledWith(expect.objectContaining({ message: 'no figure' }));
});

test('on a port of their own, the app has no such path', async () => {
  const registry = new Registry();
  const probe = createHttpServer().listen(0);
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const app = bigApp({ registry, port });
  const server = createHttpServer(app).listen(0);
  await request(server).get('/metrics').expect(404);
  await request(`http://127.0.0.1:${port}`)
    .get('/metrics')
    .expect(200)
    .expect(({ text }) => expect(text).toContain('path="(unmatched)",status_code="404"} 1'));
  await request(`http://127.0.0.1:${port}`).get('/api/items').expect(404);
  await request(`http://127.0.0.1:${port}`).post('/metrics').expect(405);
  server.close();
  await request(metricsServer(registry)).get('/metrics?y').expect(200);
});

test('configured twice, requests count once; the options of the second call hold', async () => {
  const app = bigApp();
  configureApp(app, { info, metrics: true });
  configureApp(app, { info, metrics: { path: '/m' } });
  await request(app).get('/old/1');
  await request(app).get('/metrics').expect(404);
  const series = await seriesOf(app, '/m');
  expect(series.find((line) => line.startsWith('http_requests_total') && line.includes('/old/:id'))).toMatch(
    / 1$/,
  );
  configureApp(app, { info, metrics: false });
  await request(app).get('/m').expect(404);
});

test('configured again with other buckets or labels, these hold; a registry that others may have is not counted otherwise', async () => {
  const app = express();
  app.get('/x', (_req, res) => void res.send('x'));
  configureApp(app, { info, metrics: true });
  configureApp(app, { info, metrics: { buckets: [0.3, 60], labels: { service: 'shop' } } });
  configureApp(app, { info, metrics: true });
  await request(app).get('/x');
  const series = (await seriesOf(app)).filter((line) => line.includes('"/x"'));
  expect(series.filter((line) => line.includes('_bucket'))).toHaveLength(3);
  expect(series.find((line) => line.includes('le="0.3"'))).toMatch(/service="shop".* 1$/);
  const registry = new Registry();
  const metrics = { registry, buckets: [1, 2], labels: { a: 'b', told: () => 'x' } };
  configureApp(express(), { info, metrics });
  configureApp(express(), { info, metrics: { ...metrics, labels: { a: 'b', told: () => 'y' } } });
  configureApp(express(), { info, metrics: { registry } });
  for (const other of [
    { buckets: [1] },
    { labels: {} },
    { labels: { a: 'c' } },
    { process: true },
  ] as object[])
    expect(() => configureApp(express(), { info, metrics: { registry, ...other } })).toThrow(
      'The registry counts with other `metrics.buckets`, `labels` or `process` already',
    );
});

test('two apps in one, with two prefixes in one registry, both count, in whichever order they are configured', async () => {
  const registry = new Registry();
  const inner = express();
  const app = express();
  app.use('/in', inner);
  inner.get('/x', (_req, res) => void res.send('x'));
  for (let turn = 0; turn < 2; turn += 1) {
    configureApp(inner, { info, metrics: { registry, prefix: 'inner_', path: false } });
    configureApp(app, { info, metrics: { registry, prefix: 'outer_' } });
  }
  await request(app).get('/in/x').expect(200);
  const totals = (await seriesOf(app)).filter((line) => line.includes('_requests_total'));
  expect(totals.sort()).toEqual([
    'inner_http_requests_total{method="GET",path="/in/x",status_code="200"} 1',
    'outer_http_requests_total{method="GET",path="/in/x",status_code="200"} 1',
  ]);
});

test('requests that wait behind others on a connection that is cut are counted, too', async () => {
  const app = express();
  app.get('/slow', () => {});
  app.get('/behind', (_req, res) => void res.send('x'));
  configureApp(app, { info, metrics: true });
  const server = createHttpServer(app).listen(0);
  const { port } = server.address() as AddressInfo;
  let arrived = 0;
  const all = new Promise<void>((resolve) => {
    server.on('request', () => {
      arrived += 1;
      if (arrived === 3) resolve();
    });
  });
  const line = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const socket = connect(port, '127.0.0.1', () =>
    socket.write(line('/slow') + line('/behind') + line('/slow')),
  );
  await all;
  socket.destroy();
  let text = '';
  while (!text.includes('http_requests_in_progress 0')) text = (await request(server).get('/metrics')).text;
  server.close();
  const totals = text.split('\n').filter((each) => each.startsWith('http_requests_total'));
  expect(totals.map((each) => Number(each.split(' ').at(-1))).reduce((sum, each) => sum + each, 0)).toBe(3);
  expect(text).toContain('http_requests_total{method="GET",path="/slow",status_code="499"} 2');
});

test('a parameter that can not be decoded has the template of its view', async () => {
  const app = bigApp();
  await request(app).get('/api/items/%zz').expect(400);
  expect(await countsOf(app)).toEqual({ 'GET /api/items/:id 400': 1 });
});

test('a label that can not be told is empty, and told of once', async () => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const app = express();
  app.get('/x', (_req, res) => void res.send('x'));
  const fails = () => {
    throw new Error('with password=hunter2');
  };
  configureApp(app, { info, metrics: { labels: { fails, odd: (() => Symbol('odd')) as never } } });
  for (let turn = 0; turn < 3; turn += 1) await request(app).get('/x').expect(200);
  const series = await seriesOf(app);
  expect(series.some((line) => line.includes('fails="",odd="Symbol(odd)"'))).toBe(true);
  expect(warned.mock.calls).toEqual([
    ['The label "fails" of the metrics can not be told: with password=[redacted]'],
  ]);
  warned.mockRestore();
});

test('configured before the routers are mounted, and mounted in another configured app of the same registry', async () => {
  const registry = new Registry();
  const inner = express();
  configureApp(inner, { info, metrics: { registry } });
  const router = ViewRouter({ prefix: '/items' });
  router.register(itemViewSet());
  inner.use('/late', router);
  const app = express();
  configureApp(app, { info, metrics: { registry } });
  app.use('/in/:where', inner);
  await request(app).get('/in/x/late/items').expect(200);
  // Mounted after the first request was seen.
  app.use('/again', router);
  await request(app).get('/again/items').expect(200);
  expect(await countsOf(app)).toEqual({ 'GET /in/:where/late/items 200': 1, 'GET /again/items 200': 1 });
});

test('a client that leaves is counted as such', async () => {
  const app = express();
  app.get('/slow', () => {});
  configureApp(app, { info, metrics: true });
  const server = createHttpServer(app).listen(0);
  const { port } = server.address() as AddressInfo;
  const arrived = new Promise((resolve) => server.once('request', resolve));
  const socket = connect(port, '127.0.0.1', () => socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n'));
  await arrived;
  socket.destroy();
  let text = '';
  while (!text.includes('/slow')) text = (await request(server).get('/metrics')).text;
  server.close();
  expect(text).toContain('http_requests_total{method="GET",path="/slow",status_code="499"} 1');
});

test.each([
  [{ path: 'metrics' }, /is a path, such as "\/metrics"/],
  [{ path: false, port: 1 }, /nothing to serve/],
  [{ port: 99999 }, /whole number/],
  [{ labels: { path: 'x' } }, /"path"/],
  [{ labels: { 'a-b': 'x' } }, /"a-b"/],
  [{ buckets: [] }, /rising order/],
  [{ buckets: [1, 1] }, /rising order/],
  [{ prefix: '1-' }, /letters, digits/],
  [{ path: '/healthz' }, 'Both `metrics` and `health` serve "/healthz"'],
] as const)('a mistake is told when the app is configured: %j', (metrics, message) => {
  expect(() => configureApp(express(), { info, metrics, health: true })).toThrow(message);
});

test('a registry that has such a metric of somebody else is refused', async () => {
  const registry = new Registry();
  const { Gauge } = await import('prom-client');
  new Gauge({ name: 'http_requests_total', help: 'x', registers: [registry] });
  expect(() => configureApp(express(), { info, metrics: { registry } })).toThrow(/somebody else's/);
  const app = express();
  configureApp(app, { info, metrics: { registry, prefix: 'mine_' } });
});

test('a label of the program is asked for when the answer is known', async () => {
  const app = express();
  app.get('/x', (_req, res) => void res.status(201).set('X-Kind', 'tea').send('x'));
  configureApp(app, {
    info,
    metrics: { labels: { kind: (_req, res) => String(res.getHeader('x-kind') ?? 'none') } },
  });
  await request(app).get('/x');
  expect((await seriesOf(app)).some((line) => line.includes('kind="tea"'))).toBe(true);
});
