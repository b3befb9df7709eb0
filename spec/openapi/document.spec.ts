import { Type } from '@sinclair/typebox';
import { APIView, buildDocument, get, toYAML, ViewRouter } from 'express-viewsets';
import { parse } from 'yaml';
import { Item, info, itemViewSet } from '../support/app';
import { checked, type Document, describeApp, everyDocumentIsValid } from '../support/openapi';

describe('the head of a document', () => {
  test('what an app says nothing of is plain', () => {
    const { openapi, servers, tags, security } = describeApp([itemViewSet()]);
    expect({ openapi, servers, tags, security }).toEqual({
      openapi: '3.1.1',
      servers: [{ url: '/' }],
      tags: [],
      security: [],
    });
  });

  test('what it says is kept', () => {
    const head = {
      info: {
        ...info,
        summary: 'A shop',
        description: 'Sells items.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: 'https://api.example.com', description: 'Production' }],
      externalDocs: { url: 'https://docs.example.com' },
      webhooks: {
        restocked: { post: { summary: 'Restocked', responses: { 204: { description: 'Taken' } } } },
      },
    };
    expect(describeApp([itemViewSet()], head)).toMatchObject(head);
  });

  test('needs a title and a version', () => {
    expect(() => buildDocument([], { info: { title: 'x' } as never })).toThrow(
      /needs `info` with a title and a version/,
    );
    expect(() => buildDocument([], undefined as never)).toThrow(TypeError);
  });
});

describe('security', () => {
  const bearer = { type: 'http' as const, scheme: 'bearer' };
  class Mixed extends APIView {
    @get('/own', { security: [{ key: ['read'] }] }) own() {}
    @get('/public', { security: [] }) open() {}
    @get('/usual') usual() {}
  }

  test('is what the app says, and what an action says instead', () => {
    const key = { type: 'apiKey' as const, name: 'X-Key', in: 'header' as const };
    const document = describeApp([Mixed], {
      securitySchemes: { bearer, key },
      security: [{ bearer: [] }],
    });
    expect(document.security).toEqual([{ bearer: [] }]);
    expect(document.components?.securitySchemes).toEqual({ bearer, key });
    expect(document.paths?.['/own']?.get?.security).toEqual([{ key: ['read'] }]);
    expect(document.paths?.['/public']?.get?.security).toEqual([]);
    expect(document.paths?.['/usual']?.get).not.toHaveProperty('security');
  });

  test('is what a resource says of each of its actions', () => {
    const View = itemViewSet();
    class Secured extends View {
      static override readonly resource = { ...View.resource, security: [{ bearer: [] }] };
    }
    const { paths } = describeApp([Secured], { securitySchemes: { bearer } });
    expect(paths?.['/']?.get?.security).toEqual([{ bearer: [] }]);
  });

  test('that nothing describes is refused', () => {
    expect(() => describeApp([Mixed])).toThrow(
      'Mixed.own needs the security scheme "key", which is not described',
    );
    expect(() => describeApp([itemViewSet()], { security: [{ bearer: [] }] })).toThrow(
      '`security` needs the security scheme "bearer"',
    );
  });
});

describe('versions', () => {
  const Ref = Type.Object({ a: Type.Integer() }, { $id: 'Ref' });
  const Rich = Type.Object(
    {
      nullable: Type.Union([Type.String(), Type.Null()]),
      nullableEnum: Type.Union([Type.Literal('a'), Type.Literal('b'), Type.Null()]),
      nullableReference: Type.Union([Ref, Type.Null()]),
      nothing: Type.Null(),
      constant: Type.Literal('x'),
      bounded: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
      pair: Type.Tuple([Type.String(), Type.Integer()]),
      map: Type.Record(Type.String(), Type.Integer()),
      codes: Type.Record(Type.String({ pattern: '^[A-Z]$' }), Type.Boolean()),
      sample: Type.String({ examples: ['one', 'two'] }),
      bytes: Type.String({ contentEncoding: 'base64' }),
      either: Type.Unsafe({ type: ['string', 'integer', 'null'] }),
      schema: Type.Object({ items: Type.Literal(1), properties: Type.Null() }),
      none: Type.Optional(Type.Array(Type.Never())),
    },
    { $id: 'Rich' },
  );
  class Riches extends APIView {
    @get('/rich', {
      response: Rich,
      query: Type.Object({ page: Type.Integer({ exclusiveMinimum: 0, default: 1 }) }),
    })
    rich(_query: object) {
      return undefined as never;
    }
  }

  test.each([
    ['3.0', '3.0.4'],
    ['3.1', '3.1.1'],
    ['3.2', '3.2.0'],
  ] as const)('%s is %s', (openapiVersion, openapi) => {
    const webhooks = { done: { post: { summary: 'Done', responses: { 204: { description: 'Taken' } } } } };
    const document = describeApp([Riches, itemViewSet()], {
      openapiVersion,
      webhooks,
      info: { ...info, summary: 'All there is', license: { name: 'MIT', identifier: 'MIT' } },
    });
    expect(document.openapi).toBe(openapi);
    expect('webhooks' in document).toBe(openapiVersion !== '3.0');
    expect('summary' in document.info).toBe(openapiVersion !== '3.0');
  });

  test.each(['3.0', '3.1', '3.2'] as const)(
    'an app without routes has a document of %s',
    (openapiVersion) => {
      expect(describeApp([], { openapiVersion }).paths).toEqual({});
    },
  );

  test('another one is refused', () => {
    expect(() => describeApp([], { openapiVersion: '2.0' as never })).toThrow(
      'The OpenAPI version is "2.0"; it has to be one of 3.0, 3.1, 3.2.',
    );
  });

  test('3.1 has schemas as they are', () => {
    expect(describeApp([Riches]).components?.schemas?.Rich).toMatchObject({
      properties: {
        nullable: { type: ['string', 'null'] },
        nullableReference: { anyOf: [{ $ref: '#/components/schemas/Ref' }, { type: 'null' }] },
        constant: { const: 'x' },
        bounded: { exclusiveMinimum: 0, exclusiveMaximum: 1 },
        pair: { prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false },
      },
    });
  });

  test('3.0 says the same in its older words', () => {
    const document = describeApp([Riches], { openapiVersion: '3.0' });
    const Null = { type: 'string', enum: [null], nullable: true };
    const { properties } = document.components?.schemas?.Rich ?? {};
    expect(properties).toEqual({
      nullable: { type: 'string', nullable: true },
      nullableEnum: { type: 'string', enum: ['a', 'b', null], nullable: true },
      nullableReference: { anyOf: [{ $ref: '#/components/schemas/Ref' }, Null] },
      nothing: Null,
      constant: { type: 'string', enum: ['x'] },
      bounded: {
        type: 'number',
        minimum: 0,
        exclusiveMinimum: true,
        maximum: 1,
        exclusiveMaximum: true,
      },
      pair: {
        type: 'array',
        minItems: 2,
        maxItems: 2,
        items: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
      },
      map: { type: 'object', additionalProperties: { type: 'integer' } },
      codes: { type: 'object', additionalProperties: { type: 'boolean' } },
      sample: { type: 'string', example: 'one' },
      bytes: { type: 'string', format: 'byte' },
      either: { anyOf: [{ type: 'string' }, { type: 'integer' }, Null] },
      schema: {
        type: 'object',
        required: ['items', 'properties'],
        properties: { items: { type: 'number', enum: [1] }, properties: Null },
      },
      none: { type: 'array', items: { not: {} } },
    });
    expect(document.paths?.['/rich']?.get?.parameters).toMatchObject([
      { schema: { type: 'integer', minimum: 0, exclusiveMinimum: true, default: 1 } },
    ]);
  });
});

test('YAML holds the same as JSON, without anchors', () => {
  const document: Document = describeApp([itemViewSet()]);
  const text = toYAML(document);
  expect(parse(text)).toEqual(JSON.parse(JSON.stringify(document)));
  expect(text).not.toMatch(/[&*]a\d/);
});

test('the document of a router needs no app', () => {
  const router = ViewRouter({ prefix: '/items' }).register(itemViewSet());
  const mounted = router.operations.map((operation) => ({ operation, mountPath: '/api' }));
  const document = checked(buildDocument(mounted, { info }));
  expect(Object.keys(document.paths ?? {})).toEqual(['/api/items', '/api/items/{id}']);
  expect(document.components?.schemas?.Item).toMatchObject({ required: Item.required });
});

everyDocumentIsValid();
