import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Type } from '@sinclair/typebox';
import express, { type NextFunction, type Request, type Response } from 'express';
import { APIView, configureApp, documentOf, get, post, View, ViewRouter } from 'express-viewsets';
import request from 'supertest';
import { parse } from 'yaml';
import { info, itemViewSet, memoryLogger } from '../support/app';

function itemRouter(prefix = '/items') {
  return ViewRouter({ prefix }).register(itemViewSet());
}

class Failing extends APIView {
  @get('/fail') fail() {
    throw new Error('secret');
  }
}

const pathsOf = (app: express.Express) => Object.keys(documentOf(app).paths ?? {});

describe('the order of calls', () => {
  test.each([
    ['before', [configure, mount]],
    ['after', [mount, configure]],
    ['twice', [configure, mount, configure]],
  ] as const)('configured %s mounting, an app serves all the same', async (_, steps) => {
    const app = express();
    for (const step of steps) step(app);
    await request(app).get('/api/items').expect(200);
    await request(app).patch('/api/items').expect(405);
    await request(app).get('/nowhere').expect(404).expect('Content-Type', 'application/problem+json');
    const { body } = await request(app).get('/openapi.json').expect(200);
    expect(Object.keys(body.paths)).toEqual(['/api/items', '/api/items/{id}']);
    await request(app).get('/docs').expect(200);
  });

  function configure(app: express.Express) {
    configureApp(app, { info });
  }
  function mount(app: express.Express) {
    app.use('/api', itemRouter());
  }

  test('what serves an app is not told, unless it is asked for', async () => {
    const app = express();
    mount(app);
    await request(app).get('/api/items').expect('X-Powered-By', 'Express');
    configure(app);
    const { headers } = await request(app).get('/api/items').expect(200);
    expect(headers).not.toHaveProperty('x-powered-by');
    app.enable('x-powered-by');
    configure(app);
    await request(app).get('/api/items').expect('X-Powered-By', 'Express');
  });

  test('routers and views that come later are in the document', async () => {
    const app = express();
    const router = itemRouter();
    app.use(router);
    configureApp(app, { info });
    expect(pathsOf(app)).toEqual(['/items', '/items/{id}']);
    router.register(Failing);
    expect(pathsOf(app)).toContain('/items/fail');
    app.use('/later', itemRouter());
    const { body } = await request(app).get('/openapi.json');
    expect(Object.keys(body.paths)).toContain('/later/items/{id}');
  });

  test('an unchanged app has one document, which is made once', () => {
    const app = express().use(itemRouter());
    configureApp(app, { info });
    expect(documentOf(app)).toBe(documentOf(app));
  });

  test('later options win, and the others stay', () => {
    const app = express().use(itemRouter());
    configureApp(app, { info, validationStatus: 422, servers: [{ url: '/a' }] });
    configureApp(app, { info: { ...info, title: 'New' }, servers: [{ url: '/b' }] });
    const document = documentOf(app);
    expect(document.info.title).toBe('New');
    expect(document.servers).toEqual([{ url: '/b' }]);
    expect(document.paths?.['/items']?.post?.responses).toHaveProperty('422');
  });

  test('a second call answers no request twice', async () => {
    const logger = memoryLogger();
    const app = express().use(ViewRouter().register(Failing));
    configureApp(app, { info, logger });
    configureApp(app, { info, logger });
    await request(app).get('/fail').expect(500);
    expect(logger.lines).toHaveLength(1);
  });
});

