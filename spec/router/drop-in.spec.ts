import { Type } from '@sinclair/typebox';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { APIView, configureApp, get, post, View, ViewRouter } from 'express-viewsets';
import request from 'supertest';
import { appOf, info, itemViewSet } from '../support/app.js';

const pen = { id: 1, name: 'pen', price: 3 };

describe('in an app that is there already', () => {
  test('paths and methods that the router does not take fall through, with the body unread', async () => {
    const router = ViewRouter({ prefix: '/items' });
    router.register(itemViewSet(new Map([[1, pen]])));
    const legacy = express();
    legacy.use(router);
    legacy.patch(
      '/items/1',
      express.text({ type: () => true }),
      (req, res) => void res.send(`old:${req.body}`),
    );
    legacy.get('/old', (_req, res) => void res.send('old'));
    legacy.use((_req, res) => void res.status(404).send('old 404'));
    await request(legacy).get('/items/1').expect(200, pen);
    await request(legacy).patch('/items/1').send('text').expect(200, 'old:text');
    await request(legacy).get('/old').expect(200, 'old');
    await request(legacy).get('/none').expect(404, 'old 404');
    await request(legacy).post('/items/1').expect(404, 'old 404');
    await request(legacy).options('/items/1').expect(404, 'old 404');
  });

  test('an exclusive router answers for its own paths', async () => {
    const router = ViewRouter({ prefix: '/items', exclusive: true });
    router.register(itemViewSet());
    const legacy = express();
    legacy.use(router);
    legacy.use((_req, res) => void res.status(404).send('old 404'));
    await request(legacy).patch('/items/1').expect(405).expect('Allow', 'GET, HEAD, PUT, DELETE, OPTIONS');
    await request(legacy).options('/items').expect(204).expect('Allow', 'GET, HEAD, POST, OPTIONS');
    await request(legacy)
      .options('/items')
      .set({ Origin: 'https://a.example', 'Access-Control-Request-Method': 'POST' })
      .expect(404, 'old 404');
    await request(legacy).get('/none').expect(404, 'old 404');
  });

  test('an exclusive router refuses for all its views, also those behind other middleware', async () => {
    class Read extends View {
      @get('/x') read() {
        this.response.send('read');
      }
    }
    class Write extends View {
      @post('/x') write() {
        this.response.send('written');
      }
    }
    const make = (passErrors: boolean) => {
      const router = ViewRouter({ exclusive: true, passErrors });
      router.register(Read);
      router.use((_req, _res, next) => next());
      router.register(Write);
      const app = express();
      const handler: ErrorRequestHandler = (error, _req, res, _next) =>
        void res.status(error.status).send('mine');
      return app.use(router, handler);
    };
    await request(make(false)).post('/x').expect(200, 'written');
    await request(make(false)).put('/x').expect(405).expect('Allow', 'GET, HEAD, POST, OPTIONS');
    await request(make(false)).options('/x').expect(204).expect('Allow', 'GET, HEAD, POST, OPTIONS');
    await request(make(true)).put('/x').expect(405, 'mine');
  });

  test.each([
    ['express.json() of the app', express.json()],
    ['a parser that only sets req.body', parseByHand()],
    ['no parser', pass()],
  ])('the body with %s', async (_name, parser) => {
    const app = express();
    app.use(parser);
    const router = ViewRouter({ prefix: '/items' });
    router.register(itemViewSet());
    app.use(router);
    await request(app).post('/items').send(pen).expect(201, pen);
    await request(app).post('/items').send({}).expect(400);
    await request(app).post('/items').expect(400);
  });

  test('errors are problems without configureApp, and go to the app with passErrors', async () => {
    class Failing extends APIView {
      @get('/fail') fail() {
        throw Object.assign(new Error('secret'), { status: 418, expose: true });
      }
    }
    const bare = express();
    const router = ViewRouter();
    router.register(Failing);
    bare.use(router);
    const { body } = await request(bare)
      .get('/fail')
      .expect(418)
      .expect('Content-Type', 'application/problem+json');
    expect(body).toMatchObject({ status: 418, detail: 'secret', type: 'about:blank' });

    const own = express();
    const passing = ViewRouter({ passErrors: true });
    passing.register(Failing);
    const handler: ErrorRequestHandler = (error, _req, res, _next) =>
      void res.status(599).send(error.message);
    own.use(passing, handler);
    await request(own).get('/fail').expect(599, 'secret');
  });

  test('a View passes its errors on, of a promise too', async () => {
    class Raw extends View {
      @get('/sync') sync() {
        throw new Error('sync');
      }
      @get('/async') async async() {
        throw new Error('async');
      }
    }
    const app = express();
    const router = ViewRouter();
    router.register(Raw);
    const handler: ErrorRequestHandler = (error, _req, res, _next) =>
      void res.status(500).send(error.message);
    app.use(router, handler);
    await request(app).get('/sync').expect(500, 'sync');
    await request(app).get('/async').expect(500, 'async');
  });
});

