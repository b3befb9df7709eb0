import express from 'express';
import { configureApp, get, post, View, ViewRouter } from 'express-viewsets';
import request from 'supertest';
import { appOf, info, itemViewSet } from '../support/app.js';

const pen = { id: 1, name: 'pen', price: 3 };
const items = new Map([[1, pen]]);
const app = appOf([itemViewSet(items)], { prefix: '/items' });

describe('methods', () => {
  test('HEAD answers as GET without a body', async () => {
    const full = await request(app).get('/items/1');
    const head = await request(app).head('/items/1').expect(200);
    expect(head.text).toBeUndefined();
    for (const name of ['content-type', 'content-length'])
      expect(head.headers[name]).toBe(full.headers[name]);
    await request(app).head('/items/9').expect(404);
  });

  test('OPTIONS is 204 with all that the path takes', async () => {
    await request(app).options('/items').expect(204, '').expect('Allow', 'GET, HEAD, POST, OPTIONS');
    await request(app).options('/items/1').expect(204).expect('Allow', 'GET, HEAD, PUT, DELETE, OPTIONS');
  });

  test('405 names all that the path takes, over routers and literal and parameter routes', async () => {
    class Extra extends View {
      @post('/items/:id') touch() {}
      @get('/items/special') special() {}
    }
    const router = ViewRouter();
    router.register(Extra);
    const both = express();
    both.use(appRouter(), router);
    configureApp(both, { info });
    const { body } = await request(both)
      .patch('/items/special')
      .expect(405)
      .expect('Allow', 'GET, HEAD, POST, PUT, DELETE, OPTIONS');
    expect(body).toMatchObject({ title: 'Method Not Allowed', status: 405, instance: '/items/special' });
  });

  test('a method that nobody knows is 405 too', async () => {
    await request(app).propfind('/items').expect(405);
  });
});

describe('negotiation', () => {
  test.each([
    '*/*',
    'application/json',
    'application/*',
    'text/html, */*;q=0.1',
    'application/json;q=0.5, text/html',
    'APPLICATION/JSON',
  ])('Accept: %s is JSON', async (accept) => {
    await request(app)
      .get('/items/1')
      .set('Accept', accept)
      .expect(200)
      .expect('Content-Type', 'application/json');
  });

  test.each(['text/html', 'application/xml, text/*', 'application/json;q=0', 'image/*;q=0.9'])(
    'Accept: %s is 406',
    async (accept) => {
      const { body } = await request(app)
        .get('/items/1')
        .set('Accept', accept)
        .expect(406)
        .expect('Content-Type', 'application/problem+json');
      expect(body.title).toBe('Not Acceptable');
    },
  );

  test('an answer without a body has nothing to accept', async () => {
    await request(app).delete('/items/5').set('Accept', 'text/html').expect(204);
  });

  test.each([
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'nonsense',
  ])('a body of %s is 415', async (type) => {
    const { body } = await request(app)
      .post('/items')
      .set('Content-Type', type)
      .send(JSON.stringify(pen))
      .expect(415);
    expect(body.detail).toContain('application/json');
  });

  test('a body without a type is 415, and one of application/merge-patch+json is taken', async () => {
    await request(app)
      .post('/items')
      .unset('Content-Type')
      .serialize(String)
      .set('Content-Type', '')
      .send('{}')
      .expect(415);
    await request(app)
      .post('/items')
      .set('Content-Type', 'application/merge-patch+json')
      .send(JSON.stringify(pen))
      .expect(201);
    await request(app)
      .post('/items')
      .set('Content-Type', 'Application/JSON ; charset="UTF-8"')
      .send(JSON.stringify(pen))
      .expect(201);
  });

  test('no body at all is a fault of the body', async () => {
    const { body } = await request(app).post('/items').expect(400);
    expect(body.errors).toEqual([{ detail: 'a body is required', pointer: '#', code: 'required' }]);
  });
});

describe('paths', () => {
  test('a trailing slash and the case are as in Express, without a redirect', async () => {
    await request(app).get('/items/').expect(200);
    await request(app).get('/items/1/').expect(200);
    await request(app).get('/ITEMS/1').expect(200);
    await request(app).get('//items').expect(404);
    await request(app).get('/items//').expect(404);
  });

  test('strict and caseSensitive are Express options', async () => {
    const strict = appOf([itemViewSet(items)], { prefix: '/items', strict: true, caseSensitive: true });
    await request(strict).get('/items/').expect(404);
    await request(strict).get('/Items').expect(404);
    await request(strict).get('/items').expect(200);
  });

  test('what is malformed is 400, of a view too', async () => {
    const { body } = await request(app).get('/items/%E0%A4%A').expect(400);
    expect(body.errors).toEqual([
      { detail: 'must be percent-encoded UTF-8', in: 'path', parameter: 'id', code: 'encoding' },
    ]);
    class Raw extends View {
      @get('/raw/:id') raw() {
        this.response.send('never');
      }
    }
    await request(appOf([Raw]))
      .get('/raw/%ff')
      .expect(400);
  });

  test('a parameter may hold an encoded slash', async () => {
    class Raw extends View {
      @get('/raw/:name') raw() {
        this.response.json(this.request.params);
      }
    }
    await request(appOf([Raw]))
      .get('/raw/a%2Fb%20c')
      .expect(200, { name: 'a/b c' });
  });
});

function appRouter() {
  const router = ViewRouter({ prefix: '/items' });
  router.register(itemViewSet(items));
  return router;
}
