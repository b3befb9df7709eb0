import { Type } from '@sinclair/typebox';
import {
  ExpressionFilter,
  FieldsFilter,
  Filter,
  type GenericOptions,
  GenericViewSet,
  ModelFilter,
  OrderingFilter,
  PaginationFilter,
  ReadOnlyGenericViewSet,
  SearchFilter,
  TokenPaginationFilter,
} from 'express-viewsets';
import { MemoryRepository } from '../../lib/memory/index.js';
import { type Document, describeApp, everyDocumentIsValid } from '../support/openapi.js';
import { Item, NewItem } from './fixtures.js';

const Post = Type.Object(
  {
    postId: Type.Integer(),
    blogTitle: Type.String(),
    state: Type.Union([Type.Literal('draft'), Type.Literal('live')]),
    createdAt: Type.String({ format: 'date-time' }),
    rowVersion: Type.Integer({ readOnly: true }),
  },
  { $id: 'Post' },
);

function described(options: Partial<GenericOptions>): Document {
  class Items extends GenericViewSet({
    name: 'Item',
    schema: Item,
    path: '/items',
    ...options,
  } as GenericOptions) {
    repository = new MemoryRepository() as never;
  }
  return describeApp([Items]);
}

/** The parameters of an operation by their name. */
function parametersOf({ parameters }: Document): Record<string, Document> {
  return Object.fromEntries(parameters.map((parameter: Document) => [parameter.name, parameter]));
}

const posts = (options: Partial<GenericOptions> = {}) =>
  described({
    name: 'Post',
    schema: Post,
    key: 'postId',
    naming: 'snake_case',
    filter: Filter(
      ModelFilter(Post, {
        createdAt: ['eq', 'ge'],
        state: ['eq', 'in'],
        blogTitle: ['ilike'],
        postId: ['in'],
      }),
      OrderingFilter(['createdAt', 'blogTitle']),
      SearchFilter(['blogTitle']),
      FieldsFilter(Post),
      ExpressionFilter(Post, ['createdAt', 'state']),
      PaginationFilter({ pageSize: 20, maxPageSize: 50, total: 'on_request' }),
    ),
    ...options,
  });

describe('the document of a list', () => {
  const list = posts().paths['/items'].get;
  const parameters = parametersOf(list);

  test('has each parameter under the name of the wire, optional', () => {
    expect(Object.keys(parameters)).toEqual([
      'created_at',
      'created_at__ge',
      'state',
      'state__in',
      'blog_title__ilike',
      'post_id__in',
      'sort',
      'query',
      'fields',
      'filter',
      'page',
      'page_size',
      'total',
    ]);
    expect(list.parameters.every((parameter: Document) => parameter.required === false)).toBe(true);
  });

  test('says what operators mean, and which other names they have', () => {
    expect(parameters.created_at__ge?.description).toMatch(
      /at least\..*without an offset it is in UTC.*Also `created_at__gte`/,
    );
    expect(parameters.blog_title__ilike?.description).toMatch(
      /without regard to case.*`blog_title__icontains`/,
    );
    expect(parameters.query?.description).toMatch(/Also `q`/);
  });

  test('names fields in sentences as a client does', () => {
    for (const { name, description } of Object.values(parameters))
      expect(`${name}: ${description}`).not.toMatch(/createdAt|blogTitle|postId/);
  });

  test('has choices as enums', () => {
    expect(parameters.sort?.schema.items.enum).toEqual([
      'created_at',
      '-created_at',
      'blog_title',
      '-blog_title',
    ]);
    expect(parameters.fields?.schema.items.enum).toEqual([
      'post_id',
      'blog_title',
      'state',
      'created_at',
      'row_version',
    ]);
    expect(JSON.stringify(parameters.state?.schema)).toMatch(/draft.*live/);
  });

  test('has lists with commas', () => {
    expect(parameters.post_id__in).toMatchObject({
      style: 'form',
      explode: false,
      schema: { type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 100 },
    });
    for (const name of ['state__in', 'sort', 'fields'])
      expect(parameters[name]).toMatchObject({ style: 'form', explode: false });
    expect(parameters.created_at).not.toHaveProperty('style');
  });

  test('has the bounds of pages', () => {
    expect(parameters.page?.schema).toMatchObject({ minimum: 1, maximum: 10_000, default: 1 });
    expect(parameters.page_size?.schema).toMatchObject({ minimum: 1, maximum: 50, default: 20 });
    expect(parameters.total?.schema).toMatchObject({ type: 'boolean', default: false });
  });

  test('has no words of its own making in schemas', () => {
    expect(JSON.stringify(list)).not.toMatch(/x-comma-separated|x-aliases/);
  });

  test('answers a 400', () => {
    expect(list.responses).toHaveProperty('400');
  });
});

