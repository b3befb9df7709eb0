import { Type } from '@sinclair/typebox';
import {
  type ActionOptions,
  APIView,
  action,
  actionsOf,
  Conflict,
  catchError,
  compose,
  destroy,
  Forbidden,
  get,
  ListMixin,
  NotFound,
  patch,
  post,
  put,
  Resource,
  throws,
  View,
  type ViewClass,
} from 'express-viewsets';

const Item = Type.Object({ id: Type.String() });
class RowLocked extends Error {}
class Deadlock extends Error {}

const only = (view: ViewClass): ActionOptions | undefined => {
  const actions = actionsOf(view);
  expect(actions.size).toBe(1);
  return [...actions.values()][0];
};

describe('decorators', () => {
  test.each([
    ['get', get, 'get'],
    ['post', post, 'post'],
    ['put', put, 'put'],
    ['patch', patch, 'patch'],
    ['destroy', destroy, 'delete'],
  ] as const)('@%s says its method, with a path, options, both or neither', (_name, factory, method) => {
    const decorator = factory as typeof get;
    class Made extends APIView {
      @decorator() a() {}
      @decorator('/b') b() {}
      @decorator({ summary: 'c' }) c() {}
      @decorator('/d', { summary: 'd' }) d() {}
    }
    expect(Object.fromEntries(actionsOf(Made))).toEqual({
      a: { method },
      b: { method, path: '/b' },
      c: { method, summary: 'c' },
      d: { method, path: '/d', summary: 'd' },
    });
  });

  test('a method of HTTP in the options of @get does not win', () => {
    const options = { method: 'post' } as ActionOptions;
    expect(get('/a', options).spec).toEqual({ method: 'get', path: '/a' });
    expect(get(options).spec).toEqual({ method: 'get' });
  });

  test('leave the method as it is', () => {
    class Same extends APIView {
      @get() ping() {
        return undefined;
      }
    }
    expect(new Same().ping()).toBeUndefined();
    expect(Same.prototype.ping.name).toBe('ping');
  });

  describe('merge, in whatever order they stand', () => {
    const decorators = {
      action: post('/publish', { detail: true, errors: [Forbidden], tags: ['a'] }),
      throws: throws(NotFound, Conflict),
      catches: catchError(RowLocked, Conflict),
      catchesMore: catchError(Deadlock, Conflict),
    };
    const orders = permutations(Object.entries(decorators));

    test.each(orders.map((order) => [order.map(([name]) => name).join(', '), order] as const))(
      '%s',
      (_names, order) => {
        class Publish extends View {
          publish() {}
        }
        const descriptor = Object.getOwnPropertyDescriptor(
          Publish.prototype,
          'publish',
        ) as PropertyDescriptor;
        for (const [, decorate] of order) {
          (decorate as (...args: unknown[]) => void)(Publish.prototype, 'publish', descriptor);
        }
        const spec = only(Publish) as ActionOptions;
        expect(spec).toMatchObject({ method: 'post', path: '/publish', detail: true, tags: ['a'] });
        expect(new Set(spec.errors)).toEqual(new Set([Forbidden, NotFound, Conflict]));
        expect(spec.errors).toHaveLength(3);
        expect(new Set(spec.raises?.map(([kind]) => kind))).toEqual(new Set([RowLocked, Deadlock]));
      },
    );

    test('of single values the upper one wins, and lists are joined without doubles', () => {
      class Two extends APIView {
        @action({ method: 'put', path: '/upper', tags: ['a', 'b'], summary: 'upper' })
        @action({ method: 'post', path: '/lower', tags: ['b', 'c'], deprecated: true })
        both() {}
      }
      expect(only(Two)).toEqual({
        method: 'put',
        path: '/upper',
        tags: ['b', 'c', 'a'],
        summary: 'upper',
        deprecated: true,
      });
    });

    test('what stands on one method does not leak to another that shares a decorator', () => {
      const shared = get('/shared', { tags: ['shared'] });
      class Two extends APIView {
        @shared @throws(Conflict) one() {}
        @shared two() {}
      }
      expect(actionsOf(Two).get('one')).toEqual({ ...shared.spec, errors: [Conflict] });
      expect(actionsOf(Two).get('two')).toEqual(shared.spec);
      expect(shared.spec).toEqual({ method: 'get', path: '/shared', tags: ['shared'] });
    });
  });

  test('@catchError keeps the function that writes the problem', () => {
    const write = () => new Conflict('Try again.');
    class Locked extends View {
      @catchError(RowLocked, write) @get() a() {}
    }
    expect(only(Locked)?.raises).toEqual([[RowLocked, write]]);
  });
});

