import { type Static, Type } from '@sinclair/typebox';
import { type Criteria, GenericViewSet, ModelFilter, Unauthorized } from 'express-viewsets';
import request from 'supertest';
import { appOf, memoryLogger } from '../support/app.js';
import { ids, spied } from './fixtures.js';

const Doc = Type.Object({
  id: Type.Integer(),
  tenant: Type.String(),
  title: Type.String(),
});
type Doc = Static<typeof Doc>;

const mine: Doc = { id: 1, tenant: 'a', title: 'mine' };
const theirs: Doc = { id: 2, tenant: 'b', title: 'theirs' };

/** Documents of the tenant that a header names. */
function docs(kwargs?: (tenant: string | undefined) => unknown) {
  const spy = spied<Doc>([mine, theirs]);
  const actions: string[] = [];
  class Docs extends GenericViewSet({
    name: 'Doc',
    schema: Doc,
    filter: ModelFilter(Doc, { tenant: ['eq', 'ne', 'in'], title: ['eq'] }),
  }) {
    repository = spy.repository;
    protected override async getKwargs(action: string) {
      actions.push(action);
      const tenant = this.request.get('x-tenant');
      if (kwargs) return kwargs(tenant) as Criteria;
      if (!tenant) throw new Unauthorized();
      return { tenant };
    }
  }
  const logger = memoryLogger();
  return { ...spy, actions, logger, app: appOf([Docs], { prefix: '/papers', logger }) };
}

const asA = { 'X-Tenant': 'a' };

describe('getKwargs limits each action', () => {
  test('a list shows the rows of the tenant, whatever its filter asks for', async () => {
    const { app } = docs();
    expect(ids(await request(app).get('/papers').set(asA).expect(200))).toEqual([1]);
    expect(ids(await request(app).get('/papers?tenant=b').set(asA).expect(200))).toEqual([]);
    expect(ids(await request(app).get('/papers?tenant__ne=a').set(asA).expect(200))).toEqual([]);
    expect(ids(await request(app).get('/papers?tenant__in=a,b').set(asA).expect(200))).toEqual([1]);
  });

  test('the total counts the rows of the tenant', async () => {
    const { body } = await request(docs().app).get('/papers').set(asA).expect(200);
    expect(body.total_items).toBe(1);
  });

  test('a row of another tenant is 404 for a read', async () => {
    const { app } = docs();
    await request(app).get('/papers/1').set(asA).expect(200, mine);
    await request(app).get('/papers/2').set(asA).expect(404);
  });

  test.each([
    ['put', { ...theirs, title: 'taken' }],
    ['patch', { title: 'taken' }],
    ['delete', undefined],
  ] as const)('a row of another tenant is 404 for %s, and stays as it is', async (method, body) => {
    const { app, store } = docs();
    await request(app)[method]('/papers/2').set(asA).send(body).expect(404);
    expect(store.get({ id: 2 })).toEqual(theirs);
  });

  test('what is created belongs to the tenant, whatever the body says', async () => {
    const { app, store } = docs();
    await request(app)
      .post('/papers')
      .set(asA)
      .send({ id: 3, tenant: 'b', title: 'new' })
      .expect(201, { id: 3, tenant: 'a', title: 'new' });
    expect(store.get({ id: 3 })?.tenant).toBe('a');
  });

  test.each(['put', 'patch'] as const)('%s does not move a row to another tenant', async (method) => {
    const { app, store } = docs();
    await request(app)
      [method]('/papers/1')
      .set(asA)
      .send({ id: 1, tenant: 'b', title: 'x' })
      .expect(200, { id: 1, tenant: 'a', title: 'x' });
    expect(store.get({ id: 1 })?.tenant).toBe('a');
  });

  test('creating over a row of another tenant is 409, and changes nothing', async () => {
    const { app, store } = docs();
    await request(app)
      .post('/papers')
      .set(asA)
      .send({ ...theirs, title: 'taken' })
      .expect(409);
    expect(store.get({ id: 2 })).toEqual(theirs);
  });

  test('no query overrides it on other actions', async () => {
    const { app } = docs();
    await request(app).get('/papers/2?tenant=a').set(asA).expect(404);
    await request(app).delete('/papers/2?tenant=b&id=1').set(asA).expect(404);
  });

  test('it is asked once for each request, with the name of the action', async () => {
    const { app, actions } = docs();
    const { get, post, put, patch, delete: remove } = request(app);
    await get('/papers').set(asA);
    await post('/papers').set(asA).send({ id: 9, tenant: 'a', title: 't' });
    await get('/papers/9').set(asA);
    await put('/papers/9').set(asA).send({ id: 9, tenant: 'a', title: 't' });
    await patch('/papers/9').set(asA).send({});
    await remove('/papers/9').set(asA);
    expect(actions).toEqual(['list', 'create', 'retrieve', 'update', 'partial_update', 'destroy']);
  });

  test('what it throws is the answer, and no repository is asked', async () => {
    const { app, calls } = docs();
    await request(app).get('/papers').expect(401);
    await request(app).get('/papers/1').expect(401);
    await request(app).delete('/papers/1').expect(401);
    expect(calls).toEqual([]);
  });

  test('null is a scope, too: the rows of no tenant', async () => {
    const { app, store } = docs(() => ({ tenant: null }));
    store.create({ id: 5, tenant: null, title: 'free' });
    expect((await request(app).get('/papers/1').expect(404)).body.status).toBe(404);
    expect((await request(app).get('/papers').expect(500)).body.status).toBe(500);
  });

  test.each([
    ['get', '/papers'],
    ['get', '/papers/1'],
    ['post', '/papers'],
    ['put', '/papers/1'],
    ['patch', '/papers/1'],
    ['delete', '/papers/1'],
  ] as const)('a scope that was forgotten is no scope of everything: %s %s is 500', async (method, path) => {
    const { app, calls, logger } = docs((tenant) => ({ tenant }));
    await request(app)
      [method](path)
      .send({ ...mine, id: method === 'post' ? 7 : 1 })
      .expect(500);
    expect(calls).toEqual([]);
    expect(String((logger.lines as any)[0].fields.err)).toMatch(/getKwargs.*"tenant".*undefined/);
  });
});

