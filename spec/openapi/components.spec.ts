import { type TSchema, Type } from '@sinclair/typebox';
import express from 'express';
import {
  APIError,
  APIView,
  APIViewSet,
  configureApp,
  get,
  post,
  ReadOnlyAPIViewSet,
  ViewRouter,
} from 'express-viewsets';
import { ComponentNames } from '../../lib/component-names';
import { operationsOf } from '../../lib/operation';
import { Item, info } from '../support/app';
import { describeApp, everyDocumentIsValid } from '../support/openapi';

/** A view that takes one schema as its body. */
function taking(body: TSchema, path = '/take') {
  return class Taking extends APIView {
    static override readonly actions = { take: { method: 'post', path, body } } as const;
    take(_body: unknown) {}
  };
}

function schemasOf(...views: Parameters<typeof describeApp>[0]) {
  return describeApp(views).components?.schemas ?? {};
}

describe('named schemas', () => {
  test('stand once, however often they are used', () => {
    const Line = Type.Object({ item: Item, also: Type.Array(Item) }, { $id: 'Line' });
    const schemas = schemasOf(taking(Line), taking(Type.Object({ item: Item }), '/other'));
    expect(schemas.Line).toMatchObject({
      properties: {
        item: { $ref: '#/components/schemas/Item' },
        also: { type: 'array', items: { $ref: '#/components/schemas/Item' } },
      },
    });
    expect(schemas.Item).toMatchObject({ type: 'object' });
    expect(schemas.Item).not.toHaveProperty('$id');
  });

  test('that read the same are one, as where a module is loaded twice', () => {
    const copy = () => Type.Object({ a: Type.String() }, { $id: 'Copy' });
    expect(schemasOf(taking(copy()), taking(copy(), '/other'))).toHaveProperty('Copy');
  });

  test('may be recursive, with an $id or without', () => {
    const Tree = Type.Recursive((This) => Type.Object({ children: Type.Array(This) }), { $id: 'Tree' });
    const nameless = Type.Recursive((This) => Type.Object({ next: Type.Optional(This) }));
    class List extends APIView {
      @post('/list', { body: Type.Object({ head: nameless }) }) take(_body: object) {}
    }
    const schemas = schemasOf(taking(Tree), List);
    expect(schemas.Tree).toMatchObject({
      properties: { children: { items: { $ref: '#/components/schemas/Tree' } } },
    });
    expect(schemas.ListHead).toMatchObject({
      properties: { next: { $ref: '#/components/schemas/ListHead' } },
    });
  });

  test('keep the discriminator of a union', () => {
    const Cat = Type.Object({ kind: Type.Literal('Cat'), lives: Type.Integer() }, { $id: 'Cat' });
    const Dog = Type.Object({ kind: Type.Literal('Dog') }, { $id: 'Dog' });
    const Pet = Type.Union([Cat, Dog], { $id: 'Pet', discriminator: { propertyName: 'kind' } });
    expect(schemasOf(taking(Pet)).Pet).toEqual({
      anyOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
      discriminator: { propertyName: 'kind' },
    });
  });

  test('keep what is written for people', () => {
    const Note = Type.Object(
      { text: Type.String({ examples: ['Buy milk'], description: 'What to remember.', title: 'Text' }) },
      { $id: 'Note', description: 'A note.', examples: [{ text: 'Buy milk' }], 'x-owner': 'team-a' },
    );
    expect(schemasOf(taking(Note)).Note).toEqual({
      type: 'object',
      description: 'A note.',
      examples: [{ text: 'Buy milk' }],
      'x-owner': 'team-a',
      required: ['text'],
      properties: {
        text: {
          type: 'string',
          title: 'Text',
          description: 'What to remember.',
          examples: ['Buy milk'],
        },
      },
    });
  });

  test('say what only the server, and what only the client writes', () => {
    const Account = Type.Object(
      { id: Type.Integer({ readOnly: true }), password: Type.String({ writeOnly: true }) },
      { $id: 'Account' },
    );
    expect(schemasOf(taking(Account)).Account).toMatchObject({
      properties: { id: { readOnly: true }, password: { writeOnly: true } },
    });
  });
});