describe('mistakes', () => {
  test('are told when the app starts', () => {
    const app = express();
    expect(() => configureApp(app, {} as never)).toThrow(/needs `info`/);
    expect(() => configureApp(app, { info: { title: 'x' } as never })).toThrow(/needs `info`/);
    expect(() => configureApp(app, { info, openapi: 'openapi.json' })).toThrow(
      '`openapi` is a path, such as "/openapi.json", or false.',
    );
    expect(() => configureApp(app, { info, docs: 'docs' })).toThrow('`docs` is a path, such as "/docs"');
    expect(() => configureApp(app, { info, metrcs: true } as never)).toThrow(
      /^configureApp has no option "metrcs": it takes info, openapi, .*, health\.$/,
    );
    expect(() => configureApp(app, { info, limits: { concurency: 1 } } as never)).toThrow(
      '`limits` of configureApp has no option "concurency": it takes concurrency, queue, wait,',
    );
    expect(() => configureApp(app, { info, health: { constructor: 1 } } as never)).toThrow('"constructor"');
  });

  test('an app that is not configured has no document', () => {
    expect(() => documentOf(express())).toThrow(/call configureApp/);
  });

  test('of what is not configured, the document is made of the options that it is asked for with', () => {
    const app = express();
    expect(documentOf(app, { info })).toMatchObject({ info, paths: {}, servers: [{ url: '/' }] });
    app.use('/api', itemRouter());
    expect(Object.keys(documentOf(app, { info }).paths ?? {})).toEqual(['/api/items', '/api/items/{id}']);
    expect(Object.keys(documentOf(itemRouter(), { info }).paths ?? {})).toEqual(['/items', '/items/{id}']);
    const outer = express.Router().use('/deep', itemRouter());
    expect(Object.keys(documentOf(outer, { info }).paths ?? {})).toEqual(['/deep/items', '/deep/items/{id}']);
    expect(() => documentOf(itemRouter())).toThrow(/give documentOf an `info`/);
  });

  test('options for one document win over those of the app, and leave them as they are', () => {
    const app = express();
    configureApp(app, { info, openapiVersion: '3.2', tags: [{ name: 'Item' }] });
    const other = documentOf(app, { info: { title: 'Other', version: '9' }, version: '3.0' });
    expect(other).toMatchObject({ openapi: '3.0.4', info: { title: 'Other' }, tags: [{ name: 'Item' }] });
    expect(documentOf(app)).toMatchObject({ openapi: '3.2.0', info });
  });

  test('an app without a document needs no info', () => {
    expect(() => configureApp(express(), { openapi: false } as never)).not.toThrow();
  });

  test('routers that can not be described together, and came late, are a 500 problem and a log line', async () => {
    const Other = Type.Object({ other: Type.String() }, { $id: 'Item' });
    class Others extends APIView {
      @post('/others', { body: Other }) take(_other: unknown) {}
    }
    const logger = memoryLogger();
    const app = express().use(itemRouter());
    configureApp(app, { info, logger });
    app.use(ViewRouter().register(Others));
    for (const path of ['/openapi.json', '/openapi.yaml']) {
      const { body } = await request(app)
        .get(path)
        .expect(500)
        .expect('Content-Type', 'application/problem+json');
      expect(body).not.toHaveProperty('info');
      expect(JSON.stringify(body)).not.toContain('Item');
    }
    expect(logger.lines.map(({ message }) => message)).toEqual([
      expect.stringContaining('"Item"'),
      expect.stringContaining('"Item"'),
    ]);
    // The API itself goes on.
    await request(app).get('/items').expect(200);
  });
});

