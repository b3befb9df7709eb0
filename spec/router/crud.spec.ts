import { Type } from '@sinclair/typebox';
import express from 'express';
import {
  APIViewSet,
  compose,
  configureApp,
  ListMixin,
  PartialUpdateMixin,
  Resource,
  RetrieveMixin,
  ViewRouter,
} from 'express-viewsets';
import request from 'supertest';
import { appOf, type Item, Item as ItemSchema, info, itemViewSet } from '../support/app.js';

const pen: Item = { id: 1, name: 'pen', price: 3 };

describe('the six actions over HTTP', () => {
  const items = new Map<number, Item>();
  const app = appOf([itemViewSet(items)], { prefix: '/items' });
  beforeEach(() => {
    items.clear();
    items.set(1, pen);
  });

  test('list is 200 with an array, of any iterable', async () => {
    const response = await request(app).get('/items').expect(200).expect('Content-Type', 'application/json');
    expect(response.body).toEqual([pen]);
    expect(response.headers['content-length']).toBe(String(JSON.stringify([pen]).length));
  });

  test('create is 201 with the resource and a Location that answers', async () => {
    const ink = { id: 2, name: 'ink', price: 9 };
    const response = await request(app).post('/items').send(ink).expect(201).expect('Location', '/items/2');
    expect(response.body).toEqual(ink);
    await request(app)
      .get(response.headers.location as string)
      .expect(200, ink);
  });

  test('retrieve is 200, and 404 when the view returns nothing', async () => {
    await request(app).get('/items/1').expect(200, pen);
    const { body } = await request(app)
      .get('/items/7')
      .expect(404)
      .expect('Content-Type', 'application/problem+json');
    expect(body).toEqual({
      type: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.5.5',
      title: 'Not Found',
      status: 404,
      detail: 'There is no such resource.',
      instance: '/items/7',
      errors: [],
    });
  });

  test('update is 200, and 404 when the view returns nothing', async () => {
    await request(app)
      .put('/items/1')
      .send({ ...pen, price: 4 })
      .expect(200, { ...pen, price: 4 });
    await request(app).put('/items/7').send(pen).expect(404);
  });

  test('destroy is 204 without a body or its type', async () => {
    const response = await request(app).delete('/items/1').expect(204, '');
    expect(response.headers['content-type']).toBeUndefined();
    expect(items.has(1)).toBe(false);
  });

  test('partial update hands on what was sent: null is not absent, and no default is filled in', async () => {
    const Note = Type.Object({
      id: Type.Integer(),
      text: Type.Union([Type.String(), Type.Null()]),
      colour: Type.String({ default: 'red' }),
    });
    const seen: unknown[] = [];
    class Notes extends compose(Resource({ name: 'Note', schema: Note }), PartialUpdateMixin) {
      partialUpdate({ id }: { id: number }, data: object) {
        seen.push(data);
        return { id, text: null, colour: 'blue' };
      }
    }
    const notes = appOf([Notes]);
    await request(notes).patch('/1').send({ text: null }).expect(200, { id: 1, text: null, colour: 'blue' });
    await request(notes).patch('/1').send({}).expect(200);
    expect(seen).toEqual([{ text: null }, {}]);
  });

  test('every fault of path and body is in one problem', async () => {
    const { body } = await request(app).put('/items/x').send({ name: '', price: -1 }).expect(400);
    expect(body.errors).toEqual([
      { detail: 'must be integer', in: 'path', parameter: 'id', code: 'type' },
      { detail: 'is required', pointer: '#/id', code: 'required' },
      { detail: 'must NOT have fewer than 1 characters', pointer: '#/name', code: 'minLength' },
      { detail: 'must be >= 0', pointer: '#/price', code: 'minimum' },
    ]);
  });
});