describe('snake_case over camelCase', () => {
  const Price = Type.Object({ amount: Type.Integer(), currency: Type.String() }, { $id: 'Price' });
  const Offer = Type.Object(
    { offerId: Type.String({ $id: 'OfferId' }), unitPrice: Price, validUntil: Type.Optional(Type.String()) },
    { $id: 'Offer' },
  );
  class Offers extends ReadOnlyAPIViewSet({
    name: 'Offer',
    schema: Offer,
    key: 'offerId',
    naming: 'snake_case',
    query: Type.Object({ validOn: Type.Optional(Type.String()) }),
  }) {
    list(_query: object) {
      return [];
    }
    retrieve() {
      return undefined;
    }
    @get('/top', { headers: Type.Object({ 'X-Request-Id': Type.String() }) }) top(_headers: object) {}
  }

  test('names properties and query parameters', () => {
    const document = describeApp([Offers]);
    expect(document.components?.schemas?.Offer).toMatchObject({
      required: ['offer_id', 'unit_price'],
      properties: { offer_id: {}, unit_price: { $ref: '#/components/schemas/Price' }, valid_until: {} },
    });
    expect(document.paths?.['/']?.get?.parameters).toMatchObject([{ name: 'valid_on', in: 'query' }]);
  });

  test('leaves headers as they are called', () => {
    const [header] = describeApp([Offers]).paths?.['/top']?.get?.parameters ?? [];
    expect(header).toMatchObject({ name: 'X-Request-Id', in: 'header' });
  });

  test('shares a schema whose names are the same either way', () => {
    expect(schemasOf(Offers, taking(Price)).Price).toMatchObject({
      properties: { amount: {}, currency: {} },
    });
  });

  test('refuses one whose names would differ', () => {
    expect(() => schemasOf(Offers, taking(Offer))).toThrow(/"Offer"/);
  });
});

describe('a name with two meanings', () => {
  const Other = Type.Object({ other: Type.Boolean() }, { $id: 'Item' });
  class Items extends APIViewSet({ name: 'Item', schema: Item }) {
    list() {
      return [];
    }
    create(item: any) {
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
  function failing(kind: typeof APIError) {
    return class Failing extends APIView {
      static override readonly actions = { fail: { method: 'get', path: '/fail', errors: [kind] } } as const;
      fail() {}
    };
  }
  const gone = (detail: string) =>
    class Gone extends APIError {
      static override readonly status = 410;
      static override readonly type = `https://shop.example/${detail}`;
    };

  /** What a router asks when views are registered, one after the other. */
  function register(...views: Parameters<typeof operationsOf>[0][]) {
    const names = new ComponentNames();
    for (const view of views) names.add(operationsOf(view));
    return names;
  }

  test('two schemas of one $id are refused, with both places', () => {
    expect(() => register(Items, taking(Other))).toThrow(
      'The component "Item" would have two meanings in the document: a schema of Items.list and ' +
        'a schema of Taking.take differ. The name is the $id of a schema, or the name of an error class: give one of them another.',
    );
  });

  test('two error classes of one name are refused', () => {
    expect(() => register(failing(gone('a')), failing(gone('b')))).toThrow(
      /"Gone" .* an error of Failing.fail and an error of Failing.fail differ/,
    );
    expect(() => register(failing(gone('a')), failing(gone('a')))).not.toThrow();
  });

  test('a schema and an error of one name are refused', () => {
    const NotFound = Type.Object({ a: Type.String() }, { $id: 'NotFound' });
    expect(() => register(Items, taking(NotFound))).toThrow(/"NotFound" would have two meanings/);
    const Fault = Type.Object({ a: Type.String() }, { $id: 'ProblemFault' });
    expect(() => register(taking(Fault))).toThrow(/"ProblemFault" .* the schema of every problem/);
  });

  test('an error class without a name is refused', () => {
    const nameless = (() => class extends APIError {})();
    expect(() => register(failing(nameless))).toThrow('An error of Failing.fail is a class without a name');
  });

  test('a view that is refused leaves no names behind', () => {
    const First = Type.Object({ a: Type.String() }, { $id: 'First' });
    const names = register(Items);
    expect(() => names.add(operationsOf(taking(Type.Array(Type.Union([First, Other])))))).toThrow(/"Item"/);
    const Second = Type.Object({ b: Type.String() }, { $id: 'First' });
    expect(() => names.add(operationsOf(taking(Second)))).not.toThrow();
  });

  test('hidden actions have no names', () => {
    class Hidden extends APIView {
      @post('/hidden', { body: Other, hidden: true }) take(_body: object) {}
    }
    expect(() => register(Items, Hidden)).not.toThrow();
  });

  test('views of two routers are refused when the app is configured', () => {
    const app = express();
    app.use(ViewRouter().register(Items), ViewRouter().register(taking(Other)));
    expect(() => configureApp(app, { info })).toThrow(/"Item"/);
    expect(() => configureApp(app, { info, openapi: false })).not.toThrow();
  });
});

everyDocumentIsValid();