describe('unknown paths and methods', () => {
  function app() {
    const stats = class Stats extends APIView {
      @post('/items/:id', { params: Type.Object({ id: Type.Integer() }) }) copy(_key: { id: number }) {}
    };
    const app = express().use(itemRouter(), ViewRouter().register(stats));
    configureApp(app, { info });
    return app;
  }

  test('404 is a problem', async () => {
    const { body } = await request(app())
      .get('/nothing?q=1')
      .expect(404)
      .expect('Content-Type', 'application/problem+json');
    expect(body).toMatchObject({ title: 'Not Found', status: 404, instance: '/nothing' });
    await request(app()).options('/nothing').expect(404);
    expect((await request(app()).head('/nothing').expect(404)).text).toBeUndefined();
  });

  test('405 allows what all routers take at the path', async () => {
    await request(app())
      .patch('/items/1')
      .expect(405)
      .expect('Content-Type', 'application/problem+json')
      .expect('Allow', 'GET, HEAD, POST, PUT, DELETE, OPTIONS');
    await request(app()).delete('/items').expect(405).expect('Allow', 'GET, HEAD, POST, OPTIONS');
  });

  test('OPTIONS is answered with the same', async () => {
    await request(app())
      .options('/items/1')
      .expect(204)
      .expect('Allow', 'GET, HEAD, POST, PUT, DELETE, OPTIONS');
  });

  test('a preflight is left to the CORS middleware, wherever it stands', async () => {
    const cors = (req: Request, res: Response, next: NextFunction) => {
      res.setHeader('Access-Control-Allow-Origin', '*');
      if (req.method === 'OPTIONS') res.status(204).end();
      else next();
    };
    for (const exclusive of [true, false]) {
      const app = express();
      app.use(ViewRouter({ prefix: '/items', exclusive }).register(itemViewSet()), cors);
      configureApp(app, { info });
      await request(app)
        .options('/items')
        .set({ Origin: 'https://a.example', 'Access-Control-Request-Method': 'POST' })
        .expect(204)
        .expect('Access-Control-Allow-Origin', '*');
    }
  });

  test('what the old app has at the same path is served, whichever comes first', async () => {
    const old = express();
    old.patch('/items', (_req, res) => void res.send('old before'));
    old.use(itemRouter());
    old.delete('/items', (_req, res) => void res.send('old after'));
    configureApp(old, { info });
    await request(old).patch('/items').expect(200, 'old before');
    await request(old).delete('/items').expect(200, 'old after');
    await request(old).get('/items').expect(200, '[]');
  });

  test('and is in Allow', async () => {
    const inner = express.Router();
    inner.put('/:name', (_req, res) => void res.send('inner'));
    const old = express();
    old.delete('/shop/items', (_req, res) => void res.send('old'));
    old.all('/shop/items', (_req, _res, next) => next());
    old.get('/other', (_req, res) => void res.send('other'));
    old.use('/shop', inner, itemRouter());
    configureApp(old, { info });
    await request(old)
      .patch('/shop/items')
      .expect(405)
      .expect('Allow', 'GET, HEAD, POST, PUT, DELETE, OPTIONS');
  });

  test('an exclusive router answers 405 before what comes after it', async () => {
    const app = express().use(ViewRouter({ prefix: '/items', exclusive: true }).register(itemViewSet()));
    app.patch('/items', (_req, res) => void res.send('never'));
    await request(app).patch('/items').expect(405).expect('Allow', 'GET, HEAD, POST, OPTIONS');
    await request(app).get('/elsewhere').expect(404);
  });
});

describe('where routers are mounted', () => {
  test('nested routers, parameters, arrays of paths', async () => {
    const api = express.Router().use('/v1.0', itemRouter());
    const app = express();
    app.use('/api', api);
    app.use('/tenants/:tenant/shops/:shop', itemRouter('/offers'));
    app.use(['/a', '/b/:c'], itemRouter('/many'));
    configureApp(app, { info });
    expect(pathsOf(app).filter((path) => !path.endsWith('{id}'))).toEqual([
      '/api/v1.0/items',
      '/tenants/{tenant}/shops/{shop}/offers',
      '/a/many',
      '/b/{c}/many',
    ]);
    for (const path of ['/api/v1.0/items', '/tenants/1/shops/2/offers', '/a/many', '/b/1/many'])
      await request(app).get(path).expect(200);
  });

  test('a router in a view router', () => {
    const outer = ViewRouter({ prefix: '/outer' }).register(Failing);
    outer.use('/inner', itemRouter());
    const app = express().use('/api', outer);
    configureApp(app, { info });
    expect(pathsOf(app)).toEqual(['/api/outer/fail', '/api/inner/items', '/api/inner/items/{id}']);
  });

  test('a regular expression can not be told, and a path is asked for', async () => {
    const path = /^\/v[12]/;
    const app = express().use(path, itemRouter());
    expect(() => configureApp(app, { info })).toThrow(
      /Where a router is mounted can not be told .* ViewRouter\({ mountPath: '\/api' }\).* Its views are ItemViewSet\./,
    );
    const told = ViewRouter({ prefix: '/items', mountPath: '/v1' }).register(itemViewSet());
    const other = express().use(path, told);
    configureApp(other, { info });
    expect(pathsOf(other)).toEqual(['/v1/items', '/v1/items/{id}']);
    await request(other).get('/v2/items').expect(200);
  });

  test('a mountPath that is given wins over what can be told', () => {
    const router = ViewRouter({ prefix: '/items', mountPath: '/public' }).register(itemViewSet());
    const app = express().use('/internal', router);
    configureApp(app, { info });
    expect(pathsOf(app)).toEqual(['/public/items', '/public/items/{id}']);
  });

  test('below a path that can not be told, neither can a plain one', () => {
    const app = express().use(/^\/v\d/, express.Router().use('/plain', itemRouter()));
    expect(() => configureApp(app, { info })).toThrow(/can not be told/);
    expect(() => configureApp(app, { info, openapi: false })).not.toThrow();
  });
});