describe('where a router goes', () => {
  class Where extends View {
    @get('/where/:id') where() {
      const { baseUrl, params, route, path, originalUrl } = this.request;
      this.response.json({
        baseUrl,
        params,
        route: route.path,
        path,
        originalUrl,
        locals: this.response.locals,
      });
    }
  }

  test('what Express users read in a route is there, also in middleware of the action', async () => {
    const seen: unknown[] = [];
    const look: RequestHandler = (req, res, next) => {
      seen.push([req.params, req.route.path, req.baseUrl]);
      res.locals.looked = true;
      next();
    };
    class Looked extends View {
      static override readonly use = [look];
      @get('/where/:id') where() {
        this.response.json({ locals: this.response.locals });
      }
    }
    const router = ViewRouter({ prefix: '/in' });
    router.register(Looked);
    const app = express();
    app.use('/api', router);
    await request(app)
      .get('/api/in/where/3')
      .expect(200, { locals: { looked: true } });
    expect(seen).toEqual([[{ id: '3' }, '/in/where/:id', '/api']]);
  });

  test('under parameters, nested in routers and apps', async () => {
    const router = ViewRouter({ mergeParams: true });
    router.register(Where);
    const middle = express.Router({ mergeParams: true });
    middle.use('/:project', router);
    const sub = express();
    sub.use('/tenants/:tenant', middle);
    const app = express();
    app.use('/v1', sub);
    const { body } = await request(app).get('/v1/tenants/t%201/p/where/9?x=1').expect(200);
    expect(body).toEqual({
      baseUrl: '/v1/tenants/t%201/p',
      params: { tenant: 't 1', project: 'p', id: '9' },
      route: '/where/:id',
      path: '/where/9',
      originalUrl: '/v1/tenants/t%201/p/where/9?x=1',
      locals: {},
    });
  });

  test('parameters of the mount path are checked and typed', async () => {
    class Scoped extends APIView {
      @get('/count', { params: Type.Object({ tenant: Type.Integer() }), response: Type.Integer() })
      count({ tenant }: { tenant: number }) {
        return tenant + 1;
      }
    }
    expect(() => ViewRouter().register(Scoped)).toThrow(
      /declares the path parameter "tenant".*mergeParams: true/s,
    );
    const router = ViewRouter({ mergeParams: true });
    router.register(Scoped);
    const app = express();
    app.use('/:tenant', router);
    await request(app).get('/41/count').expect(200, '42');
    await request(app).get('/x/count').expect(400);
  });

  test('OPTIONS names the methods of the app and of its views at one path', async () => {
    const app = appOf([itemViewSet()], { prefix: '/items' });
    app.patch('/items/1', (_req, res) => void res.send('old'));
    await request(app).options('/items/1').expect('Allow', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS');
  });

  test('a parameter that no mount path has is found out before a request', () => {
    class Scoped extends APIView {
      @get('/count', { params: Type.Object({ tenant: Type.Integer() }), response: Type.Integer() })
      count({ tenant }: { tenant: number }) {
        return tenant;
      }
    }
    const router = ViewRouter({ mergeParams: true });
    router.register(Scoped);
    const app = express();
    app.use('/tenants', router);
    expect(() => configureApp(app, { info })).toThrow(
      /declares the path parameter "tenant".*mount the router below ":tenant"/,
    );
  });

  test('req.params and req.route are restored for what comes after', async () => {
    const leave: RequestHandler = (_req, _res, next) => next('route');
    class Leaving extends View {
      @get('/a/:x', { use: [leave] }) a() {
        this.response.send('never');
      }
    }
    const router = ViewRouter();
    router.register(Leaving);
    const app = express();
    app.use(router);
    app.get('/a/:y', (req, res) => void res.json({ params: req.params, path: req.route.path }));
    await request(app)
      .get('/a/1')
      .expect(200, { params: { y: '1' }, path: '/a/:y' });
  });

  test('it is a router: middleware and routes keep their order among the views', async () => {
    class First extends View {
      @get('/first') first() {
        this.response.json(this.response.locals);
      }
    }
    class Second extends View {
      @get('/second') second() {
        this.response.json(this.response.locals);
      }
    }
    const mark =
      (name: string): RequestHandler =>
      (_req, res, next) => {
        res.locals[name] = true;
        next();
      };
    const router = ViewRouter();
    router.use(mark('one'));
    router.register(First);
    router.use(mark('two'));
    router.get('/plain', (_req, res) => void res.json(res.locals));
    router.register(Second);
    const app = express();
    app.use(router);
    await request(app).get('/first').expect(200, { one: true });
    await request(app).get('/plain').expect(200, { one: true, two: true });
    await request(app).get('/second').expect(200, { one: true, two: true });
  });

  test('literals win over parameters, across views and whatever the order', async () => {
    class ById extends View {
      @get('/things/:id') byId() {
        this.response.send(`id ${this.request.params.id}`);
      }
      @post('/things/:id') act() {
        this.response.send('posted');
      }
    }
    class Stats extends View {
      @get('/things/stats') stats() {
        this.response.send('stats');
      }
      @get('/:any/deep/er') deep() {
        this.response.send('deep');
      }
    }
    const app = appOf([ById, Stats]);
    await request(app).get('/things/stats').expect(200, 'stats');
    await request(app).get('/things/other').expect(200, 'id other');
    await request(app).post('/things/stats').expect(200, 'posted');
    await request(app).get('/things/deep/er').expect(200, 'deep');
  });
});

function pass(): RequestHandler {
  return (_req, _res, next) => next();
}

function parseByHand(): RequestHandler {
  return (req, _res, next) => {
    let text = '';
    req.setEncoding('utf8');
    req.on('data', (chunk: string) => {
      text += chunk;
    });
    req.on('end', () => {
      req.body = text === '' ? undefined : JSON.parse(text);
      next();
    });
  };
}