describe('decorators of experimentalDecorators', () => {
  test('are called with a target, a key and a descriptor', () => {
    class Legacy extends View {
      stats() {}
    }
    const descriptor = Object.getOwnPropertyDescriptor(Legacy.prototype, 'stats') as PropertyDescriptor;
    expect(get('/stats', { summary: 'a' })(Legacy.prototype, 'stats', descriptor)).toBeUndefined();
    expect(throws(Conflict)(Legacy.prototype, 'stats', descriptor)).toBeUndefined();
    expect(only(Legacy)).toEqual({ method: 'get', path: '/stats', summary: 'a', errors: [Conflict] });
  });
});

describe('misuse is a TypeError that says how it is done', () => {
  type Loose = (...args: unknown[]) => unknown;
  const decorate = get('/a') as unknown as Loose;
  const method = () => {};
  const descriptor = { value: method };
  const context = { kind: 'method', name: 'a', static: false, private: false };

  test.each<[string, unknown[]]>([
    ['a class', [class {}, { kind: 'class', name: 'A' }]],
    ['a class, legacy', [class {}]],
    ['a field', [undefined, { kind: 'field', name: 'a', static: false, private: false }]],
    ['a field, legacy', [{}, 'a', undefined]],
    ['a getter', [method, { ...context, kind: 'getter' }]],
    ['a getter, legacy', [{}, 'a', { get: method }]],
    [
      'an accessor',
      [
        { get: method, set: method },
        { ...context, kind: 'accessor' },
      ],
    ],
    ['a static method', [method, { ...context, static: true }]],
    ['a static method, legacy', [class {}, 'a', descriptor]],
    ['a private method', [method, { ...context, name: '#a', private: true }]],
    ['a method named by a symbol', [method, { ...context, name: Symbol('a') }]],
    ['a method named by a symbol, legacy', [{}, Symbol('a'), descriptor]],
    ['no method at all', []],
  ])('on %s', (_what, args) => {
    expect(() => decorate(...args)).toThrow(
      new TypeError(
        "An action decorator stands on a public method of instances, as in `@get('/stats') stats() {}`.",
      ),
    );
  });

  test('without parentheses it would replace the method', () => {
    const message = /is called before it stands on a method: write `@get\(\)`/;
    expect(() => (get as unknown as Loose)(method, context)).toThrow(message);
    expect(() => (action as unknown as Loose)(method, context)).toThrow(message);
    expect(() => (action as unknown as Loose)(undefined)).toThrow(message);
  });

  test.each([undefined, true, 'get', 1, () => {}])('a row that is %p', (row) => {
    class Rows extends View {
      static override readonly actions = { stats: row } as never;
    }
    expect(() => actionsOf(Rows)).toThrow(
      new TypeError(
        "Rows.actions.stats is no action: write get(...), { summary: '...' }, or null to opt out of one.",
      ),
    );
  });
});

describe('static actions', () => {
  test('are decorators or plain rows', () => {
    class Rows extends View {
      static override readonly actions = {
        a: get('/a', { summary: 'A' }),
        b: { method: 'post', path: '/b' },
        c: throws(NotFound),
      } as const;
    }
    expect(Object.fromEntries(actionsOf(Rows))).toEqual({
      a: { method: 'get', path: '/a', summary: 'A' },
      b: { method: 'post', path: '/b' },
      c: { errors: [NotFound] },
    });
  });

  test('merge on top of the decorator of the same class', () => {
    class Both extends APIView {
      static override readonly actions = { a: { summary: 'row', errors: [Conflict] } };
      @get('/a', { summary: 'decorator', errors: [NotFound] }) a() {}
    }
    expect(only(Both)).toEqual({ method: 'get', path: '/a', summary: 'row', errors: [NotFound, Conflict] });
  });

  test('a view without actions has none', () => {
    expect(actionsOf(View).size).toBe(0);
    expect(actionsOf(class extends APIView {}).size).toBe(0);
    expect(
      actionsOf(
        class extends View {
          static override readonly actions = undefined as never;
        },
      ).size,
    ).toBe(0);
  });
});