describe('mounted apps', () => {
  test('that are configured have a document of their own, at the server where they are', async () => {
    const sub = express().use(itemRouter());
    configureApp(sub, { info });
    expect(documentOf(sub).servers).toEqual([{ url: '/' }]);
    const app = express().use('/api', express().use('/sub', sub));
    configureApp(app, { info });
    const { body } = await request(app).get('/api/sub/openapi.json').expect(200);
    expect(body.servers).toEqual([{ url: '/api/sub' }]);
    expect(Object.keys(body.paths)).toEqual(['/items', '/items/{id}']);
    expect(documentOf(app).paths).toEqual({});
    await request(app).get('/api/sub/docs').expect(200);
  });

  test('at several paths, or below a parameter, have a server for each', () => {
    const sub = express();
    configureApp(sub, { info });
    express().use(['/a', '/tenants/:tenant'], sub);
    expect(documentOf(sub).servers).toEqual([
      { url: '/a' },
      { url: '/tenants/{tenant}', variables: { tenant: { default: 'tenant' } } },
    ]);
  });

  test('leave what they do not know to their parent', async () => {
    const sub = express().use(itemRouter());
    configureApp(sub, { info });
    const app = express().use('/sub', sub);
    app.get('/sub/extra', (_req, res) => void res.send('parent'));
    configureApp(app, { info });
    await request(app).get('/sub/extra').expect(200, 'parent');
    await request(app).patch('/sub/items').expect(405);
    await request(app).get('/sub/none').expect(404).expect('Content-Type', 'application/problem+json');
  });

  test('that are not configured answer as their parent is configured', async () => {
    const logger = memoryLogger();
    const sub = express().use(itemRouter(), ViewRouter().register(Failing));
    sub.get('/raw', () => {
      throw new Error('raw');
    });
    const app = express().use('/sub', sub);
    configureApp(app, { info, logger, validationStatus: 422 });
    await request(app).get('/sub/fail').expect(500);
    await request(app).get('/sub/raw').expect(500).expect('Content-Type', 'application/problem+json');
    await request(app).post('/sub/items').send({}).expect(422);
    expect(logger.lines).toHaveLength(2);
  });

  test('inherit what they do not set themselves', async () => {
    const logger = memoryLogger();
    const sub = express().use(ViewRouter().register(Failing), itemRouter());
    configureApp(sub, { info, validationStatus: 400 });
    const app = express().use('/sub', sub);
    configureApp(app, { info, logger, validationStatus: 422 });
    await request(app).get('/sub/fail').expect(500);
    expect(logger.lines).toHaveLength(1);
    await request(app).post('/sub/items').send({}).expect(400);
  });
});

