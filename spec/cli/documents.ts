type Change = (document: any) => void;

/** One operation that takes and answers an item, and one that lists them. */
export function baseDocument(): any {
  return {
    openapi: '3.1.1',
    info: { title: 'Items', version: '1' },
    paths: {
      '/items': {
        get: {
          operationId: 'list_item',
          parameters: [
            { name: 'page', in: 'query', required: false, schema: { type: 'integer', minimum: 1 } },
            { name: 'X-Tenant', in: 'header', required: false, schema: { type: 'string' } },
          ],
          responses: {
            200: {
              description: 'OK',
              content: {
                'application/json': {
                  schema: { type: 'array', items: { $ref: '#/components/schemas/Item' } },
                },
              },
            },
          },
        },
      },
      '/items/{id}': {
        put: {
          operationId: 'update_item',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } },
          },
          responses: {
            200: {
              description: 'OK',
              headers: { ETag: { schema: { type: 'string' } } },
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } },
            },
            404: { $ref: '#/components/responses/NotFound' },
          },
        },
      },
    },
    webhooks: {
      changed: {
        post: {
          requestBody: {
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Event' } } },
          },
          responses: { 204: { description: 'No Content' } },
        },
      },
    },
    components: {
      responses: {
        NotFound: {
          description: 'Not Found',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        oauth: { type: 'oauth2', flows: {} },
      },
      schemas: {
        Item: {
          type: 'object',
          required: ['id', 'name', 'kind'],
          properties: {
            id: { type: 'integer', readOnly: true },
            name: { type: 'string', minLength: 1, maxLength: 100 },
            kind: { enum: ['a', 'b'] },
            price: { type: 'number', minimum: 0, default: 1 },
            note: { type: ['string', 'null'] },
            secret: { type: 'string', writeOnly: true },
            parts: { type: 'array', maxItems: 10, items: { $ref: '#/components/schemas/Item' } },
            shape: {
              oneOf: [{ $ref: '#/components/schemas/Circle' }, { $ref: '#/components/schemas/Square' }],
            },
          },
        },
        Circle: { type: 'object', properties: { kind: { const: 'circle' }, r: { type: 'number' } } },
        Square: { type: 'object', properties: { kind: { const: 'square' }, side: { type: 'number' } } },
        Problem: { type: 'object', properties: { status: { type: 'integer' } } },
        Event: { type: 'object', required: ['at'], properties: { at: { type: 'string' } } },
      },
    },
  };
}

const list = (document: any) => document.paths['/items'].get;
const put = (document: any) => document.paths['/items/{id}'].put;
const item = (document: any) => document.components.schemas.Item;
const props = (document: any) => item(document).properties;

/** `request` and `response` are what the change of a schema is for either. */
interface Case {
  readonly change: Change;
  readonly breaking?: readonly string[];
  readonly harmless?: readonly string[];
}

const both = (change: Change, request: string, response: string): Case => {
  const [level, rule] = request.split(' ') as [string, string];
  const [other, otherRule] = response.split(' ') as [string, string];
  const rules = (wanted: string) =>
    [level === wanted && `${rule} request`, other === wanted && `${otherRule} response`].filter(
      (one): one is string => typeof one === 'string',
    );
  return { change, breaking: rules('breaking'), harmless: rules('harmless') };
};

const narrows = (change: Change, rule = 'narrowed') => both(change, `breaking ${rule}`, `harmless ${rule}`);
const widens = (change: Change, rule = 'widened') => both(change, `harmless ${rule}`, `breaking ${rule}`);