describe('inheritance', () => {
  class Base extends APIView {
    static override readonly actions: ViewClass['actions'] = { row: get('/row', { tags: ['base'] }) };
    @get('/decorated', { errors: [NotFound] }) decorated() {}
    row() {}
  }

  test('a subclass has the actions of its base, base first', () => {
    class Sub extends Base {
      @post() more() {}
    }
    expect([...actionsOf(Sub).keys()]).toEqual(['decorated', 'row', 'more']);
    expect([...actionsOf(Base).keys()]).toEqual(['decorated', 'row']);
  });

  test('a method that is overridden keeps its decorator', () => {
    class Sub extends Base {
      override decorated() {}
    }
    expect(actionsOf(Sub).get('decorated')).toEqual(actionsOf(Base).get('decorated'));
  });

  test('one that is decorated again merges into it, and the base stays as it was', () => {
    class Sub extends Base {
      @throws(Conflict) override decorated() {}
      @get('/other', { tags: ['sub'] }) override row() {}
    }
    expect(actionsOf(Sub).get('decorated')).toEqual({
      method: 'get',
      path: '/decorated',
      errors: [NotFound, Conflict],
    });
    expect(actionsOf(Sub).get('row')).toEqual({ method: 'get', path: '/other', tags: ['base', 'sub'] });
    expect(actionsOf(Base).get('decorated')).toEqual({
      method: 'get',
      path: '/decorated',
      errors: [NotFound],
    });
    expect(actionsOf(Base).get('row')).toEqual({ method: 'get', path: '/row', tags: ['base'] });
  });

  test('a partial row merges into the inherited one, over several classes', () => {
    class Middle extends Base {
      static override readonly actions = { decorated: { summary: 'middle' }, row: { tags: ['middle'] } };
    }
    class Last extends Middle {
      static override readonly actions: never = { row: { summary: 'last' } } as never;
    }
    expect(Object.fromEntries(actionsOf(Last))).toEqual({
      decorated: { method: 'get', path: '/decorated', errors: [NotFound], summary: 'middle' },
      row: { method: 'get', path: '/row', tags: ['base', 'middle'], summary: 'last' },
    });
  });

  test('null opts out, also below, until a row or a decorator says it anew', () => {
    class Without extends Base {
      static override readonly actions: ViewClass['actions'] = { decorated: null, row: null };
    }
    class Below extends Without {
      override decorated() {}
    }
    class Again extends Below {
      static override readonly actions = { row: post('/again') };
      @put() override decorated() {}
    }
    expect(actionsOf(Without).size).toBe(0);
    expect(actionsOf(Below).size).toBe(0);
    expect(Object.fromEntries(actionsOf(Again))).toEqual({
      decorated: { method: 'put' },
      row: { method: 'post', path: '/again' },
    });
    expect(actionsOf(Base).size).toBe(2);
  });

  test('null beside a decorator in one class wins', () => {
    class Odd extends View {
      static override readonly actions = { ping: null };
      @get() ping() {}
    }
    expect(actionsOf(Odd).size).toBe(0);
  });

  test('mixins are classes like others, and rows change what they add', () => {
    abstract class Items extends compose(Resource({ name: 'Item', schema: Item }), ListMixin) {
      static override readonly actions = { list: { summary: 'All items', errors: [Forbidden] } };
    }
    expect(only(Items)).toMatchObject({ method: 'get', path: '', summary: 'All items', errors: [Forbidden] });
  });

  test('a method that the prototype has from no class is none', () => {
    class Odd extends View {}
    Object.assign(Odd.prototype, { constructor: get() });
    expect(actionsOf(Odd).size).toBe(0);
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((others) => [item, ...others]),
  );
}
