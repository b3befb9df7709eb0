import { Type } from '@sinclair/typebox';
import {
  APIError,
  APIView,
  APIViewSet,
  Conflict,
  catchError,
  compose,
  destroy,
  get,
  PartialUpdateMixin,
  post,
  Resource,
  type ResourceOptions,
  RetrieveMixin,
  Throttled,
  Unauthorized,
  View,
} from 'express-viewsets';
import { Item } from '../support/app';
import { type Document, describeApp, everyDocumentIsValid } from '../support/openapi';

const NewItem = Type.Object({ name: Type.String() }, { $id: 'NewItem' });
const key = Type.Object({ id: Type.Integer() });

function itemsOf(options: Partial<ResourceOptions> = {}) {
  return class ItemViewSet extends APIViewSet({ name: 'Item', schema: Item, ...options }) {
    list() {
      return [];
    }
    create(data: any) {
      return data;
    }
    retrieve() {
      return undefined;
    }
    update() {
      return undefined;
    }
    destroy() {}
  };
}

class OutOfStock extends APIError {
  static override readonly status = 409;
  static override readonly type = 'https://shop.example/problems/out-of-stock';
  static override readonly members = Type.Object({
    available: Type.Integer(),
    instead: Type.Optional(Item),
  });
}

/** The operation of a document that has one path. */
function only({ paths }: Document, method: 'get' | 'post' | 'delete') {
  return (Object.values(paths)[0] as any)[method];
}

const json = (name: string) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${name}` } },
});
const shared = (name: string) => ({ $ref: `#/components/responses/${name}` });

describe('bodies', () => {
  test('are required, and refer to the named schema of the input', () => {
    expect(only(describeApp([itemsOf({ create: NewItem })]), 'post')?.requestBody).toEqual({
      required: true,
      content: json('NewItem'),
    });
  });

  test('a partial update takes each property or none', () => {
    const Base = compose(Resource({ name: 'Item', schema: Item }), PartialUpdateMixin, RetrieveMixin);
    class Items extends Base {
      partialUpdate() {
        return undefined;
      }
      retrieve() {
        return undefined;
      }
    }
    const patch = describeApp([Items]).paths?.['/{id}']?.patch;
    const schema = patch?.requestBody?.content?.['application/json']?.schema;
    expect(Object.keys(schema?.properties ?? {})).toEqual(['id', 'name', 'price']);
    expect(schema).not.toHaveProperty('required');
  });

  test('have the media types that the action takes; a suffix is no type of a document', () => {
    class Files extends APIView {
      @post('/files', { body: NewItem, consumes: ['multipart/form-data', 'text/*', 'application/*+xml'] })
      upload(_file: unknown) {}
    }
    const body = only(describeApp([Files]), 'post')?.requestBody;
    expect(Object.keys(body?.content ?? {})).toEqual(['multipart/form-data', 'text/*']);
  });

  test('are absent where an action takes none', () => {
    expect(only(describeApp([itemsOf()]), 'get')).not.toHaveProperty('requestBody');
  });
});

describe('successful answers', () => {
  const answers = (options?: Partial<ResourceOptions>) => {
    const { paths = {} } = describeApp([itemsOf(options)]);
    return {
      list: paths['/']?.get?.responses,
      create: paths['/']?.post?.responses,
      retrieve: paths['/{id}']?.get?.responses,
      update: paths['/{id}']?.put?.responses,
      destroy: paths['/{id}']?.delete?.responses,
    };
  };

  test('have the status and the schema of the action', () => {
    const { list, retrieve, update } = answers();
    const items = { type: 'array', items: { $ref: '#/components/schemas/Item' } };
    expect(list?.[200]).toEqual({
      description: 'OK',
      content: { 'application/json': { schema: items } },
    });
    expect(retrieve?.[200]).toEqual({ description: 'OK', content: json('Item') });
    expect(update?.[200]).toEqual({ description: 'OK', content: json('Item') });
  });

  test('201 has a Location', () => {
    expect(answers().create?.[201]).toMatchObject({
      description: 'Created',
      headers: { Location: { schema: { type: 'string', format: 'uri-reference' } } },
      content: json('Item'),
    });
  });

  test('204 has no content', () => {
    expect(answers().destroy?.[204]).toEqual({ description: 'No Content' });
  });

  test('returnOnCreate: false leaves the Location without content', () => {
    const created = answers({ returnOnCreate: false }).create?.[201];
    expect(Object.keys(created ?? {}).sort()).toEqual(['description', 'headers']);
  });

  test('returnOnUpdate: false answers 204', () => {
    const { update } = answers({ returnOnUpdate: false });
    expect(update?.[204]).toEqual({ description: 'No Content' });
    expect(update).not.toHaveProperty('200');
  });

  test('a status of the action stands with its reason', () => {
    class Jobs extends APIView {
      @post('/jobs', { status: 202, response: Item }) start() {
        return { id: 1, name: 'x', price: 1 };
      }
    }
    expect(only(describeApp([Jobs]), 'post')?.responses[202]).toMatchObject({ description: 'Accepted' });
  });
});