test('a scope need not be a property that is shown', async () => {
  const Shown = Type.Object({ id: Type.Integer(), title: Type.String() });
  const spy = spied<Doc>([mine, theirs]);
  class Docs extends GenericViewSet({ name: 'Doc', schema: Shown }) {
    repository = spy.repository;
    protected override getKwargs() {
      return { tenant: 'a' };
    }
  }
  const app = appOf([Docs]);
  expect((await request(app).get('/').expect(200)).body.items).toEqual([{ id: 1, title: 'mine' }]);
  await request(app)
    .post('/')
    .send({ id: 3, title: 'new', tenant: 'b' })
    .expect(201, { id: 3, title: 'new' });
  expect(spy.store.get({ id: 3 })).toEqual({ id: 3, title: 'new', tenant: 'a' });
  await request(app).patch('/2').send({ title: 'x' }).expect(404);
});

describe('the parameters of parents', () => {
  const Book = Type.Object({ id: Type.Integer(), author_id: Type.Integer(), title: Type.String() });
  type Book = Static<typeof Book>;
  const params = Type.Object({ author_id: Type.Integer() });
  const books: Book[] = [
    { id: 1, author_id: 1, title: 'one' },
    { id: 2, author_id: 2, title: 'two' },
  ];

  function library(kwargs: Criteria = {}) {
    const spy = spied<Book>(books);
    class Books extends GenericViewSet({
      name: 'Book',
      schema: Book,
      params,
      create: Type.Object({ title: Type.String() }),
      patch: Type.Object({ title: Type.String(), author_id: Type.Optional(Type.Integer()) }),
    }) {
      repository = spy.repository;
      protected override getKwargs() {
        return kwargs;
      }
    }
    return { ...spy, app: appOf([Books], { prefix: '/authors/:author_id/books' }) };
  }

  test('limit the list', async () => {
    expect(ids(await request(library().app).get('/authors/2/books').expect(200))).toEqual([2]);
  });

  test('limit each action on one resource', async () => {
    const { app, store } = library();
    await request(app).get('/authors/1/books/1').expect(200);
    await request(app).get('/authors/1/books/2').expect(404);
    await request(app).patch('/authors/1/books/2').send({ title: 'x' }).expect(404);
    await request(app)
      .put('/authors/1/books/2')
      .send({ ...books[1], title: 'x' })
      .expect(404);
    await request(app).delete('/authors/1/books/2').expect(404);
    expect(store.list({})).toEqual(books);
  });

  test('are set on what is created, and stand in its Location', async () => {
    const { app, called } = library();
    await request(app)
      .post('/authors/7/books')
      .send({ title: 'new', author_id: 1 })
      .expect(201, { id: 3, author_id: 7, title: 'new' })
      .expect('Location', '/authors/7/books/3');
    expect(called('create')).toEqual([[{ title: 'new', author_id: 7 }]]);
  });

  test('are not changed by a body', async () => {
    const { app, store } = library();
    await request(app).patch('/authors/1/books/1').send({ title: 'x', author_id: 2 }).expect(200);
    expect(store.get({ id: 1 })).toEqual({ id: 1, author_id: 1, title: 'x' });
  });

  test('getKwargs wins: a path that says something else is 404, also for a list and a create', async () => {
    const { app, calls } = library({ author_id: 1 });
    await request(app).get('/authors/1/books').expect(200);
    calls.length = 0;
    await request(app).get('/authors/2/books').expect(404);
    await request(app).get('/authors/2/books/2').expect(404);
    await request(app).post('/authors/2/books').send({ title: 'x' }).expect(404);
    expect(calls).toEqual([]);
  });

  test('of another type than declared are 400', async () => {
    const { app, calls } = library();
    await request(app).get('/authors/x/books').expect(400);
    expect(calls).toEqual([]);
  });
});
