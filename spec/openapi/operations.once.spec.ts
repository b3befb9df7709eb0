import { Type } from '@sinclair/typebox';
import {
  APIView,
  APIViewSet,
  action,
  buildDocument,
  get,
  NotFound,
  patch,
  post,
  ReadOnlyAPIViewSet,
  View,
  ViewRouter,
} from 'express-viewsets';
import { Item, info, itemViewSet } from '../support/app';
import { checked, type Document, describeApp, everyDocumentIsValid } from '../support/openapi';

const Post = Type.Object({ id: Type.Integer(), title: Type.String() }, { $id: 'Post' });

class BlogPostViewSet extends ReadOnlyAPIViewSet({ name: 'BlogPost', schema: Post, path: '/posts' }) {
  list() {
    return [];
  }
  retrieve() {
    return undefined;
  }
  @patch('', { detail: true, body: Type.Partial(Post), response: Post })
  partialUpdate(_key: object, _data: object) {
    return { id: 1, title: '' };
  }
  @action({ method: 'post', detail: true, deprecated: true, tags: ['Moderation'], description: 'For good.' })
  takeDown() {}
}

/** `get /items` -> `list_item` */
function idsOf({ paths }: Document): Record<string, string> {
  return Object.fromEntries(
    Object.entries(paths ?? {}).flatMap(([path, item]) =>
      Object.entries(item as object).map(([method, operation]) => [
        `${method} ${path}`,
        operation.operationId,
      ]),
    ),
  );
}

describe('operation ids', () => {
  test('are the action and the component, in snake_case', () => {
    expect(idsOf(describeApp([BlogPostViewSet]))).toEqual({
      'get /posts': 'list_blog_post',
      'get /posts/{id}': 'retrieve_blog_post',
      'patch /posts/{id}': 'partial_update_blog_post',
      'post /posts/{id}/take-down': 'take_down_blog_post',
    });
  });

  test('are identifiers, whatever the names of views and methods are', () => {
    class Odd extends ReadOnlyAPIViewSet({ name: 'my fancy-name é', schema: Item }) {
      list() {
        return [];
      }
      retrieve() {
        return undefined;
      }
      @get() $stats() {}
      @get() HTMLReport2() {}
    }
    const ids = Object.values(idsOf(describeApp([Odd])));
    expect(ids).toContain('list_my_fancy_name_e');
    expect(ids).toContain('html_report2_my_fancy_name_e');
    for (const id of ids) expect(id).toMatch(/^[a-z_][a-z0-9_]*$/);
  });

  test('may be given', () => {
    class Health extends APIView {
      @get('/health', { operationId: 'health' }) check() {}
    }
    expect(idsOf(describeApp([Health]))).toEqual({ 'get /health': 'health' });
  });

  test('carry the mount path where one router is mounted twice', () => {
    const router = ViewRouter({ prefix: '/items' }).register(itemViewSet());
    const mounted = ['/v1', '/v2'].flatMap((mountPath) =>
      router.operations.map((operation) => ({ operation, mountPath })),
    );
    const ids = idsOf(checked(buildDocument(mounted, { info })));
    expect(ids).toMatchObject({
      'get /v1/items': 'list_item_v1',
      'get /v2/items': 'list_item_v2',
      'delete /v2/items/{id}': 'destroy_item_v2',
    });
  });

  test('differ where two routers at one place have views of one name', () => {
    const routers = ['/new', '/old'].map((prefix) => ViewRouter({ prefix }).register(itemViewSet()));
    const ids = Object.values(idsOf(describeApp(routers)));
    expect(new Set(ids).size).toBe(10);
    expect(ids).toEqual(expect.arrayContaining(['list_item', 'list_item_2']));
  });
});

describe('what an operation says of itself', () => {
  test('a summary made of its names, and tags of the resource', () => {
    const patch = describeApp([BlogPostViewSet]).paths?.['/posts/{id}']?.patch;
    expect(patch).toMatchObject({ summary: 'Partial update blog post', tags: ['BlogPost'] });
    expect(patch).not.toHaveProperty('deprecated');
  });

  test('or what it is given', () => {
    expect(describeApp([BlogPostViewSet]).paths?.['/posts/{id}/take-down']?.post).toMatchObject({
      summary: 'Take down blog post',
      description: 'For good.',
      deprecated: true,
      tags: ['Moderation'],
    });
  });

  test('a summary, tags and a description of the resource', () => {
    const Shop = APIViewSet({
      name: 'Item',
      schema: Item,
      tags: ['Shop'],
      description: 'What we sell.',
    });
    class Items extends Shop {
      static override readonly actions = { list: { summary: 'All items' } };
      list() {
        return [];
      }
      create(item: Item) {
        return item;
      }
      retrieve() {
        return undefined;
      }
      update() {
        return undefined;
      }
      destroy() {}
    }
    const document = describeApp([Items]);
    expect(document.paths?.['/']?.get).toMatchObject({ summary: 'All items', tags: ['Shop'] });
    expect(document.tags).toEqual([{ name: 'Shop', description: 'What we sell.' }]);
    const tags = [{ name: 'Shop', description: 'The shop.' }];
    expect(describeApp([Items], { tags }).tags).toEqual(tags);
  });
});