describe('what is sent back', () => {
  const base = { name: 'Item', schema: ItemSchema } as const;

  test('returnOnCreate false: 201 with Location and no body; returnOnUpdate false: 204', async () => {
    class Quiet extends APIViewSet({ ...base, returnOnCreate: false, returnOnUpdate: false }) {
      list = () => [];
      create = (item: Item) => item;
      retrieve = () => pen;
      update = () => pen;
      destroy = () => undefined;
    }
    class QuietMethods extends APIViewSet({ ...base, returnOnCreate: false, returnOnUpdate: false }) {
      list() {
        return [];
      }
      create(item: Item) {
        return item;
      }
      retrieve() {
        return pen;
      }
      update() {
        return pen;
      }
      destroy() {}
    }
    expect(() => appOf([Quiet])).toThrow(/lacks the methods of its actions .*list.*is no method/);
    const app = appOf([QuietMethods]);
    await request(app)
      .post('/')
      .send(pen)
      .expect(201, '')
      .expect('Location', '/1')
      .expect('Content-Length', '0');
    await request(app).put('/1').send(pen).expect(204, '');
  });

  test('where nothing is sent back nothing has to be returned; null is 404, and the Location is made of what there is', async () => {
    class Quiet extends APIViewSet({ ...base, returnOnCreate: false, returnOnUpdate: false }) {
      list() {
        return [];
      }
      create(item: Item) {
        return item.name === 'keyless' ? undefined : { id: item.id };
      }
      retrieve() {
        return pen;
      }
      update({ id }: { id: number }) {
        return id === 9 ? null : undefined;
      }
      destroy({ id }: { id: number }) {
        void new Map().delete(id);
      }
    }
    const app = appOf([Quiet]);
    await request(app).post('/').send(pen).expect(201, '').expect('Location', '/1');
    const { headers } = await request(app)
      .post('/')
      .send({ ...pen, name: 'keyless' })
      .expect(201, '');
    expect(headers.location).toBeUndefined();
    await request(app).put('/1').send(pen).expect(204, '');
    await request(app).put('/9').send(pen).expect(404);
  });

  test('a destroy that returns what its store says is 204, as the row is gone', async () => {
    const items = new Map([[1, pen]]);
    const Plain = class extends itemViewSet(items) {} as unknown as { prototype: { destroy: unknown } };
    Plain.prototype.destroy = ({ id }: { id: number }) => items.delete(id);
    await request(appOf([Plain as never], { logger: { error: () => undefined } }))
      .delete('/1')
      .expect(204, '');
    expect(items.size).toBe(0);
  });

  test('a Location that is found later, or that a header can not carry', async () => {
    class Later extends itemViewSet() {
      protected override getLocation() {
        return Promise.resolve('/räume/1');
      }
    }
    await request(appOf([Later]))
      .post('/')
      .send(pen)
      .expect(201)
      .expect('Location', '/r%C3%A4ume/1');
  });

  test("keywords of one's own stand in the document, and trouble no check", async () => {
    const Priced = Type.Object(
      { id: Type.Integer({ 'x-order': 1 }), price: Type.Number() },
      { 'x-table': 'prices' },
    );
    class Prices extends compose(Resource({ name: 'Price', schema: Priced }), RetrieveMixin) {
      retrieve({ id }: { id: number }) {
        return { id, price: 1 };
      }
    }
    const app = appOf([Prices]);
    await request(app).get('/1').expect(200, { id: 1, price: 1 });
    const { body } = await request(app).get('/openapi.json');
    expect(JSON.stringify(body)).toContain('"x-table":"prices"');
  });

  test('strictQuery holds where no query is declared', async () => {
    class Strict extends compose(Resource({ ...base, strictQuery: true }), RetrieveMixin) {
      retrieve() {
        return pen;
      }
    }
    const app = appOf([Strict]);
    await request(app).get('/1').expect(200);
    const { body } = await request(app).get('/1?debug=1').expect(400);
    expect(body.errors).toMatchObject([{ in: 'query', parameter: 'debug', code: 'unknown' }]);
  });

  test('one view at two places of a router, told apart by a name', async () => {
    const router = ViewRouter();
    const Items = itemViewSet(new Map([[1, pen]]));
    router.register(Items, { prefix: '/items' });
    router.register(Items, { prefix: '/drafts', name: 'Draft' });
    const app = express();
    app.use(router);
    await request(app).get('/drafts/1').expect(200, pen);
    expect(router.operations.map(({ operationId }) => operationId)).toContain('list_draft');
  });

  test('the status, headers and type that a view sets are kept', async () => {
    class Custom extends compose(Resource(base), RetrieveMixin) {
      retrieve() {
        this.response.status(203).set('X-Own', 'yes').type('application/vnd.item+json');
        return pen;
      }
    }
    const response = await request(appOf([Custom]))
      .get('/1')
      .expect(203)
      .expect('X-Own', 'yes');
    expect(response.headers['content-type']).toMatch('application/vnd.item+json');
  });

  test('Location: below where the router is mounted, encoded, with the parents, and overridable', async () => {
    const Book = Type.Object({ slug: Type.String(), title: Type.String() });
    class Books extends APIViewSet({
      name: 'Book',
      schema: Book,
      key: 'slug',
      params: Type.Object({ author: Type.Integer() }),
    }) {
      list() {
        return [];
      }
      create({ author }: { author: number }, book: { slug: string; title: string }) {
        return { ...book, title: `${book.title} by ${author}` };
      }
      retrieve({ slug, author }: { slug: string; author: number }) {
        return { slug, title: String(author) };
      }
      update(_: object, book: { slug: string; title: string }) {
        return book;
      }
      destroy() {}
    }
    class Elsewhere extends Books {
      protected override getLocation(entity: { slug: string }) {
        return `/books/${entity.slug}`;
      }
    }
    const app = express();
    const router = ViewRouter({ prefix: '/authors/:author/books' });
    router.register(Books);
    const other = ViewRouter({ prefix: '/writers/:author/books' });
    other.register(Elsewhere);
    app.use('/api', router, other);
    configureApp(app, { info });
    const sent = request(app)
      .post('/api/authors/7/books?x=1')
      .set('Host', 'evil.example')
      .send({ slug: 'a/b ü', title: 'T' });
    const { body } = await sent.expect(201).expect('Location', '/api/authors/7/books/a%2Fb%20%C3%BC');
    expect(body.title).toBe('T by 7');
    await request(app).get('/api/authors/7/books/a%2Fb%20%C3%BC').expect(200, { slug: 'a/b ü', title: '7' });
    await request(app)
      .post('/api/writers/7/books')
      .send({ slug: 'x', title: 'T' })
      .expect('Location', '/books/x');
    await request(app)
      .post('/api/authors/7/books')
      .send({ slug: '..', title: 'T' })
      .expect(201)
      .expect((r) => {
        expect(r.headers.location).toBeUndefined();
      });
    await request(app).get('/api/authors/x/books').expect(400);
  });

  test('composite keys of several types', async () => {
    const Stock = Type.Object({ shop: Type.Integer(), sku: Type.String(), count: Type.Integer() });
    class Stocks extends compose(
      Resource({ name: 'Stock', schema: Stock, key: ['shop', 'sku'] }),
      RetrieveMixin,
    ) {
      retrieve({ shop, sku }: { shop: number; sku: string }) {
        return { shop, sku, count: 1 };
      }
    }
    const app = appOf([Stocks], { prefix: '/stock' });
    await request(app).get('/stock/3/a-1').expect(200, { shop: 3, sku: 'a-1', count: 1 });
    await request(app).get('/stock/x/a-1').expect(400);
    await request(app).get('/stock/3').expect(404);
  });

  test('a list with checked query parameters', async () => {
    const query = Type.Object({
      limit: Type.Integer({ maximum: 5, default: 2 }),
      tag: Type.Optional(Type.Array(Type.String())),
    });
    class Found extends compose(Resource({ name: 'Item', schema: ItemSchema, query }), ListMixin) {
      list({ limit, tag = [] }: { limit: number; tag?: string[] }) {
        return Array.from({ length: limit }, (_, index) => ({
          id: index + 1,
          name: tag.join('+') || 'x',
          price: 0,
        }));
      }
    }
    const app = appOf([Found]);
    expect((await request(app).get('/').expect(200)).body).toHaveLength(2);
    expect((await request(app).get('/?limit=1&tag=a&tag=b&other=1').expect(200)).body).toEqual([
      { id: 1, name: 'a+b', price: 0 },
    ]);
    const { body } = await request(app).get('/?limit=9').expect(400);
    expect(body.errors).toEqual([
      { detail: 'must be <= 5', in: 'query', parameter: 'limit', code: 'maximum' },
    ]);
  });
});
