import { once } from 'node:events';
import http, { type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Type } from '@sinclair/typebox';
import express, { type Application, type Response } from 'express';
import { CreateMixin, compose, configureApp, Resource, RetrieveMixin, ViewRouter } from 'express-viewsets';
import { createServer } from 'express-viewsets/server';
import { detachedResponse } from '../lib/detached-response';
import { keepHeaderClass, setHeaderUnchecked } from '../lib/header-map';
import { hasFastProperties, haveSameMap } from './support/natives';

/** The object in which Node keeps the headers of a response. */
function mapOf(response: ServerResponse): object | null {
  const symbol = Object.getOwnPropertySymbols(response).find((own) => own.description === 'kOutHeaders');
  return (response as unknown as Record<symbol, object | null>)[symbol as symbol] as object | null;
}

const headOf = (response: ServerResponse) => (response as unknown as { _header: string })._header;

describe('headers that have a hidden class', () => {
  const uses: [string, (response: ServerResponse) => unknown][] = [
    ['nothing', () => {}],
    ['headers of any case', (response) => response.setHeader('X-One', '1').setHeader('x-ONE', '2')],
    ['numbers and lists', (response) => response.setHeader('age', 1).setHeader('Set-Cookie', ['a=1', 'b=2'])],
    [
      'names of what objects inherit',
      (response) =>
        ['__proto__', 'constructor', 'toString'].map((name) => {
          const before = [response.hasHeader(name), response.getHeader(name)];
          response.setHeader(name, 'value');
          return [before, response.getHeader(name)];
        }),
    ],
    ['what is removed', (response) => response.setHeader('a', '1').setHeader('b', '2').removeHeader('A')],
    ['what is appended', (response) => response.setHeader('a', '1').appendHeader('A', '2')],
    ['what is set at once', (response) => void response.setHeaders(new Map([['A', '1']]))],
    ['bad names', (response) => response.setHeader('a b', '1')],
    ['bad values', (response) => response.setHeader('a', 'b\nc')],
    [
      'further ones with the head',
      (response) => response.setHeader('a', '1').writeHead(200, { A: '2', b: '3' }),
    ],
  ];
  test.each(uses)('is used as ever: %s', (_, use) => {
    const [expected, found] = [false, true].map((kept) => {
      const response = detachedResponse();
      if (kept) keepHeaderClass(response);
      let told: unknown;
      try {
        told = use(response);
        if (told === response) told = 'the response';
      } catch (thrown) {
        told = thrown;
      }
      const raw = (response as unknown as { getRawHeaderNames(): string[] }).getRawHeaderNames();
      const known = [response.getHeaderNames(), raw, Object.entries(response.getHeaders())];
      if (!headOf(response)) response.writeHead(200);
      return { told, known, head: headOf(response) };
    });
    expect(found).toEqual(expected);
    expect(expected?.head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  test('are there before the first is set, and never in place of others', () => {
    const response = detachedResponse();
    keepHeaderClass(response);
    const map = mapOf(response);
    expect(map).not.toBeNull();
    expect(hasFastProperties(map as object)).toBe(true);
    keepHeaderClass(response.setHeader('a', '1'));
    expect(mapOf(response)).toBe(map);
  });

  test('share it', () => {
    const responses = [1, 2].map((turn) => {
      const response = detachedResponse();
      keepHeaderClass(response);
      for (const name of ['x-powered-by', 'location', 'content-type', 'content-length', 'x-request-id'])
        response.setHeader(name, `${turn}`);
      return mapOf(response) as object;
    });
    expect(responses.map(hasFastProperties)).toEqual([true, true]);
    const [one, other] = responses as [object, object];
    expect(haveSameMap(one, other)).toBe(true);
  });
});

describe('a header that is known to be good', () => {
  test('is set as by `setHeader`', () => {
    const [one, other] = [detachedResponse().setHeader('a', 1), detachedResponse()];
    setHeaderUnchecked(other, 'a', 1);
    expect(other.getHeaders()).toEqual(one.getHeaders());
    expect(headOf(other.writeHead(200))).toBe(headOf(one.writeHead(200)));
  });

  test('can be appended to, and that of another response stays', () => {
    const [one, other] = [detachedResponse(), detachedResponse()];
    for (const response of [one, other]) setHeaderUnchecked(response, 'vary', 'a');
    one.appendHeader('Vary', 'b');
    expect([one.getHeader('vary'), other.getHeader('vary')]).toEqual([['a', 'b'], 'a']);
  });

  // V8 adds to a dictionary by a call into its runtime wherever code has seen one name alone: that of Express, where the rest is set here.
  test('is looked at where Node has a dictionary already', () => {
    const set = (response: ServerResponse) => () => setHeaderUnchecked(response, 'a', 'b\nc');
    expect(set(detachedResponse())).not.toThrow();
    expect(set(detachedResponse().setHeader('x-powered-by', 'Express'))).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_CHAR' }),
    );
  });

  test('is too late once the head is sent', () => {
    const response = detachedResponse().writeHead(200);
    expect(() => setHeaderUnchecked(response, 'a', '1')).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP_HEADERS_SENT' }),
    );
  });

  test('is seen by what has taken the place of `setHeader`', () => {
    const response = detachedResponse();
    const set = jest.spyOn(response, 'setHeader');
    setHeaderUnchecked(response, 'a', '1');
    expect(set.mock.calls).toEqual([['a', '1']]);
  });

  test('is seen by an agent that was here first', () => {
    const { prototype } = http.OutgoingMessage;
    const { setHeader } = prototype;
    const seen: unknown[] = [];
    prototype.setHeader = function (this: http.OutgoingMessage, name, value) {
      seen.push([name, value]);
      return setHeader.call(this, name, value);
    };
    try {
      jest.isolateModules(() => {
        const loaded = jest.requireActual('../lib/header-map');
        seen.length = 0;
        const response = detachedResponse();
        loaded.setHeaderUnchecked(response, 'a', '1');
        expect(seen).toEqual([['a', '1']]);
        expect(hasFastProperties(mapOf(response) as object)).toBe(false);
      });
    } finally {
      prototype.setHeader = setHeader;
    }
  });
});

const Item = Type.Object({ id: Type.Integer() });

class ItemViewSet extends compose(Resource({ name: 'Item', schema: Item }), RetrieveMixin, CreateMixin) {
  retrieve({ id }: { id: number }) {
    return { id };
  }
  create(item: { id: number }) {
    return item;
  }
}

/** Asks a view, what Express serves, and a view for a problem; gives whether the headers of each response had a hidden class. */
async function ask(app: Application, serve: (app: Application) => http.Server) {
  const seen: boolean[] = [];
  const responses: globalThis.Response[] = [];
  const server = serve(app);
  server.prependListener('request', (_request, response) => {
    response.on('finish', () => {
      const map = mapOf(response);
      seen.push(map !== null && hasFastProperties(map));
    });
  });
  server.listen(0);
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"id":1}' };
  for (const [path, init] of [['/items/1'], ['/items', post], ['/raw'], ['/items/x']] as const) {
    const response = await fetch(url + path, init);
    await response.text();
    responses.push(response);
  }
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
  return { seen, responses };
}