describe('places', () => {
  test('a prefix, a resource path, a nested parent and the mount path add up', () => {
    const params = Type.Object({ author_id: Type.Integer() });
    class Books extends ReadOnlyAPIViewSet({ name: 'Book', schema: Item, params, path: '/books' }) {
      list(_params: { author_id: number }) {
        return [];
      }
      retrieve(_params: { author_id: number; id: number }) {
        return undefined;
      }
    }
    const router = ViewRouter({ prefix: '/authors/:author_id' }).register(Books, { prefix: '/all' });
    const mounted = router.operations.map((operation) => ({ operation, mountPath: '/api/v1' }));
    const { paths = {} } = checked(buildDocument(mounted, { info }));
    expect(Object.keys(paths)).toEqual([
      '/api/v1/authors/{author_id}/all/books',
      '/api/v1/authors/{author_id}/all/books/{id}',
    ]);
    expect(paths['/api/v1/authors/{author_id}/all/books/{id}']?.get?.parameters).toEqual([
      { name: 'author_id', in: 'path', required: true, schema: { type: 'integer' } },
      { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } },
    ]);
  });

  test('parameters of the mount path are described: by the view where it declares them, else as text', () => {
    const params = Type.Object({ tenant: Type.Integer() });
    class Known extends APIView {
      @get('/known', { params }) known(_params: { tenant: number }) {}
    }
    class Unknown extends APIView {
      @get('/unknown') unknown() {}
    }
    const router = ViewRouter({ mergeParams: true }).register(Known).register(Unknown);
    const mounted = router.operations.map((operation) => ({ operation, mountPath: '/:tenant' }));
    const { paths = {} } = checked(buildDocument(mounted, { info }));
    const typeAt = (path: string) => paths[path]?.get?.parameters?.[0];
    expect(typeAt('/{tenant}/known')).toMatchObject({ name: 'tenant', schema: { type: 'integer' } });
    expect(typeAt('/{tenant}/unknown')).toMatchObject({ name: 'tenant', schema: { type: 'string' } });
  });

  test('a parameter of the mount path that has the name of an inner one is told apart', () => {
    const router = ViewRouter({ prefix: '/items' }).register(itemViewSet());
    const mounted = router.operations.map((operation) => ({ operation, mountPath: '/shops/:id' }));
    const { paths = {} } = checked(buildDocument(mounted, { info }));
    expect(paths['/shops/{id_2}/items/{id}']?.get?.parameters).toMatchObject([
      { name: 'id_2', schema: { type: 'string' } },
      { name: 'id', schema: { type: 'integer' } },
    ]);
  });

  test('actions of two views at one path share it, though they call its parameter differently', () => {
    const ByCode = Type.Object({ code: Type.String({ maxLength: 9 }) });
    class Read extends APIView {
      @get('/things/:id', { params: Type.Object({ id: Type.Integer() }) }) read(_key: { id: number }) {}
    }
    class Write extends APIView {
      @post('/things/:code', { params: ByCode }) write(_key: { code: string }) {}
    }
    const { paths = {} } = describeApp([Read, Write]);
    expect(Object.keys(paths)).toEqual(['/things/{id}']);
    expect(paths['/things/{id}']?.post?.parameters).toMatchObject([
      { name: 'id', schema: { type: 'string', maxLength: 9 } },
    ]);
  });

  test('of two actions that answer one route, the one that is reached is described', () => {
    class First extends APIView {
      @get('/a/:x', { params: Type.Object({ x: Type.String() }) }) first(_params: { x: string }) {}
    }
    class Second extends APIView {
      @get('/a/:y', { params: Type.Object({ y: Type.String() }) }) second(_params: { y: string }) {}
    }
    const routers = [First, Second].map((view) => ViewRouter().register(view));
    expect(idsOf(describeApp(routers))).toEqual({ 'get /a/{x}': 'first_first' });
  });

  test('hidden actions are left out', () => {
    class Secret extends APIView {
      @get('/shown') shown() {}
      @get('/hidden', { hidden: true }) hidden() {}
    }
    expect(Object.keys(describeApp([Secret]).paths ?? {})).toEqual(['/shown']);
  });
});

describe('a plain View', () => {
  class Raw extends View {
    @get('/ping') ping() {
      this.response.type('text').send('pong');
    }
    @get('/files/:name', { errors: [NotFound], status: 206 }) file() {}
  }

  test('is described as far as it is known: its path, and the errors that it lists', () => {
    const { paths = {} } = describeApp([Raw]);
    expect(paths['/ping']?.get?.responses).toEqual({ 200: { description: 'OK' } });
    expect(paths['/files/{name}']?.get).toMatchObject({
      parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }],
      responses: {
        206: { description: 'Partial Content' },
        404: { $ref: '#/components/responses/NotFound' },
      },
    });
  });
});

everyDocumentIsValid();