describe('problems', () => {
  test('of a list: what the client does not accept, and the rest', () => {
    const { responses } = only(describeApp([itemsOf()]), 'get') ?? {};
    expect(Object.keys(responses ?? {})).toEqual(['200', '406', 'default']);
  });

  test('of a body: malformed, too large, of another type', () => {
    expect(only(describeApp([itemsOf()]), 'post')?.responses).toMatchObject({
      400: shared('BadRequest'),
      406: shared('NotAcceptable'),
      413: shared('PayloadTooLarge'),
      415: shared('UnsupportedMediaType'),
      default: shared('ProblemDetails'),
    });
  });

  test('of a resource: a key that is malformed or unknown', () => {
    const document = describeApp([itemsOf()]);
    expect(document.paths?.['/{id}']?.delete?.responses).toEqual({
      204: { description: 'No Content' },
      400: shared('BadRequest'),
      404: shared('NotFound'),
      default: shared('ProblemDetails'),
    });
  });

  test('of an action without input and output: none of its own', () => {
    class Ping extends APIView {
      @get('/ping') ping() {}
    }
    expect(Object.keys(only(describeApp([Ping]), 'get')?.responses)).toEqual(['204', 'default']);
  });

  test('are components, as application/problem+json with a constant type, title and status', () => {
    const { components } = describeApp([itemsOf()]);
    expect(components?.responses?.NotFound).toEqual({
      description: 'Not Found',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/NotFound' } } },
    });
    expect(components?.schemas?.NotFound).toMatchObject({
      type: 'object',
      required: ['type', 'title', 'status', 'detail', 'errors'],
      properties: {
        type: { const: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.5.5' },
        title: { const: 'Not Found' },
        status: { const: 404 },
      },
    });
  });

  test('that an action lists are described with members of their own', () => {
    class Orders extends APIView {
      @post('/orders', { errors: [OutOfStock] }) order() {}
    }
    const document = describeApp([Orders]);
    expect(only(document, 'post')?.responses[409]).toEqual(shared('OutOfStock'));
    expect(document.components?.schemas?.OutOfStock).toMatchObject({
      required: ['type', 'title', 'status', 'detail', 'errors', 'available'],
      properties: {
        type: { const: 'https://shop.example/problems/out-of-stock' },
        title: { const: 'Out Of Stock' },
        status: { const: 409 },
        available: { type: 'integer' },
        instead: { $ref: '#/components/schemas/Item' },
      },
    });
  });

  test('of one status are one answer that may be either', () => {
    class Orders extends APIView {
      @post('/orders', { errors: [OutOfStock, Conflict] }) order() {}
    }
    const document = describeApp([Orders]);
    expect(only(document, 'post')?.responses[409]).toEqual({
      description: 'Out Of Stock, or Conflict',
      content: {
        'application/problem+json': {
          schema: {
            anyOf: [{ $ref: '#/components/schemas/OutOfStock' }, { $ref: '#/components/schemas/Conflict' }],
          },
        },
      },
    });
    // The shared answers that nobody refers to are left out.
    expect(Object.keys(document.components?.responses ?? {})).toEqual(['ProblemDetails']);
  });

  test('of the view, of the resource, and those that foreign errors become', () => {
    class RowLocked extends Error {}
    class Orders extends APIView {
      static override readonly errors = [Throttled];
      @catchError(RowLocked, Conflict)
      @catchError(SyntaxError, () => new Conflict())
      @destroy('/orders/:id', { params: key })
      cancel(_key: { id: number }) {}
    }
    expect(Object.keys(only(describeApp([Orders]), 'delete')?.responses)).toEqual([
      '204',
      '400',
      '409',
      '429',
      'default',
    ]);
    const { paths } = describeApp([itemsOf({ errors: [Throttled] })]);
    expect(paths?.['/']?.get?.responses[429]).toEqual(shared('Throttled'));
  });

  test('401 has its WWW-Authenticate header, also beside another', () => {
    class LoggedOut extends APIError {
      static override readonly status = 401;
    }
    class One extends APIView {
      @get('/one', { errors: [Unauthorized] }) one() {}
    }
    class Two extends APIView {
      @get('/two', { errors: [LoggedOut, Unauthorized] }) two() {}
    }
    const headers = { 'WWW-Authenticate': { schema: { type: 'string' }, example: 'Bearer' } };
    const document = describeApp([One, Two]);
    expect(document.components?.responses?.Unauthorized).toMatchObject({ headers });
    expect(document.paths?.['/two']?.get?.responses[401]).toMatchObject({ headers });
  });

  test('of failed checks have the status of the app; what is malformed stays 400', () => {
    const responses = only(describeApp([itemsOf()], { validationStatus: 422 }), 'post')?.responses;
    expect(responses).toMatchObject({ 400: shared('BadRequest'), 422: shared('UnprocessableEntity') });
  });

  test('of a name that a component can not have are spelt in its letters', () => {
    class Größe extends APIError {
      static override readonly status = 409;
    }
    class Orders extends APIView {
      @post('/orders', { errors: [Größe] }) order() {}
    }
    const document = describeApp([Orders]);
    expect(only(document, 'post')?.responses[409]).toEqual(shared('Gr_e'));
    expect(document.components?.schemas).toHaveProperty('Gr_e');
  });

  test('of a plain View are those that it lists', () => {
    class Raw extends View {
      @get('/raw', { errors: [Conflict] }) raw() {}
    }
    expect(Object.keys(only(describeApp([Raw]), 'get')?.responses)).toEqual(['200', '409']);
  });
});

everyDocumentIsValid();