describe("errors of the app's own middleware", () => {
  function app(...middleware: ((req: any, res: Response, next: NextFunction) => void)[]) {
    const logger = memoryLogger();
    const app = express();
    for (const one of middleware) app.use(one);
    configureApp(app, { info, logger });
    return { app, logger };
  }

  test('with a status are problems of it, with a message that is meant for clients', async () => {
    const failing = (status: number, expose: boolean) => (_req: Request) => {
      throw Object.assign(new Error('Not today.'), { status, expose });
    };
    const refused = await request(app(failing(403, true)).app)
      .get('/')
      .expect(403);
    expect(refused.body).toMatchObject({ title: 'Forbidden', detail: 'Not today.' });
    const silent = await request(app(failing(503, false)).app)
      .get('/')
      .expect(503);
    expect(JSON.stringify(silent.body)).not.toContain('Not today');
  });

  test('of a body parser are problems that quote nothing', async () => {
    const { app: parsing, logger } = app(express.json({ limit: 100 }));
    const broken = await request(parsing)
      .post('/')
      .type('json')
      .send('{"password": hunter2}')
      .expect(400)
      .expect('Content-Type', 'application/problem+json');
    expect(JSON.stringify(broken.body)).not.toContain('hunter2');
    await request(parsing)
      .post('/')
      .send({ long: 'x'.repeat(200) })
      .expect(413);
    expect(logger.lines).toEqual([]);
  });

  test('of a path that can not be decoded are 400', async () => {
    const own = express();
    own.get('/files/:name', (_req, res) => void res.send('never'));
    configureApp(own, { info });
    await request(own).get('/files/%E0%A4%A').expect(400).expect('Content-Type', 'application/problem+json');
  });

  test('without a status are a 500 that tells nothing', async () => {
    const { app: failing, logger } = app(() => {
      throw new Error('secret');
    });
    const { body } = await request(failing).get('/').expect(500);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(logger.lines).toEqual([
      { message: expect.stringContaining('secret'), fields: expect.objectContaining({ status: 500 }) },
    ]);
  });

  test('go to an error handler of the app, where it has one, before or after configureApp', async () => {
    const own = (_error: unknown, _req: Request, res: Response, _next: NextFunction) =>
      void res.status(418).send('mine');
    for (const before of [true, false]) {
      const app = express();
      app.get('/raw', () => {
        throw new Error('raw');
      });
      app.use(ViewRouter({ passErrors: true }).register(Failing));
      if (before) app.use(own);
      configureApp(app, { info });
      if (!before) app.use(own);
      await request(app).get('/raw').expect(418, 'mine');
      await request(app).get('/fail').expect(418, 'mine');
    }
  });

  test('after the answer has begun end the connection', async () => {
    const { app: late } = app((_req: Request, res: Response, next: NextFunction) => {
      res.write('begun');
      next(new Error('late'));
    });
    await expect(request(late).get('/')).rejects.toThrow(/aborted|hang up/);
  });
});

describe('settings', () => {
  test('one log line for each fault of the server, and none for those of clients', async () => {
    const logger = memoryLogger();
    const app = express().use(itemRouter(), ViewRouter().register(Failing));
    configureApp(app, { info, logger });
    await request(app).get('/fail').expect(500);
    await request(app).get('/items/x').expect(400);
    await request(app).get('/items/7').expect(404);
    await request(app).get('/nowhere').expect(404);
    await request(app).patch('/items').expect(405);
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]).toMatchObject({ fields: { method: 'GET', status: 500 } });
  });

  test('a correlation id is in each problem, and in the log', async () => {
    const logger = memoryLogger();
    const app = express().use(ViewRouter().register(Failing));
    const correlationId = (req: { headers: Record<string, unknown> }) =>
      req.headers['x-request-id'] as string;
    configureApp(app, { info, logger, correlationId });
    const failed = await request(app).get('/fail').set('X-Request-Id', 'r-1');
    expect(failed.body.correlation_id).toBe('r-1');
    expect(logger.lines[0]?.fields).toMatchObject({ correlation_id: 'r-1' });
    const unknown = await request(app).get('/nowhere').set('X-Request-Id', 'r-2');
    expect(unknown.body.correlation_id).toBe('r-2');
    expect((await request(app).get('/nowhere')).body).not.toHaveProperty('correlation_id');
  });

  test('validationStatus is what failed checks are answered, and documented', async () => {
    const app = express().use(itemRouter());
    configureApp(app, { info, validationStatus: 422 });
    await request(app).post('/items').send({ id: 0 }).expect(422);
    expect(documentOf(app).paths?.['/items']?.post?.responses).toHaveProperty('422');
  });
});

