import { createServer, type ServerResponse } from 'node:http';
import { Type } from '@sinclair/typebox';
import express, { type ErrorRequestHandler, type Request } from 'express';
import {
  APIView,
  CreateMixin,
  compose,
  get,
  post,
  Resource,
  RetrieveMixin,
  View,
  ViewRouter,
} from 'express-viewsets';
import request from 'supertest';

/** What a request looks like to whoever has it. */
function looksOf(req: Request) {
  const { url, baseUrl, originalUrl, params, path } = req;
  return {
    url,
    baseUrl,
    originalUrl,
    path,
    params: { ...params },
    route: (req.route as object | undefined) !== undefined,
  };
}

class Looks extends View {
  @get('/looks/:id') look() {
    this.response.json(looksOf(this.request));
  }
  @get('/next/:id') next() {
    this.request.next?.();
  }
  @post('/fails') fails() {
    throw new RangeError('on purpose');
  }
}

class Checked extends APIView {
  @get('/checked/:id', { params: Type.Object({ id: Type.Integer() }), response: Type.Integer() })
  read({ id }: { id: number }) {
    return id;
  }
}

class Created extends compose(
  Resource({ name: 'Created', path: '/created', schema: Type.Object({ id: Type.Integer() }) }),
  RetrieveMixin,
  CreateMixin,
) {
  retrieve({ id }: { id: number }) {
    return { id };
  }
  create(item: { id: number }) {
    return item;
  }
}

/** A router of views takes requests without the way through its layers; anything else in it has them go through. */
function appWith(isShort: boolean, mergeParams: boolean) {
  const router = ViewRouter({ mergeParams, passErrors: true });
  if (!isShort) router.use((_req, _res, next) => next());
  router.register(Looks).register(Checked);
  const app = express();
  app.use(['/base/:tenant', '/'], router);
  app.use('/base', (req, res, next) => {
    if (req.path.startsWith('/pass')) res.json({ behind: looksOf(req) });
    else next();
  });
  app.use((req, res) => void res.status(404).json({ last: looksOf(req) }));
  const tell: ErrorRequestHandler = (error, req, res, _next) =>
    void res.status(error.status ?? 500).json({ failed: (error as Error).message, ...looksOf(req) });
  app.use(tell);
  return app;
}

describe.each([true, false])('with mergeParams %p', (mergeParams) => {
  const [short, long] = [true, false].map((isShort) => appWith(isShort, mergeParams));
  test.each([
    ['get', '/looks/1'],
    ['get', '/base/a/looks/1?x=1'],
    ['head', '/base/a/looks/1'],
    ['get', '/base/a/checked/1'],
    ['get', '/base/a/checked/x'],
    ['get', '/base/a/looks/%zz'],
    ['get', '/base/%zz/looks/1'],
    ['post', '/base/a/looks/1'],
    ['options', '/base/a/looks/1'],
    ['get', '/base/pass/nothing'],
    ['get', '/base/a/next/1'],
    ['post', '/fails'],
    ['post', '/base/a/fails'],
    ['get', '/'],
    ['get', '/base/a'],
  ] as const)('%s %s is answered as by the long way', async (method, path) => {
    const answers = [short, long].map((app) => request(app as express.Express)[method](path));
    const [found, expected] = await Promise.all(answers);
    expect([found?.status, found?.body, found?.text]).toEqual([
      expected?.status,
      expected?.body,
      expected?.text,
    ]);
  });
});

test('what is wrapped around the views of a router is called, as instrumentation expects', async () => {
  const router = ViewRouter();
  router.register(Looks);
  const [layer] = router.stack as unknown as { handle: (...args: unknown[]) => unknown }[];
  const calls: string[] = [];
  const handle = layer?.handle;
  Object.assign(layer as object, {
    handle: (...args: [Request]) => {
      calls.push(args[0].url);
      return handle?.(...args);
    },
  });
  const app = express().use('/base', router);
  await request(app).get('/base/looks/1').expect(200);
  expect(calls).toEqual(['/looks/1']);
});

test('middleware that is added once requests have come is gone through', async () => {
  const router = ViewRouter();
  router.register(Looks);
  const app = express().use(router);
  await request(app).get('/looks/1').expect(200);
  router.use((_req, res) => void res.send('behind'));
  await request(app).get('/looks/1').expect(200, /url/);
  await request(app).get('/none').expect(200, 'behind');
});

test('a router that is called by itself knows that it is mounted at the root', async () => {
  const router = ViewRouter();
  router.register(Looks).register(Created);
  const lost = (res: ServerResponse) => () => void res.end('lost');
  const server = createServer((req, res) => router(req as Request, res as never, lost(res)));
  await request(server).post('/created').send({ id: 7 }).expect(201).expect('Location', '/created/7');
});

test('layers that were taken out of a router are gone', async () => {
  const router = ViewRouter();
  router.register(Looks);
  const app = express().use(router);
  await request(app).get('/looks/1').expect(200);
  router.stack = [];
  await request(app).get('/looks/1').expect(404);
});
