import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { createServer, messageClasses } from 'express-viewsets/server';
import request from 'supertest';

/** What an app can see of its messages, and what middleware and APM tools do to them. */
function richApp(): Express {
  const app = express();
  Object.assign(app.request, {
    shout(this: express.Request) {
      return `${this.method}!`;
    },
  });
  Object.defineProperty(app.response, 'twice', {
    value(this: express.Response, text: string) {
      this.send(text + text);
    },
  });
  app.use((req, res, next) => {
    const { end } = res;
    res.end = function (this: express.Response, ...args: unknown[]) {
      res.locals.ended = true;
      return (end as (...args: unknown[]) => express.Response).apply(this, args);
    } as typeof res.end;
    Object.assign(req, { session: { user: 1 } });
    next();
  });
  app.get('/seen', (req, res) => {
    const chain = (from: object, to: object): boolean =>
      to === from || Object.prototype.isPrototypeOf.call(to, from);
    res.json({
      messages: [req instanceof http.IncomingMessage, res instanceof http.ServerResponse],
      prototypes: [Object.getPrototypeOf(req) === app.request, Object.getPrototypeOf(res) === app.response],
      chains: [chain(req, express.request), chain(res, express.response)],
      app: req.app === app && res.app === app && req.res === res && res.req === req,
      shout: (req as unknown as { shout(): string }).shout(),
      session: (req as unknown as { session: object }).session,
      own: Object.keys(req).includes('app'),
    });
  });
  app.get('/twice', (_req, res) => (res as unknown as { twice(text: string): void }).twice('ab'));
  const sub = express();
  Object.assign(sub.request, { whose: 'sub' });
  sub.get(
    '/in',
    (req, res) =>
      void res.json({
        whose: (req as unknown as { whose: string }).whose,
        app: req.app === sub,
        base: req.baseUrl,
      }),
  );
  app.use('/sub', sub);
  app.get(
    '/sub/after',
    (req, res) =>
      void res.json({
        app: req.app === app,
        whose: (req as unknown as { whose?: string }).whose ?? 'parent',
      }),
  );
  app.post('/echo', express.json(), (req, res) => void res.status(201).json(req.body));
  return app;
}

describe('createServer', () => {
  test.each(['/seen', '/twice', '/sub/in', '/sub/after', '/none'])(
    '%s is answered as by the stock server',
    async (path) => {
      const app = richApp();
      const stock = await request(http.createServer(app)).get(path);
      const ours = await request(createServer(app)).get(path);
      expect(ours.status).toBe(stock.status);
      expect(ours.text).toBe(stock.text);
      expect({ ...ours.headers, date: '' }).toEqual({ ...stock.headers, date: '' });
    },
  );

  test('a body is read, and HEAD has none', async () => {
    const server = createServer(richApp());
    await request(server).post('/echo').send({ a: 1 }).expect(201, { a: 1 });
    const { text } = await request(server).head('/twice').expect(200);
    expect(text).toBeUndefined();
  });

  test('messages are born with the prototypes of the app, so that Express changes none', async () => {
    const app = express();
    const changed: string[] = [];
    app.get('/', (_req, res) => void res.send('x'));
    const server = createServer(app);
    const before: boolean[] = [];
    server.prependListener('request', (req, res) => {
      before.push(Object.getPrototypeOf(req) === app.request, Object.getPrototypeOf(res) === app.response);
    });
    const { setPrototypeOf } = Object;
    const spy = jest.spyOn(Object, 'setPrototypeOf').mockImplementation((target, prototype) => {
      if (Object.getPrototypeOf(target) !== prototype) changed.push(String(target));
      return setPrototypeOf(target, prototype);
    });
    await request(server).get('/').expect(200, 'x');
    spy.mockRestore();
    expect(before).toEqual([true, true]);
    expect(changed).toEqual([]);
  });

  test('what is added to the app later is there', async () => {
    const app = express();
    const server = createServer(app);
    Object.assign(app.request, { late: 'late' });
    app.get('/', (req, res) => void res.send((req as unknown as { late: string }).late));
    await request(server).get('/').expect(200, 'late');
  });

  test("options of Node are taken, and messages of a class of one's own", async () => {
    class Own extends http.IncomingMessage {
      readonly own = true;
    }
    const app = express();
    app.get('/', (req, res) => void res.json({ own: (req as unknown as Own).own }));
    const server = createServer(app, { IncomingMessage: Own, headersTimeout: 1234 });
    expect(server.headersTimeout).toBe(1234);
    await request(server).get('/').expect(200, { own: true });
  });

  test("HTTPS where a key is given; the classes fit a server of one's own", async () => {
    const app = express();
    expect(createServer(app, { key: '', cert: '' })).toBeInstanceOf(https.Server);
    app.get('/', (req, res) => void res.send(String(Object.getPrototypeOf(req) === app.request)));
    const server = http.createServer({ ...messageClasses(app) }, app).listen(0);
    await request(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
      .get('/')
      .expect(200, 'true');
    server.close();
  });

  test.each([undefined, null, {}, () => undefined, express.Router()])('%s is no app', (app) => {
    expect(() => createServer(app as never)).toThrow(
      'createServer takes an Express app: createServer(express()).',
    );
  });
});

test('what takes a connection over gets a request as Node makes it', async () => {
  const server = createServer(express()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const seen: unknown[] = [];
  const take = (req: http.IncomingMessage, socket: { end(text: string): void }) => {
    Object.assign(req, { query: { a: '1' }, path: '/mine' });
    seen.push(Object.getPrototypeOf(req) === http.IncomingMessage.prototype, req.url);
    socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: mine\r\nConnection: Upgrade\r\n\r\n');
  };
  const ask = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      http
        .get({
          port,
          host: '127.0.0.1',
          path: '/x',
          agent: false,
          headers: { Connection: 'Upgrade', Upgrade: 'mine' },
        })
        .on('upgrade', (res, socket) => {
          socket.destroy();
          resolve(res.statusCode);
        })
        .on('response', (res) => resolve(res.resume().statusCode))
        .on('error', reject);
    });
  server.on('upgrade', take);
  expect(await ask()).toBe(101);
  expect(seen).toEqual([true, '/x']);
  server.off('upgrade', take);
  // Nobody takes it over any more, so that the app has it.
  expect(server.listenerCount('upgrade')).toBe(0);
  expect(await ask()).toBe(404);
  server.close();
});
