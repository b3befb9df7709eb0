import { Type } from '@sinclair/typebox';
import { APIView, get, post } from 'express-viewsets';
import { describeApp, everyDocumentIsValid } from '../support/openapi';

const Sku = Type.String({ $id: 'Sku', pattern: '^[A-Z]{3}$' });

class Search extends APIView {
  @get('/search/:sku', {
    params: Type.Object({ sku: Sku }),
    query: Type.Object(
      {
        text: Type.String({ minLength: 2, description: 'What to look for.', examples: ['lamp'] }),
        page: Type.Integer({ minimum: 1, default: 1 }),
        tags: Type.Optional(Type.Array(Type.String(), { maxItems: 3 })),
        order: Type.Optional(Type.Union([Type.Literal('name'), Type.Literal('price')], { deprecated: true })),
      },
      { $id: 'SearchQuery' },
    ),
    headers: Type.Object({
      'X-Tenant': Type.String({ description: 'Whose shop it is.' }),
      'If-None-Match': Type.Optional(Type.String()),
    }),
  })
  search(_params: { sku: string }, _query: object, _headers: object) {}
}

function parametersOf() {
  return describeApp([Search]).paths?.['/search/{sku}']?.get?.parameters;
}

test('path parameters are required, and refer to a named schema', () => {
  expect(parametersOf()?.[0]).toEqual({
    name: 'sku',
    in: 'path',
    required: true,
    schema: { $ref: '#/components/schemas/Sku' },
  });
});

test('path parameters are told from a named object of them, which is no component', () => {
  class Lookup extends APIView {
    @get('/lookup/:id', { params: Type.Object({ id: Type.Integer() }, { $id: 'LookupKey' }) })
    lookup(_params: { id: number }) {}
  }
  const { paths, components } = describeApp([Lookup]);
  expect(paths?.['/lookup/{id}']?.get?.parameters).toMatchObject([
    { name: 'id', schema: { type: 'integer' } },
  ]);
  expect(components?.schemas).not.toHaveProperty('LookupKey');
});

test('query parameters are listed one by one, with what their schemas say', () => {
  expect(parametersOf()?.slice(1, 5)).toEqual([
    {
      name: 'text',
      in: 'query',
      required: true,
      description: 'What to look for.',
      schema: { type: 'string', minLength: 2, examples: ['lamp'] },
    },
    { name: 'page', in: 'query', required: false, schema: { type: 'integer', minimum: 1, default: 1 } },
    {
      name: 'tags',
      in: 'query',
      required: false,
      schema: { type: 'array', items: { type: 'string' }, maxItems: 3 },
    },
    {
      name: 'order',
      in: 'query',
      required: false,
      deprecated: true,
      schema: { type: 'string', enum: ['name', 'price'] },
    },
  ]);
});

test('the object of parameters is not a component, though it has an $id', () => {
  expect(Object.keys(describeApp([Search]).components?.schemas ?? {})).not.toContain('SearchQuery');
});

test('header parameters are listed under the names of the headers', () => {
  expect(parametersOf()?.slice(5)).toEqual([
    {
      name: 'X-Tenant',
      in: 'header',
      required: true,
      description: 'Whose shop it is.',
      schema: { type: 'string' },
    },
    { name: 'If-None-Match', in: 'header', required: false, schema: { type: 'string' } },
  ]);
});

test('an action without parameters has none', () => {
  class Ping extends APIView {
    @post('/ping') ping() {}
  }
  expect(describeApp([Ping]).paths?.['/ping']?.post?.parameters).toEqual([]);
});

everyDocumentIsValid();
