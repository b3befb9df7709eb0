import { Type } from '@sinclair/typebox';
import {
  APIView,
  APIViewSet,
  action,
  addFormat,
  compose,
  get,
  ListMixin,
  PartialUpdateMixin,
  post,
  Resource,
  RetrieveMixin,
  View,
  ViewRouter,
  type ViewRouterOptions,
} from 'express-viewsets';
import { Item, itemViewSet } from '../support/app.js';

type Loose = new () => View;

function registering(view: unknown, options: ViewRouterOptions = {}, prefix?: string) {
  return () => ViewRouter(options).register(view as Loose, prefix === undefined ? {} : { prefix });
}

describe('mistakes are refused when a view is registered, with the mend', () => {
  test('something that is no view', () => {
    expect(registering({})).toThrow('register() takes a class of views');
    expect(registering(undefined)).toThrow('register() takes a class of views');
    expect(registering(class Nothing extends View {})).toThrow(/Nothing has no actions.*@get/);
  });

  test('a resource without a name or a schema', () => {
    expect(() => Resource({ schema: Item } as never)).toThrow("needs a name: Resource({ name: 'Item'");
    expect(() => Resource({ name: 'Item' } as never)).toThrow('The resource Item needs a schema');
  });

  test('abstract views: every missing method is named', () => {
    const Partly = class Partly extends (APIViewSet({ name: 'Item', schema: Item }) as unknown as Loose) {
      list() {}
    };
    expect(registering(Partly)).toThrow(
      /Partly lacks the methods of its actions destroy, update, retrieve, create: write destroy\(key\).*update\(key, data\).*static actions = \{/,
    );
  });

  test('an action that adds to nothing', () => {
    class Adding extends APIView {
      static override readonly actions = { list: { summary: 'List' } };
      list() {}
    }
    expect(registering(Adding)).toThrow(/Adding\.list has no HTTP method.*get\(\.\.\.\)/);
  });

  test('path parameters that nobody declares, that stand twice, that are optional, or have no place', () => {
    class Undeclared extends APIView {
      @get('/of/:other') of() {}
    }
    expect(registering(Undeclared)).toThrow(
      /":other", which nothing declares.*params: Type\.Object\(\{ other/,
    );
    expect(registering(itemViewSet(), { prefix: '/:tenant/items' })).toThrow(
      '":tenant", which nothing declares',
    );
    expect(registering(itemViewSet(), { prefix: '/:id' })).toThrow('":id" twice');
    class Optional extends APIView {
      @get('/:a', { params: Type.Object({ a: Type.Optional(Type.String()) }) }) a() {}
    }
    expect(registering(Optional)).toThrow('"a" of Optional.a is optional');
    class Homeless extends APIView {
      @get('/x', { params: Type.Object({ a: Type.String() }) }) a() {}
    }
    expect(registering(Homeless)).toThrow('"a", which its path /x does not have');
  });

  test.each(['/a/{id}', '/a/:id?', '/a/*', '/a/:id(\\d+)', '/a:batch', '/a b'])('the path %s', (path) => {
    class Odd extends View {
      @get(path) odd() {}
    }
    expect(registering(Odd)).toThrow(/a segment is a literal, or a parameter as in "\/:id"/);
  });

  test('a key that the schema does not have', () => {
    const Keyless = class extends compose(
      Resource({ name: 'Note', schema: Type.Object({ text: Type.String() }) }),
      RetrieveMixin,
    ) {
      retrieve() {
        return undefined;
      }
    };
    expect(registering(Keyless)).toThrow(
      /"id" of the resource Note is no property of its schema \(it has: text\)/,
    );
    class Detail extends APIView {
      @action({ method: 'get', detail: true }) x() {}
    }
    expect(registering(Detail)).toThrow('`detail: true`, which needs the key of a resource');
    expect(() => PartialUpdateMixin(Resource({ name: 'S', schema: Type.String() }))).toThrow(
      'give it as `patch`',
    );
  });

  test('two actions on one route, also under other parameter names and in other views', () => {
    class Twice extends View {
      @get('/a/:x') x() {}
      @get('/A/:y') y() {}
    }
    expect(registering(Twice)).toThrow(/Two actions answer GET \/A\/:y: Twice\.x and Twice\.y/);
    expect(registering(Twice, { caseSensitive: true })).not.toThrow();
    const router = ViewRouter();
    router.register(itemViewSet());
    class Other extends View {
      @get('/:name') byName() {}
    }
    expect(() => router.register(Other)).toThrow(/Two actions answer GET \/:name/);
  });

  test('two operations of one id, and nothing of the view is mounted then', () => {
    const router = ViewRouter();
    router.register(itemViewSet(), { prefix: '/a' });
    const before = router.operations.length;
    expect(() => router.register(itemViewSet(), { prefix: '/b' })).toThrow(
      /operation id "list_item": ItemViewSet\.list/,
    );
    expect(router.operations).toHaveLength(before);
  });

  test('operation ids that are no identifiers', () => {
    class Odd extends View {
      @get('/a', { operationId: 'list items' }) a() {}
    }
    expect(registering(Odd)).toThrow(
      'The operation id of Odd.a would be "list items", which is no identifier',
    );
    class Greek extends compose(Resource({ name: 'Αγορά', schema: Item }), ListMixin) {
      list() {
        return [];
      }
    }
    expect(registering(Greek)).toThrow('give the action an `operationId`');
  });

  test('two meanings of one name in the document, and nothing of the view is mounted then', () => {
    const router = ViewRouter();
    router.register(itemViewSet(), { prefix: '/items' });
    const Other = Type.Object({ id: Type.Integer() }, { $id: 'Item' });
    class Others extends compose(Resource({ name: 'Other', schema: Other }), ListMixin) {
      list() {
        return [];
      }
    }
    const before = router.operations.length;
    expect(() => router.register(Others, { prefix: '/others' })).toThrow(
      /component "Item" would have two meanings.*Others\.list/,
    );
    expect(router.operations).toHaveLength(before);
  });

  test('schemas that can not be served', () => {
    const of = (schema: ReturnType<typeof Type.Unsafe>) => {
      const View = class Bad extends compose(
        Resource({ name: 'Bad', schema: Type.Object({ id: Type.Integer(), bad: schema }) }),
        ListMixin,
      ) {
        list() {
          return [];
        }
      };
      return registering(View);
    };
    expect(of(Type.Date() as never)).toThrow(/properties\/bad has the type "Date".*format: 'date-time'/);
    expect(of(Type.Transform(Type.String()).Decode(Number).Encode(String) as never)).toThrow(
      'Type.Transform',
    );
    expect(of(Type.Unsafe({ type: 'string', minLenght: 1 }))).toThrow('unknown keyword "minLenght"');
    expect(of(Type.Unsafe({ type: 'string', minLength: 'x' }))).toThrow(/is no JSON Schema/);
    expect(of(Type.Unsafe({ type: 'object', properties: {}, required: 'name' }))).toThrow(
      /is no JSON Schema/,
    );
    expect(of(Type.String({ format: 'postcode' }) as never)).toThrow(/unknown format "postcode".*addFormat/);
    addFormat('postcode', /^\d{5}$/);
    expect(of(Type.String({ format: 'postcode' }) as never)).not.toThrow();
    expect(() => addFormat('uuid', /x/)).toThrow('There is a format "uuid" already');
  });

  test('schemas and options that have no meaning where they stand', () => {
    class Magic extends View {
      @get('/a', { response: Item }) a() {
        return { id: 1, name: 'a', price: 1 };
      }
    }
    expect(registering(Magic)).toThrow('a View checks nothing: extend APIView');
    class Body extends APIView {
      @get('/a', { body: Item }) a() {}
    }
    expect(registering(Body)).toThrow('is a GET with a body');
    class Status extends APIView {
      @post('/a', { status: 404 }) a() {}
    }
    expect(registering(Status)).toThrow('a success is 200 to 399');
    class Middleware extends APIView {
      @get('/a', { use: [(_e: unknown, _q: unknown, _s: unknown, _n: unknown) => undefined] as never }) a() {}
    }
    expect(registering(Middleware)).toThrow('an error handler (four parameters)');
    class Errors extends APIView {
      @get('/a', { errors: [Error as never] }) a() {}
    }
    expect(registering(Errors)).toThrow('no subclass of APIError');
    class Query extends APIView {
      @get('/a', { query: Type.Object({ o: Type.Object({}) }) }) a() {}
    }
    expect(registering(Query)).toThrow('The query parameter "o" of Query.a is an object');
  });

  test('a body limit that is none', () => {
    for (const bodyLimit of ['1mb', -1, 0, Number.NaN, 1.5]) {
      expect(() => ViewRouter({ bodyLimit: bodyLimit as number })).toThrow('number of bytes');
    }
  });
});