/** With a route that sends two cookies in a flat list, of which one is lost where there are headers before. */
function appWith(prepare?: (app: Application) => void): Application {
  const app = express();
  app.get('/raw', (_req, res: Response) => {
    res.writeHead(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'] as never);
    res.end();
  });
  app.use(ViewRouter({ prefix: '/items' }).register(ItemViewSet));
  prepare?.(app);
  return app;
}

test('on a server of createServer headers have a hidden class from the first one on, which is that of Express', async () => {
  const { seen, responses } = await ask(appWith(), createServer);
  expect(seen).toEqual([true, true, true, true]);
  expect(responses[0]?.headers.get('x-powered-by')).toBe('Express');
  expect(responses[1]?.headers.get('location')).toBe('/items/1');
});

test.each([
  ['createServer', createServer],
  ['a server of Node', (app: Application) => http.createServer(app)],
])('of a configured app those of a view have, and no other response is given any: %s', async (_, serve) => {
  const app = appWith((one) => configureApp(one, { info: { title: 'Items', version: '1' } }));
  const { seen, responses } = await ask(app, serve);
  expect(seen).toEqual([true, true, false, true]);
  expect(responses[3]?.headers.get('content-type')).toBe('application/problem+json');
  expect(responses[2]?.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});

test('the id of a request comes first', async () => {
  const app = appWith((one) =>
    configureApp(one, { info: { title: 'Items', version: '1' }, requestId: true }),
  );
  const { seen, responses } = await ask(app, (one) => http.createServer(one));
  expect(seen).toEqual([true, true, true, true]);
  expect(responses[0]?.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
});