describe('the page', () => {
  test('is a component of its own', () => {
    const document = described({});
    expect(document.paths['/items'].get.responses[200].content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/ItemPage',
    });
    expect(document.components.schemas.ItemPage).toMatchObject({
      required: ['items', 'current_page', 'page_size'],
      properties: { items: { type: 'array', items: { $ref: '#/components/schemas/Item' } } },
    });
  });

  test('by token has tokens', () => {
    const document = described({ filter: TokenPaginationFilter() });
    expect(Object.keys(document.components.schemas.ItemPage.properties)).toEqual([
      'items',
      'cursor',
      'next_page',
      'previous_page',
    ]);
    expect(Object.keys(parametersOf(document.paths['/items'].get))).toEqual(['page_token', 'page_size']);
  });

  test('is none where the list is not paginated', () => {
    const document = described({ pagination: false });
    expect(document.components.schemas).not.toHaveProperty('ItemPage');
    expect(document.paths['/items'].get.responses[200].content['application/json'].schema).toMatchObject({
      type: 'array',
      items: { $ref: '#/components/schemas/Item' },
    });
  });

  test('may have two views of one resource', () => {
    class First extends ReadOnlyGenericViewSet({ name: 'Item', schema: Item, path: '/first' }) {
      repository = new MemoryRepository<never>();
    }
    class Second extends ReadOnlyGenericViewSet({ name: 'Item', schema: Item, path: '/second' }) {
      repository = new MemoryRepository<never>();
    }
    expect(Object.keys(describeApp([First, Second]).paths)).toEqual([
      '/first',
      '/first/{id}',
      '/second',
      '/second/{id}',
    ]);
  });

  test('says of chosen fields that the others may be absent', () => {
    const { paths } = described({ filter: FieldsFilter(Item) });
    expect(JSON.stringify(paths['/items'].get.parameters)).toContain('instead of all');
  });
});

describe('the document of writes', () => {
  test('has the schemas of bodies', () => {
    const patch = Type.Object({ price: Type.Integer() }, { $id: 'ItemPrice' });
    const { paths } = described({ create: Type.Intersect([NewItem], { $id: 'NewItem' }), patch });
    const bodyOf = (operation: Document) => operation.requestBody.content['application/json'].schema;
    expect(bodyOf(paths['/items'].post)).toEqual({ $ref: '#/components/schemas/NewItem' });
    expect(bodyOf(paths['/items/{id}'].put)).toEqual({ $ref: '#/components/schemas/Item' });
    expect(bodyOf(paths['/items/{id}'].patch)).toEqual({ $ref: '#/components/schemas/ItemPrice' });
  });

  test('has 404 and 409 where they are answered', () => {
    const { paths } = described({});
    const statuses = (operation: Document) => Object.keys(operation.responses);
    expect(statuses(paths['/items'].post)).toEqual(expect.arrayContaining(['201', '400', '409']));
    for (const method of ['put', 'patch'] as const)
      expect(statuses(paths['/items/{id}'][method])).toEqual(
        expect.arrayContaining(['200', '400', '404', '409']),
      );
    expect(statuses(paths['/items/{id}'].delete)).toEqual(expect.arrayContaining(['204', '404']));
    expect(statuses(paths['/items/{id}'].get)).toEqual(expect.arrayContaining(['200', '404']));
  });

  test('has no precondition without a version', () => {
    expect(JSON.stringify(described({}))).not.toMatch(/If-Match|If-None-Match|ETag|"412"|"428"|"304"/);
  });
});

describe('the document of a version', () => {
  const { paths } = posts({ version: 'rowVersion' });
  const one = paths['/items/{post_id}'] ?? paths['/items/{postId}'];

  test('has an ETag on each answer with the resource, and on none without', () => {
    expect(one.get.responses[200].headers).toHaveProperty('ETag');
    expect(paths['/items'].post.responses[201].headers).toHaveProperty('ETag');
    expect(one.put.responses[200].headers).toHaveProperty('ETag');
    expect(one.patch.responses[200].headers).toHaveProperty('ETag');
    expect(one.delete.responses[204].headers).toBeUndefined();
    expect(paths['/items'].get.responses[200].headers?.ETag).toBeUndefined();
  });

  test('has 304 and If-None-Match for a read', () => {
    expect(one.get.responses).toHaveProperty('304');
    expect(parametersOf(one.get)['If-None-Match']).toMatchObject({ in: 'header', required: false });
    expect(paths['/items'].post.responses).not.toHaveProperty('304');
  });

  test.each(['put', 'patch', 'delete'])('has 412 and If-Match for %s', (method) => {
    expect(one[method].responses).toHaveProperty('412');
    expect(one[method].responses).not.toHaveProperty('428');
    expect(parametersOf(one[method])['If-Match']).toMatchObject({ in: 'header', required: false });
  });

  test.each(['put', 'patch', 'delete'])('has 428 where it is required, for %s', (method) => {
    const required = posts({ version: { property: 'rowVersion', required: true } });
    const operation = (required.paths['/items/{post_id}'] ?? required.paths['/items/{postId}'])[method];
    expect(operation.responses).toHaveProperty('428');
    expect(parametersOf(operation)['If-Match']).toMatchObject({ required: true });
  });
});

everyDocumentIsValid();
