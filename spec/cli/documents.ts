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
  /** What the old document has, and the new one too. */
  readonly from?: Change;
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

/** From a schema of a property to another. */
const schema = (before: object, after: object, kind: (change: Change) => Case): Case => ({
  ...kind((d) => Object.assign(props(d), { note: after })),
  from: (d) => Object.assign(props(d), { note: before }),
});
const conditional = (condition: object, consequence: object) =>
  Object.fromEntries([
    ['if', condition],
    ['then', consequence],
  ]);
const same = (change: Change): Case => ({ change });
const changes = (change: Change) => both(change, 'breaking changed', 'breaking changed');

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
  'a property is required now': narrows((d) => item(d).required.push('note'), 'property-required'),
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

  // More of parameters, bodies and answers.
  'a parameter is deprecated': {
    change: (d) => Object.assign(list(d).parameters[0], { deprecated: true }),
    harmless: ['deprecated request'],
  },
  'a parameter is deprecated no more': {
    from: (d) => Object.assign(list(d).parameters[0], { deprecated: true }),
    change: (d) => delete list(d).parameters[0].deprecated,
    harmless: ['undeprecated request'],
  },
  'an operation is deprecated no more': {
    from: (d) => Object.assign(list(d), { deprecated: true }),
    change: (d) => delete list(d).deprecated,
    harmless: ['undeprecated'],
  },
  'a header of an answer is deprecated': {
    change: (d) => Object.assign(put(d).responses[200].headers.ETag, { deprecated: true }),
    harmless: ['deprecated response'],
  },
  'a parameter is required now, and has a default': {
    change: (d) =>
      Object.assign(list(d).parameters[0], {
        required: true,
        schema: { type: 'integer', minimum: 1, default: 1 },
      }),
    harmless: ['default-added request'],
  },
  'a required parameter is added that has a default': {
    change: (d) =>
      list(d).parameters.push({ name: 'q', in: 'query', required: true, schema: { default: 1 } }),
    harmless: ['parameter-added request'],
  },
  'a parameter may be empty no more': {
    from: (d) => Object.assign(list(d).parameters[0], { allowEmptyValue: true, allowReserved: false }),
    change: (d) => Object.assign(list(d).parameters[0], { allowEmptyValue: false, allowReserved: true }),
    breaking: ['narrowed request'],
    harmless: ['widened request'],
  },
  'a parameter takes several values': {
    change: (d) => {
      const { schema } = list(d).parameters[0];
      list(d).parameters[0].schema = { type: 'array', items: schema, maxItems: 9 };
    },
    harmless: ['widened request'],
  },
  'a parameter takes several values, and the one no more': {
    change: (d) => {
      const { schema } = list(d).parameters[0];
      list(d).parameters[0].schema = { type: 'array', items: schema, minItems: 2 };
    },
    breaking: ['changed request'],
  },
  'a parameter takes several values in one text': {
    change: (d) => {
      const { schema } = list(d).parameters[0];
      Object.assign(list(d).parameters[0], { explode: false, schema: { type: 'array', items: schema } });
    },
    breaking: ['changed request', 'parameter-style-changed request'],
  },
  'a parameter is JSON now': {
    change: (d) => {
      const [{ schema, ...rest }, ...others] = list(d).parameters;
      list(d).parameters = [{ ...rest, content: { 'application/json': { schema } } }, ...others];
    },
    breaking: ['parameter-style-changed request'],
  },
  'a media type is written in another way': {
    from: (d) => {
      const { content } = put(d).requestBody;
      put(d).requestBody.content = { 'application/json': content['application/json'], 'text/*': {} };
    },
    change: (d) => {
      const { content } = put(d).requestBody;
      put(d).requestBody.content = {
        'Application/JSON;charset=UTF-8': content['application/json'],
        'text/*': {},
      };
    },
  },
  'a media type is within a range now': {
    change: (d) => {
      const { content } = put(d).requestBody;
      put(d).requestBody.content = { 'application/*': content['application/json'] };
    },
    harmless: ['media-type-added request'],
  },
  'parts of a body are encoded in another way': {
    from: (d) => {
      put(d).requestBody.content = { 'multipart/form-data': { schema: { type: 'object' } } };
    },
    change: (d) => {
      put(d).requestBody.content['multipart/form-data'].encoding = { file: { contentType: 'image/png' } };
    },
    breaking: ['encoding-changed request'],
  },
  'a media type is a component, which changes': {
    from: (d) => {
      d.components.mediaTypes = { Items: { schema: { $ref: '#/components/schemas/Problem' } } };
      put(d).responses[404] = { content: { 'application/json': { $ref: '#/components/mediaTypes/Items' } } };
    },
    change: (d) => {
      d.components.mediaTypes.Items = { schema: { type: 'object' } };
    },
    breaking: ['property-removed response'],
  },
  'items of a stream are described as 3.2 does': {
    from: (d) => {
      list(d).responses[200].content = {
        'text/event-stream': { schema: { $ref: '#/components/schemas/Event' } },
      };
    },
    change: (d) => {
      list(d).responses[200].content = {
        'text/event-stream': { itemSchema: { $ref: '#/components/schemas/Event' } },
      };
    },
  },
  'an item of a stream changes': {
    from: (d) => {
      list(d).responses[200].content = {
        'text/event-stream': { itemSchema: { type: 'object', properties: { data: {} } } },
      };
    },
    change: (d) => {
      list(d).responses[200].content['text/event-stream'].itemSchema.properties = {};
    },
    breaking: ['property-removed response'],
  },
  'the data of an event changes': {
    from: (d) => {
      delete props(d).shape;
      d.components.schemas.Event.properties.at = {
        type: 'string',
        contentMediaType: 'application/json',
        contentSchema: { $ref: '#/components/schemas/Circle' },
      };
    },
    change: (d) => delete d.components.schemas.Circle.properties.r,
    breaking: ['property-removed response'],
  },
  'an error is what all others are now': {
    from: (d) => {
      put(d).responses.default = { content: { 'application/problem+json': { schema: { type: 'object' } } } };
    },
    change: (d) => delete put(d).responses[404],
    breaking: ['property-removed response'],
    harmless: ['error-removed response'],
  },
  'a range of statuses is told one by one': {
    from: (d) => {
      put(d).responses = { '2XX': put(d).responses[200] };
    },
    change: (d) => {
      const { content } = put(d).responses['2XX'];
      put(d).responses = { 200: { content }, 201: put(d).responses['2XX'] };
    },
    breaking: ['header-removed response'],
    harmless: ['status-added response', 'status-added response'],
  },
  // More of properties.
  'a property is required now, and has a default': {
    from: (d) => Object.assign(props(d), { level: { type: 'integer', default: 1 } }),
    change: (d) => item(d).required.push('level'),
    harmless: ['property-required response'],
  },
  'a default is new': {
    change: (d) => Object.assign(props(d).name, { default: 'x' }),
    // A required property that has one may be left out.
    harmless: ['default-added request', 'default-added response', 'property-optional request'],
  },
  'a property is deprecated no more': {
    ...both((d) => delete props(d).note.deprecated, 'harmless undeprecated', 'harmless undeprecated'),
    from: (d) => Object.assign(props(d).note, { deprecated: true }),
  },
  'a property named as a member of every object': schema(
    { type: 'object', properties: { constructor: { type: 'string' } } },
    { type: 'object', properties: {} },
    (change) => both(change, 'breaking property-removed', 'breaking property-removed'),
  ),
  // More of schemas.
  'other properties are refused, beside allOf': schema(
    { type: 'object', allOf: [{ $ref: '#/components/schemas/Problem' }] },
    { type: 'object', allOf: [{ $ref: '#/components/schemas/Problem' }], unevaluatedProperties: false },
    (change) => narrows(change, 'properties-closed'),
  ),
  'fewer have to be contained': schema(
    { type: 'array', contains: { type: 'string' }, minContains: 2 },
    { type: 'array', contains: { type: 'string' } },
    widens,
  ),
  'fewer may be contained': schema(
    { type: 'array', contains: { type: 'string' } },
    { type: 'array', contains: { type: 'string' }, maxContains: 2 },
    narrows,
  ),
  'what is contained may be less': schema(
    { type: 'array', contains: { type: 'number' } },
    { type: 'array', contains: { type: 'integer' } },
    narrows,
  ),
  'a multiple of more': schema(
    { type: 'integer', multipleOf: 2 },
    { type: 'integer', multipleOf: 4 },
    narrows,
  ),
  'a multiple of less': schema(
    { type: 'number', multipleOf: 0.2 },
    { type: 'number', multipleOf: 0.1 },
    widens,
  ),
  'another multiple': schema({ type: 'integer', multipleOf: 2 }, { type: 'integer', multipleOf: 3 }, changes),
  'a wider format': schema(
    { type: 'integer', format: 'int32' },
    { type: 'integer', format: 'int64' },
    widens,
  ),
  'a narrower format': schema(
    { type: 'number', format: 'double' },
    { type: 'number', format: 'float' },
    narrows,
  ),
  'another format': schema({ type: 'string', format: 'date' }, { type: 'string', format: 'uri' }, changes),
  'a type more, with what it has': schema(
    { type: 'string' },
    { type: ['string', 'array'], items: { type: 'integer' } },
    widens,
  ),
  anything: schema(
    { type: 'object', properties: { a: { type: 'array', items: { type: 'string' } } } },
    { description: 'whatever it is' },
    widens,
  ),
  nothing: schema({ type: 'string' }, false as unknown as object, narrows),
  'what is refused changes behind a reference': {
    ...changes((d) => Object.assign(d.components.schemas.Circle.properties.r, { type: 'string' })),
    from: (d) => {
      props(d).note = { not: { $ref: '#/components/schemas/Circle' } };
      delete props(d).shape;
    },
  },
  'a condition leads to less': schema(
    conditional({ type: 'string' }, { maxLength: 3 }),
    conditional({ type: 'string' }, { maxLength: 2 }),
    narrows,
  ),
  'a condition is another': schema(
    conditional({ type: 'string' }, { maxLength: 3 }),
    conditional({ minLength: 1 }, { maxLength: 3 }),
    changes,
  ),
  'what hangs on a property is less': schema(
    { type: 'object', dependentSchemas: { a: { maxProperties: 3 } } },
    { type: 'object', dependentSchemas: { a: { maxProperties: 2 } } },
    narrows,
  ),
  'an integer, said twice': schema(
    { allOf: [{ type: 'number' }, { type: 'integer' }] },
    { type: 'integer' },
    same,
  ),
  'anyOf beside oneOf': schema(
    { anyOf: [{ type: 'string' }, { type: 'integer' }], oneOf: [{ maxLength: 3 }, { minLength: 9 }] },
    { anyOf: [{ type: 'string' }, { type: 'integer' }], oneOf: [{ maxLength: 2 }, { minLength: 9 }] },
    narrows,
  ),
  'literals, with a type and without': schema(
    { type: ['string', 'null'], enum: ['a', null, 1] },
    { anyOf: [{ const: 'a' }, { type: 'null' }] },
    same,
  ),
  'alternatives are told apart by a value': {
    ...both(
      (d) => {
        props(d).note.oneOf[0].properties.size = { type: 'integer' };
      },
      'breaking narrowed',
      'harmless narrowed',
    ),
    from: (d) => {
      const one = (kind: string) => ({
        type: 'object',
        properties: { kind: { enum: [kind] }, size: { type: 'number' } },
      });
      props(d).note = { oneOf: [one('a'), one('b')] };
    },
  },
  'alternatives are told apart by another property': schema(
    { oneOf: [{ $ref: '#/components/schemas/Circle' }], discriminator: { propertyName: 'kind' } },
    { oneOf: [{ $ref: '#/components/schemas/Circle' }], discriminator: { propertyName: 'type' } },
    (change) => both(change, 'breaking discriminator-changed', 'breaking discriminator-changed'),
  ),
  'one more may stand for a base': schema(
    {
      type: 'object',
      discriminator: { propertyName: 'kind', mapping: { a: '#/components/schemas/Circle' } },
    },
    {
      type: 'object',
      discriminator: {
        propertyName: 'kind',
        mapping: { a: '#/components/schemas/Circle', b: '#/components/schemas/Square' },
      },
    },
    (change) => widens(change, 'alternative-added'),
  ),
  'what stands for a base changes': {
    ...widens((d) => Object.assign(d.components.schemas.Circle.properties.r, { type: ['number', 'null'] })),
    from: (d) => {
      props(d).note = { type: 'object', discriminator: { propertyName: 'kind', mapping: { a: 'Circle' } } };
      delete props(d).shape;
    },
  },
  'a base that lists its heirs': {
    ...widens((d) =>
      Object.assign(d.components.schemas.Circle.allOf[1].properties.r, { type: ['number', 'null'] }),
    ),
    from: (d) => {
      const { Circle, Square } = d.components.schemas;
      const refs = ['Circle', 'Square'].map((name) => ({ $ref: `#/components/schemas/${name}` }));
      d.components.schemas.Shape = { type: 'object', properties: { kind: { type: 'string' } }, oneOf: refs };
      d.components.schemas.Circle = { allOf: [{ $ref: '#/components/schemas/Shape' }, Circle] };
      d.components.schemas.Square = { allOf: [{ $ref: '#/components/schemas/Shape' }, Square] };
      props(d).shape = { $ref: '#/components/schemas/Shape' };
    },
  },
  'heirs of an heir': {
    ...widens((d) =>
      Object.assign(d.components.schemas.Circle.allOf[1].properties.r, { type: ['number', 'null'] }),
    ),
    from: (d) => {
      const { Circle, Square } = d.components.schemas;
      const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
      d.components.schemas.Shape = { type: 'object', oneOf: [ref('Square')] };
      d.components.schemas.Square = { ...Square, oneOf: [ref('Circle')] };
      d.components.schemas.Circle = { allOf: [ref('Shape'), Circle] };
      props(d).shape = ref('Circle');
    },
  },
  'a recursive property that is described twice': {
    change: (d) => Object.assign(d.components.schemas.Leaf.properties.size, { type: ['number', 'null'] }),
    // Of Leaf, and of Tree, which has all of it.
    breaking: ['widened response', 'widened response'],
    harmless: ['widened request', 'widened request'],
    from: (d) => {
      const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
      const { Leaf, Tree } = {
        Leaf: { type: 'object', properties: { next: ref('Tree'), size: { type: 'number' } } },
        Tree: { allOf: [ref('Leaf'), { properties: { next: ref('Leaf') } }] },
      };
      Object.assign(d.components.schemas, { Leaf, Tree });
      props(d).note = ref('Tree');
    },
  },
  'all components have other names': {
    change: (d) => {
      const text = JSON.stringify(d)
        .replaceAll('#/components/schemas/', '#/components/schemas/My')
        .replace(/"(Item|Circle|Square|Problem|Event)":/g, '"My$1":');
      Object.assign(d, JSON.parse(text));
    },
  },
  // More of security and servers.
  'a security scheme has another flow, and a scope more': {
    from: (d) => {
      d.components.securitySchemes.oauth.flows = {
        implicit: { authorizationUrl: '/a', scopes: { read: 'x' } },
      };
    },
    change: (d) => {
      const { flows } = d.components.securitySchemes.oauth;
      Object.assign(flows.implicit.scopes, { read: 'y', write: 'z' });
      flows.clientCredentials = { tokenUrl: '/t', scopes: {} };
    },
    harmless: ['security-scheme-extended'],
  },
  'a scope of a security scheme is gone': {
    from: (d) => {
      d.components.securitySchemes.oauth.flows = {
        implicit: { authorizationUrl: '/a', scopes: { read: 'x' } },
      };
    },
    change: (d) => {
      d.components.securitySchemes.oauth.flows.implicit.scopes = {};
    },
    breaking: ['security-scheme-changed'],
  },
  'an operation is on another server': {
    change: (d) => Object.assign(d.paths['/items'], { servers: [{ url: 'https://other.example' }] }),
    breaking: ['server-removed'],
    harmless: ['server-added'],
  },
  'a server with variables': {
    from: (d) => {
      d.servers = [
        { url: 'https://{place}.example', variables: { place: { default: 'a', enum: ['a', 'b'] } } },
        { url: 'https://example/{free}', variables: { free: { default: '' } } },
      ];
    },
    change: (d) => {
      d.servers[0] = { url: 'https://a.example' };
      d.servers[1].variables.free.description = 'Anything.';
      d.servers[2] = { url: 'https://c.example' };
    },
    breaking: ['server-removed'],
    harmless: ['server-added'],
  },
};