describe('the document', () => {
  function app(options: object = {}) {
    const app = express().use(itemRouter());
    configureApp(app, { info, ...options });
    return app;
  }

  test('is JSON, and YAML that says the same', async () => {
    const json = await request(app())
      .get('/openapi.json')
      .expect(200)
      .expect('Content-Type', 'application/json');
    expect(json.body).toEqual(JSON.parse(JSON.stringify(documentOf(app()))));
    const yaml = await request(app())
      .get('/openapi.yaml')
      .buffer(true)
      .parse((res, done) => {
        let text = '';
        res.on('data', (chunk) => {
          text += chunk;
        });
        res.on('end', () => done(null, text));
      })
      .expect(200)
      .expect('Content-Type', 'application/yaml');
    expect(parse(yaml.body)).toEqual(json.body);
  });

  test('answers HEAD with its length, and no other method', async () => {
    const { headers } = await request(app()).get('/openapi.json');
    const head = await request(app()).head('/openapi.json').expect(200);
    expect(head.headers['content-length']).toBe(headers['content-length']);
    expect(head.text).toBeUndefined();
    await request(app()).post('/openapi.json').expect(404);
  });

  test('may be at another path, as may the page', async () => {
    const moved = app({ openapi: '/meta/schema', docs: '/meta/docs' });
    await request(moved).get('/meta/schema').expect(200);
    await request(moved).get('/meta/schema.yaml').expect(200);
    await request(moved).get('/meta/docs').expect(200);
    await request(moved).get('/openapi.json').expect(404);
    await request(moved).get('/docs').expect(404);
  });

  test('may be off, and the page with it', async () => {
    const off = app({ openapi: false });
    await request(off).get('/openapi.json').expect(404);
    await request(off).get('/docs').expect(404);
    const pageless = app({ docs: false });
    await request(pageless).get('/openapi.json').expect(200);
    await request(pageless).get('/docs').expect(404);
  });

  test('has the version that is asked for', async () => {
    const { body } = await request(app({ openapiVersion: '3.0' })).get('/openapi.json');
    expect(body.openapi).toBe('3.0.4');
  });
});

test('an app of plain views, on a server of its own', async () => {
  class Raw extends View {
    @get('/ping') ping() {
      this.response.type('text').send('pong');
    }
  }
  const app = express().use(ViewRouter().register(Raw));
  configureApp(app, { info });
  const server = createServer(app);
  await request(server).get('/ping').expect(200, 'pong');
  await request(server).put('/ping').expect(405).expect('Allow', 'GET, HEAD, OPTIONS');
});

test('no parameter of a view stands for the paths of the app itself, whatever the order', async () => {
  class Anything extends View {
    @get('/:id') one() {
      this.response.send('view');
    }
    @get('/:a/:b') two() {
      this.response.send('view');
    }
  }
  const app = express();
  app.use(ViewRouter().register(Anything));
  configureApp(app, { info });
  await request(app).get('/openapi.json').expect(200).expect('Content-Type', /json/);
  await request(app).get('/openapi.yaml').expect(200);
  await request(app).get('/docs').expect(200).expect('Content-Type', /html/);
  await request(app).get('/docs/swagger-ui.css').expect(200).expect('Content-Type', /css/);
  await request(app).get('/other').expect(200, 'view');
  await request(app).get('/other/path').expect(200, 'view');
});

describe('app.listen of a configured app', () => {
  test('is that of Express, and its messages are born as those of the app', async () => {
    const app = express();
    const born: boolean[] = [];
    configureApp(app, { info, docs: false });
    app.get('/', (_req, res) => void res.send('x'));
    const server = await new Promise<Server>((resolve) => {
      const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
    });
    server.prependListener('request', (req) => born.push(Object.getPrototypeOf(req) === app.request));
    await request(server).get('/').expect(200, 'x');
    expect(born).toEqual([true]);
    await closed(server);
  });

  test('a failure is told as by the Express that it is: to the callback on 5, as an event on 4', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const app = express();
    configureApp(app, { info, docs: false });
    const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      const failing = app.listen(port, '127.0.0.1', (error?: Error) => resolve(error));
      if ('lazyrouter' in app) failing.once('error', resolve);
    });
    expect(failure?.code).toBe('EADDRINUSE');
    await closed(taken);
  });
});

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
