import {
  GenericViewSet,
  ListCreateGenericViewSet,
  ReadOnlyGenericViewSet,
  RetrieveUpdateDestroyGenericViewSet,
  type View,
  ViewRouter,
} from 'express-viewsets';
import request from 'supertest';
import { MemoryRepository } from '../../lib/memory/index.js';
import { appOf } from '../support/app.js';
import { type Item, Item as ItemSchema, ink, pen, spied } from './fixtures.js';

const resource = { name: 'Item', schema: ItemSchema } as const;
const registering = (view: unknown) => () => ViewRouter().register(view as new () => View);

describe('a repository as a field', () => {
  test('is one object for all requests', async () => {
    class Items extends GenericViewSet(resource) {
      repository = new MemoryRepository<Item>();
    }
    const app = appOf([Items]);
    await request(app).post('/').send(pen).expect(201);
    await request(app).get('/1').expect(200, pen);
    expect((await request(app).get('/')).body.total_items).toBe(1);
  });

  test('is not shared with a subclass, which makes its own', async () => {
    class Items extends GenericViewSet({ ...resource, path: '/items' }) {
      repository = new MemoryRepository<Item>();
    }
    class Others extends Items {
      static override readonly resource = { ...Items.resource, name: 'Other', path: '/others' } as never;
    }
    const app = appOf([Items, Others]);
    await request(app).post('/items').send(pen).expect(201);
    await request(app).get('/others/1').expect(404);
  });

  test('is one for two routers that serve the class', async () => {
    class Items extends GenericViewSet(resource) {
      repository = new MemoryRepository<Item>();
    }
    await request(appOf([Items]))
      .post('/')
      .send(pen)
      .expect(201);
    await request(appOf([Items]))
      .get('/1')
      .expect(200, pen);
  });
});

describe('a repository as a getter', () => {
  test('is asked at each request, with the request at hand', async () => {
    const stores: Record<string, MemoryRepository<Item>> = {
      a: new MemoryRepository<Item>([pen]),
      b: new MemoryRepository<Item>([{ ...pen, name: 'quill' }]),
    };
    class Items extends GenericViewSet(resource) {
      get repository() {
        return stores[this.request.get('x-db') ?? 'a'] as MemoryRepository<Item>;
      }
    }
    const app = appOf([Items]);
    await request(app).get('/1').set('X-Db', 'a').expect(200, pen);
    await request(app)
      .get('/1')
      .set('X-Db', 'b')
      .expect(200, { ...pen, name: 'quill' });
  });
});

describe('any object that fits', () => {
  test('may be async', async () => {
    const { store } = spied<Item>([pen, ink]);
    class Items extends ReadOnlyGenericViewSet(resource) {
      repository = {
        get: async (key: { id: number }) => store.get(key),
        list: async () => new Set(store.list({})),
        getFilteredPage: async (selection: { limit: number; total: boolean }) =>
          store.getFilteredPage(selection),
      };
    }
    const app = appOf([Items]);
    await request(app).get('/1').expect(200, pen);
    expect((await request(app).get('/')).body.items).toEqual([pen, ink]);
  });

  test('what it throws is a 500 that says nothing of it', async () => {
    class Items extends ReadOnlyGenericViewSet(resource) {
      repository = {
        get: () => {
          throw new Error('password of db is hunter2');
        },
        list: () => [],
        getFilteredPage: () => Promise.reject(new Error('select secret from t')),
      };
    }
    const app = appOf([Items], { logger: { error: () => undefined } });
    expect((await request(app).get('/1').expect(500)).text).not.toContain('hunter2');
    expect((await request(app).get('/').expect(500)).text).not.toContain('secret');
  });

  test('a page without the total that was asked for is a fault, which the log tells', async () => {
    class Items extends ReadOnlyGenericViewSet(resource) {
      repository = { get: () => null, list: () => [], getFilteredPage: () => ({ items: [] }) };
    }
    const lines: unknown[] = [];
    const app = appOf([Items], { logger: { error: (fields) => lines.push(fields) } });
    await request(app).get('/').expect(500);
    expect(String((lines[0] as { err: Error }).err)).toMatch(/asked for a total and gave none/);
  });
});

describe('W-42: mistakes are refused when a view is registered', () => {
  test('no repository', () => {
    class Items extends (GenericViewSet(resource) as unknown as new () => View) {}
    expect(registering(Items)).toThrow(
      /^Items has no repository: write `repository = new MemoryRepository\(\)`, or any object with the methods .*getFilteredPage/,
    );
  });

  test('a repository that lacks methods', () => {
    class Items extends (GenericViewSet(resource) as unknown as new () => View) {
      repository = { get: () => null, getFilteredPage: () => ({ items: [] }) };
    }
    expect(registering(Items)).toThrow(
      /^The repository of Items lacks the methods .*create.*, which its actions call\.$/,
    );
  });

  test('a repository that lacks one method', () => {
    class Items extends (GenericViewSet(resource) as unknown as new () => View) {
      repository = { ...spied().repository, delete: undefined };
    }
    expect(registering(Items)).toThrow(
      'The repository of Items lacks the method delete, which its actions call.',
    );
  });

  test('a repository that needs a request before there is one', () => {
    class Items extends GenericViewSet(resource) {
      repository = (this.request.app.locals as { store: MemoryRepository<Item> }).store;
    }
    expect(registering(Items)).toThrow(/Items.*getter/);
  });
});

describe('presets need what their actions call', () => {
  const { repository } = spied<Item>([pen]);
  const { get, list, getFilteredPage, create, updateOne, delete: remove } = repository;

  test('a list that is read only', async () => {
    class Items extends ReadOnlyGenericViewSet(resource) {
      repository = { get, list, getFilteredPage };
    }
    const app = appOf([Items]);
    await request(app).get('/').expect(200);
    await request(app).get('/1').expect(200);
    await request(app).post('/').send(pen).expect(405);
    await request(app).delete('/1').expect(405);
  });

  test('a list that is not paginated calls no pages', async () => {
    class Items extends (ReadOnlyGenericViewSet({
      ...resource,
      pagination: false,
    }) as unknown as new () => View) {
      repository = { get, list };
    }
    await request(appOf([Items]))
      .get('/')
      .expect(200, [pen]);
  });

  test('list and create', async () => {
    class Items extends ListCreateGenericViewSet(resource) {
      repository = { list, getFilteredPage, create };
    }
    const app = appOf([Items]);
    await request(app).post('/').send(ink).expect(201);
    await request(app).get('/1').expect(404);
  });

  test('one resource', async () => {
    class Items extends RetrieveUpdateDestroyGenericViewSet(resource) {
      repository = { get, updateOne, delete: remove };
    }
    const app = appOf([Items]);
    await request(app).get('/1').expect(200);
    await request(app).get('/').expect(404);
  });

  test('an action that is opted out of needs no methods', () => {
    class Items extends (GenericViewSet(resource) as unknown as new () => View) {
      static readonly actions = {
        list: null,
        create: null,
        update: null,
        partialUpdate: null,
        destroy: null,
      };
      repository = { get };
    }
    expect(registering(Items)).not.toThrow();
  });

  test('an action that is replaced by a method of the class is that method', async () => {
    class Items extends ReadOnlyGenericViewSet(resource) {
      repository = { get, list, getFilteredPage };
      override retrieve() {
        return { ...pen, name: 'mine' };
      }
    }
    await request(appOf([Items]))
      .get('/1')
      .expect(200, { ...pen, name: 'mine' });
  });
});