/** What each change is told as. */
export const cases: Readonly<Record<string, Case>> = {
  // Operations.
  'a path is removed': { change: (d) => delete d.paths['/items'], breaking: ['operation-removed'] },
  'an operation is removed': {
    change: (d) => delete d.paths['/items/{id}'].put,
    breaking: ['operation-removed'],
  },
  'an operation is added': {
    change: (d) => Object.assign(d.paths['/items'], { post: { responses: {} } }),
    harmless: ['operation-added'],
  },
  'an operation id changes': {
    change: (d) => Object.assign(list(d), { operationId: 'items' }),
    breaking: ['operation-id-changed'],
  },
  'an operation is deprecated': {
    change: (d) => Object.assign(list(d), { deprecated: true }),
    harmless: ['deprecated'],
  },
  'words change': {
    change: (d) => Object.assign(list(d), { summary: 'x', description: 'y', tags: ['z'] }),
  },
  'a parameter of the path has another name': {
    change: (d) => {
      d.paths['/items/{key}'] = d.paths['/items/{id}'];
      delete d.paths['/items/{id}'];
      put(
        Object.assign(d, { paths: { ...d.paths, '/items/{id}': d.paths['/items/{key}'] } }),
      ).parameters[0].name = 'key';
      delete d.paths['/items/{id}'];
    },
    harmless: ['path-parameter-renamed request'],
  },
  // Parameters.
  'a parameter is removed': {
    change: (d) => list(d).parameters.shift(),
    breaking: ['parameter-removed request'],
  },
  'an optional parameter is added': {
    change: (d) => list(d).parameters.push({ name: 'q', in: 'query', schema: {} }),
    harmless: ['parameter-added request'],
  },
  'a required parameter is added': {
    change: (d) => list(d).parameters.push({ name: 'q', in: 'query', required: true, schema: {} }),
    breaking: ['required-parameter-added request'],
  },
  'a required parameter is added to the path item': {
    change: (d) =>
      Object.assign(d.paths['/items'], { parameters: [{ name: 'q', in: 'query', required: true }] }),
    breaking: ['required-parameter-added request'],
  },
  'a parameter is required now': {
    change: (d) => Object.assign(list(d).parameters[0], { required: true }),
    breaking: ['parameter-required request'],
  },
  'the limit of a parameter rises': {
    change: (d) => Object.assign(list(d).parameters[0].schema, { minimum: 2 }),
    breaking: ['narrowed request'],
  },
  'the type of a parameter is wider': {
    change: (d) => Object.assign(list(d).parameters[0].schema, { type: 'number' }),
    harmless: ['widened request'],
  },
  'a parameter has another style': {
    change: (d) => Object.assign(list(d).parameters[0], { explode: false }),
    breaking: ['parameter-style-changed request'],
  },
  'the name of a header in another case': {
    change: (d) => Object.assign(list(d).parameters[1], { name: 'x-tenant' }),
  },
  // Bodies and answers.
  'a required body is added': {
    change: (d) => Object.assign(list(d), { requestBody: { required: true, content: {} } }),
    breaking: ['required-body-added request'],
  },
  'an optional body is added': {
    change: (d) => Object.assign(list(d), { requestBody: { content: {} } }),
    harmless: ['body-added request'],
  },
  'a body is removed': { change: (d) => delete put(d).requestBody, breaking: ['body-removed request'] },
  'a body is optional now': {
    change: (d) => delete put(d).requestBody.required,
    harmless: ['body-optional request'],
  },
  'a media type of the body is gone': {
    change: (d) => Object.assign(put(d).requestBody, { content: {} }),
    breaking: ['media-type-removed request'],
  },
  'a media type of an answer is new': {
    change: (d) => Object.assign(put(d).responses[200].content, { 'text/csv': {} }),
    harmless: ['media-type-added response'],
  },
  'a success is another status': {
    change: (d) => {
      put(d).responses[202] = put(d).responses[200];
      delete put(d).responses[200];
    },
    breaking: ['success-removed response'],
    harmless: ['status-added response'],
  },
  'an error is gone': { change: (d) => delete put(d).responses[404], harmless: ['error-removed response'] },
  'an error is within a range now': {
    change: (d) => {
      put(d).responses['4XX'] = put(d).responses[404];
      delete put(d).responses[404];
    },
    harmless: ['status-added response'],
  },
  'an answer that is shared changes': {
    change: (d) => delete d.components.schemas.Problem.properties.status,
    breaking: ['property-removed response'],
  },
  'a header of an answer is gone': {
    change: (d) => delete put(d).responses[200].headers,
    breaking: ['header-removed response'],
  },
  // Properties.
  'a property is removed': both(
    (d) => delete props(d).price,
    'breaking property-removed',
    'breaking property-removed',
  ),
  'an optional property is added': both(
    (d) => Object.assign(props(d), { more: {} }),
    'harmless property-added',
    'harmless property-added',
  ),
  'a required property is added': both(
    (d) => {
      props(d).more = { type: 'string' };
      item(d).required.push('more');
    },
    'breaking required-property-added',
    'harmless required-property-added',
  ),
  'a property is required now': narrows((d) => item(d).required.push('price'), 'property-required'),
  'a property is optional now': widens((d) => item(d).required.splice(1, 1), 'property-optional'),
  'a property of answers only is removed': {
    change: (d) => {
      delete props(d).id;
      item(d).required.shift();
    },
    breaking: ['property-removed response'],
  },
  'a property of requests only is removed': {
    change: (d) => delete props(d).secret,
    breaking: ['property-removed request'],
  },
  'a property is for answers only now': {
    change: (d) => Object.assign(props(d).note, { readOnly: true }),
    breaking: ['property-removed request'],
  },
  'a property is deprecated': both(
    (d) => Object.assign(props(d).note, { deprecated: true }),
    'harmless deprecated',
    'harmless deprecated',
  ),
  'a default changes': narrows((d) => Object.assign(props(d).price, { default: 2 }), 'default-changed'),
  'other properties are refused': narrows(
    (d) => Object.assign(item(d), { additionalProperties: false }),
    'properties-closed',
  ),
  // Schemas.
  'another type': both(
    (d) => Object.assign(props(d).name, { type: 'integer' }),
    'breaking changed',
    'breaking changed',
  ),
  'a narrower type': narrows((d) => Object.assign(props(d).price, { type: 'integer' })),
  'no null any more': narrows((d) => Object.assign(props(d).note, { type: 'string' })),
  'null, too': widens((d) => Object.assign(props(d).name, { type: ['string', 'null'] })),
  'null, too, as a union': widens((d) => {
    props(d).name = { anyOf: [props(d).name, { type: 'null' }] };
  }, 'alternative-added'),
  'the same type as a union': {
    change: (d) => {
      props(d).note = { anyOf: [{ type: 'null' }, { type: 'string' }] };
    },
  },
  'a value less': narrows((d) => props(d).kind.enum.pop()),
  'a value more': widens((d) => props(d).kind.enum.push('c')),
  'the same values as a union of literals': {
    change: (d) => {
      props(d).kind = { anyOf: [{ const: 'b' }, { const: 'a' }] };
    },
  },
  'a tighter limit': narrows((d) => Object.assign(props(d).name, { maxLength: 50 })),
  'a looser limit': widens((d) => delete props(d).name.minLength),
  'a limit that is excluded now': narrows((d) => {
    delete props(d).price.minimum;
    props(d).price.exclusiveMinimum = 0;
  }),
  'a limit of a list': widens((d) => Object.assign(props(d).parts, { maxItems: 20 })),
  'a pattern is new': narrows((d) => Object.assign(props(d).name, { pattern: '^x' })),
  'a format is gone, that of another is another': {
    change: (d) => {
      d.components.schemas.Event.properties.at.format = 'date-time';
    },
    harmless: ['narrowed response'],
  },
  'an alternative is gone': narrows((d) => props(d).shape.oneOf.pop(), 'alternative-removed'),
  'an alternative is new': widens(
    (d) => props(d).shape.oneOf.push({ $ref: '#/components/schemas/Problem' }),
    'alternative-added',
  ),
  'an alternative changes': widens((d) =>
    Object.assign(d.components.schemas.Circle.properties.r, { type: ['number', 'null'] }),
  ),
  'the same, composed': {
    change: (d) => {
      const { name, ...others } = props(d);
      item(d).properties = others;
      item(d).allOf = [{ type: 'object', required: ['name'], properties: { name } }];
    },
  },
  'a component has another name': {
    change: (d) => {
      d.components.schemas.Thing = item(d);
      const text = JSON.stringify(d).replaceAll('schemas/Item"', 'schemas/Thing"');
      Object.assign(d, JSON.parse(text));
      delete d.components.schemas.Item;
    },
  },
  // What is sent to clients by webhooks is as an answer.
  // It is required still, and may be anything now.
  'a webhook sends something else': {
    change: (d) => delete d.components.schemas.Event.properties.at,
    breaking: ['widened response'],
  },
  'a webhook promises less': {
    change: (d) => delete d.components.schemas.Event.required,
    breaking: ['property-optional response'],
  },
  // Security and servers.
  'security is added': {
    change: (d) => Object.assign(d, { security: [{ bearer: [] }] }),
    breaking: ['security-added', 'security-added', 'security-added'],
  },
  'security is added that may be left out': {
    change: (d) => Object.assign(list(d), { security: [{ bearer: [] }, {}] }),
    harmless: ['security-removed'],
  },
  'a security scheme is another': {
    change: (d) => Object.assign(d.components.securitySchemes.bearer, { scheme: 'basic' }),
    breaking: ['security-scheme-changed'],
  },
  'a server is another': {
    change: (d) => Object.assign(d, { servers: [{ url: '/v2' }] }),
    breaking: ['server-removed'],
    harmless: ['server-added'],
  },
};
