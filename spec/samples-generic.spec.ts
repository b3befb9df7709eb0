import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Type } from '@sinclair/typebox';
import {
  Filter,
  ModelFilter,
  OrderingFilter,
  ReadOnlyGenericViewSet,
  type Selection,
} from 'express-viewsets';
import request from 'supertest';
import { app as items } from '../samples/generic/memory.js';
import { app as notes } from '../samples/generic/notes.js';
import { appOf } from './support/app';
import { faultsOf } from './support/openapi';

test('their documents are valid', async () => {
  const documents = await Promise.all(
    [items, notes].map(async (app) => (await request(app).get('/openapi.json').expect(200)).body),
  );
  expect(await faultsOf(documents)).toEqual([[], []]);
});

test('operations are what docs/filters.md shows', async () => {
  const page = readFileSync(resolve(__dirname, '../docs/filters.md'), 'utf8');
  const [, query, shown] =
    /`([^`\n]+)` becomes, with [^\n]*\n\n```json\n(.*?)```/s.exec(page) ?? ([] as string[]);
  const Category = Type.Object({ name: Type.String() });
  const Product = Type.Object({ id: Type.Integer(), price: Type.Integer() });
  const selections: Selection[] = [];
  class ProductViewSet extends ReadOnlyGenericViewSet({
    name: 'Product',
    schema: Product,
    pagination: false,
    filter: Filter(
      ModelFilter(Product, { price: ['ge'], category: ModelFilter(Category, { name: ['eq'] }) }),
      OrderingFilter(['price']),
    ),
  }) {
    repository = {
      list: (selection: Selection) => {
        selections.push(selection);
        return [];
      },
      get: () => null,
      getFilteredPage: () => ({ items: [] }),
    };
  }
  await request(appOf([ProductViewSet]))
    .get(`/?${query}`)
    .expect(200, []);
  expect(selections.map(({ where, sort }) => ({ where, sort }))).toEqual([JSON.parse(shown as string)]);
});

test('a repository and a filter are all of a resource', async () => {
  const created = await request(items).post('/items').send({ name: 'cup', price: 300 }).expect(201);
  expect(created.body).toEqual({ id: 2, name: 'cup', price: 300 });
  expect(created.headers.location).toBe('/items/2');
  const taken = await request(items).post('/items').send({ name: 'cup', price: 1 }).expect(409);
  expect(taken.body.errors).toEqual([{ detail: 'must be unique', pointer: '#/name', code: 'unique' }]);
  const listed = await request(items).get('/items?price__ge=200&sort=-price&fields=name').expect(200);
  expect(listed.body).toEqual({
    items: [{ name: 'tea pot' }, { name: 'cup' }],
    current_page: 1,
    page_size: 100,
    total_pages: 1,
    total_items: 2,
  });
  await request(items)
    .get('/items?q="tea pot"&price__le=1199')
    .expect(200, /"items":\[\]/);
  await request(items).get('/items?price__gt=1').expect(400);
  await request(items).patch('/items/2').send({ price: 5 }).expect(200, { id: 2, name: 'cup', price: 5 });
  await request(items).delete('/items/2').expect(204);
  await request(items).get('/items/2').expect(404);
});

test('a scope, hooks, a version that has to be named, and a filter with a default', async () => {
  const as = (user: string) => ({ 'X-User': user });
  await request(notes).get('/notes').expect(401);
  const created = await request(notes)
    .post('/notes')
    .set(as('ada'))
    .send({ text: ' one ', owner: 'bob' })
    .expect(201);
  expect(created.body).toEqual({ id: 1, owner: 'ada', text: 'one', locked: false, version: 1 });
  expect(created.headers.etag).toBe('"1"');
  await request(notes).get('/notes/1').set(as('bob')).expect(404);
  expect((await request(notes).get('/notes').set(as('bob')).expect(200)).body.items).toEqual([]);

  const patch = (version: string, body: object) =>
    request(notes).patch('/notes/1').set(as('ada')).set('If-Match', version).send(body);
  await request(notes).patch('/notes/1').set(as('ada')).send({ locked: true }).expect(428);
  await patch('"2"', { locked: true }).expect(412);
  await patch('"1"', { locked: true }).expect(200).expect('ETag', '"2"');
  await patch('"2"', { text: 'two' }).expect(403);

  const found = async (query: string) =>
    (await request(notes).get(`/notes${query}`).set(as('ada')).expect(200)).body.items.length;
  expect([await found(''), await found('?locked=true'), await found('?locked=false')]).toEqual([0, 1, 0]);
});
