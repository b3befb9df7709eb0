import request from 'supertest';
import { app as blog } from '../samples/blog/app.js';
import { app as legacy } from '../samples/legacy/app.js';
import { app as mixins } from '../samples/mixins/app.js';
import { auditLog } from '../samples/mixins/mixins.js';
import { app as quickStart } from '../samples/quick-start/app.js';

describe('quick-start', () => {
  const item = { id: '0b0f2c1e-94b4-4a0e-9d4b-2f6f4d3f1a11', name: 'pen', price: 3 };

  test('is a full resource with its document and page', async () => {
    await request(quickStart)
      .post('/api/items')
      .send(item)
      .expect(201, item)
      .expect('Location', `/api/items/${item.id}`);
    await request(quickStart).get('/api/items').expect(200, [item]);
    await request(quickStart).get(`/api/items/${item.id}`).expect(200, item);
    await request(quickStart)
      .put(`/api/items/${item.id}`)
      .send({ ...item, price: 4 })
      .expect(200, { ...item, price: 4 });
    await request(quickStart).delete(`/api/items/${item.id}`).expect(204);
    await request(quickStart).get(`/api/items/${item.id}`).expect(404);
    const { body } = await request(quickStart).get('/openapi.json').expect(200);
    expect(Object.keys(body.paths)).toEqual(['/api/items', '/api/items/{id}']);
    await request(quickStart).get('/docs').expect(200).expect('Content-Type', /html/);
  });
});

describe('mixins', () => {
  beforeEach(() => {
    auditLog.length = 0;
  });

  test('one that changes results', async () => {
    await request(mixins).get('/prices/1').expect(200, { id: 1, label: 'tea', price: 2 });
    await request(mixins)
      .get('/prices/1')
      .set('X-Staff', 'yes')
      .expect(200, { id: 1, label: 'tea', price: 2.4 });
    expect((await request(mixins).get('/prices')).body.map(({ price }: { price: number }) => price)).toEqual([
      2, 4,
    ]);
  });

  test('one that adds an action, routed and documented', async () => {
    const { body } = await request(mixins).post('/prices/2/archive').expect(200);
    expect(body).toEqual({ archived_at: expect.stringMatching(/^\d{4}-.*Z$/) });
    await request(mixins).post('/prices/2/archive').expect(404);
    const document = (await request(mixins).get('/openapi.json')).body;
    expect(document.paths['/prices/{id}/archive'].post).toMatchObject({
      operationId: 'archive_price',
      summary: 'Put it into the archive',
    });
  });

  test('one that adds behaviour to each action', async () => {
    await request(mixins).get('/prices/1');
    await request(mixins).post('/prices/9/archive').expect(404);
    expect(auditLog.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual([
      'retrieve_price done',
      'archive_price failed',
    ]);
  });
});

describe('legacy', () => {
  test('new routes answer in front of the old ones, checked, and the old ones are as they were', async () => {
    await request(legacy).get('/users/1').expect(200, { id: 1, name: 'Ada' });
    await request(legacy).get('/v2/users/count').expect(200, '1');
    await request(legacy)
      .post('/users')
      .send({ name: '', password: 'x' })
      .expect(400)
      .expect('Content-Type', /problem\+json/);
    const created = await request(legacy)
      .post('/v2/users')
      .send({ name: 'Bob', password: 'long enough' })
      .expect(201);
    expect(created.body).toEqual({ id: 2, name: 'Bob' });
    expect(created.headers.location).toBe('/v2/users/2');
    const report = await request(legacy).get('/reports/2026').expect(200, 'report of 2026');
    expect(report.headers['x-legacy']).toBe('yes');
    expect(created.headers['x-legacy']).toBeUndefined();
    await request(legacy).delete('/users/1').expect(405).expect('Allow', 'GET, HEAD, OPTIONS');
    await request(legacy)
      .get('/none')
      .expect(404)
      .expect('Content-Type', /problem\+json/);
  });

  test('one router at two paths is two sets of operations', async () => {
    const { body } = await request(legacy).get('/openapi.json').expect(200);
    expect(Object.keys(body.paths)).toEqual([
      '/users',
      '/users/{id}',
      '/users/count',
      '/v2/users',
      '/v2/users/{id}',
      '/v2/users/count',
    ]);
    expect([body.paths['/users'].get.operationId, body.paths['/v2/users'].get.operationId]).toEqual([
      'list_user',
      'list_user_v2',
    ]);
  });
});

describe('blog', () => {
  const articles = '/api/authors/7/articles';

  test('nested resources with names of the wire, and server-owned properties', async () => {
    const { body, headers } = await request(blog)
      .post(articles)
      .send({ title: 'One', body: 'text' })
      .expect(201);
    expect(body).toEqual({ id: 1, title: 'One', body: 'text', published_at: null });
    expect(headers.location).toBe(`${articles}/1`);
    await request(blog)
      .patch(`${articles}/1`)
      .send({ title: 'Two' })
      .expect(200, { ...body, title: 'Two' });
    await request(blog).get('/api/authors/8/articles/1').expect(404);
    await request(blog).post('/api/authors/8/articles').send({ title: 'One', body: 'text' }).expect(404);
    await request(blog).get(`${articles}/titles`).expect(200, ['Two']);
    const refused = await request(blog)
      .put(`${articles}/1`)
      .send({ id: 5, title: 'X', body: 'y' })
      .expect(400);
    expect(refused.body.errors).toEqual([
      { detail: 'is not a known property', pointer: '#/id', code: 'additionalProperties' },
    ]);
  });

  test('an action with middleware, dates, and an error with a member of its own', async () => {
    await request(blog).post(`${articles}/1/publish`).expect(401).expect('WWW-Authenticate', 'Bearer');
    const publish = () => request(blog).post(`${articles}/1/publish`).set('Authorization', 'Bearer token');
    const { body } = await publish().expect(200);
    expect(body.published_at).toMatch(/^\d{4}-\d\d-\d\dT/);
    const again = await publish().expect(409);
    expect(again.body).toMatchObject({ title: 'Already Published', published_at: body.published_at });
    await request(blog).delete(`${articles}/1`).expect(204);
    await request(blog).delete(`${articles}/1`).expect(404);
  });

  test('views below viewsets', async () => {
    await request(blog).get('/api/ping').expect(200, 'pong');
    await request(blog).get('/api/search?q=ab').expect(200, []);
    const { body } = await request(blog).get('/api/search?q=a&limit=1e1').expect(400);
    expect(body.errors.map((fault: { parameter: string }) => fault.parameter)).toEqual(['q', 'limit']);
  });
});
