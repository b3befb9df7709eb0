import { type Static, Type } from '@sinclair/typebox';
import {
  Conflict,
  ExpressionFilter,
  FieldsFilter,
  Filter,
  type FilterStatics,
  GenericViewSet,
  get,
  ModelFilter,
  OrderingFilter,
  PaginationFilter,
  type QueryOf,
  SearchFilter,
  TokenPaginationFilter,
} from 'express-viewsets';
import request from 'supertest';
import { MemoryRepository } from '../../lib/memory/index.js';
import { ids, shop } from '../generic/fixtures.js';
import { appOf } from '../support/app.js';

const Category = Type.Object({ id: Type.Integer(), name: Type.String(), rank: Type.Integer() });
const Item = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  price: Type.Integer(),
  hidden: Type.Optional(Type.Boolean()),
  category: Type.Optional(Type.Union([Category, Type.Null()])),
  labels: Type.Optional(Type.Array(Type.Object({ name: Type.String() }))),
});
type Item = Static<typeof Item>;

const food = { id: 1, name: 'Food', rank: 2 };
const tools = { id: 2, name: 'tools', rank: 1 };
const items: Item[] = [
  { id: 1, name: 'tea', price: 3, category: food, labels: [{ name: 'hot' }, { name: 'wet' }] },
  { id: 2, name: 'axe', price: 9, category: tools, labels: [{ name: 'sharp' }] },
  { id: 3, name: 'tea pot', price: 5, category: tools, hidden: true, labels: [] },
  { id: 4, name: 'nothing', price: 0, category: null },
];

function list(filter: FilterStatics) {
  const made = shop<Item>({ schema: Item, filter }, items);
  return { ...made, query: (text: string) => request(made.app).get(`/items?${text}`) };
}

describe('joined filters', () => {
  const filter = Filter(
    ModelFilter(Item, { price: ['ge', 'le'] }),
    OrderingFilter(['name', 'price']),
    SearchFilter(['name']),
    Filter(PaginationFilter({ pageSize: 2 }), FieldsFilter(Item)),
  );

  test('hold together', async () => {
    const { body } = await list(filter)
      .query('price__ge=1&query=tea&sort=-price&fields=name&page_size=1')
      .expect(200);
    expect(body).toEqual({
      items: [{ name: 'tea pot' }],
      current_page: 1,
      page_size: 1,
      total_pages: 2,
      total_items: 2,
    });
  });

  test('work in any order', async () => {
    const turned = Filter(
      FieldsFilter(Item),
      PaginationFilter(),
      SearchFilter(['name']),
      ModelFilter(Item, { id: ['in'] }),
    );
    const { body } = await list(turned).query('id__in=1,2&q=tea&fields=id').expect(200);
    expect(body.items).toEqual([{ id: 1 }]);
  });

  test('do not change each other', async () => {
    const prices = ModelFilter(Item, { price: ['ge'] });
    const first = list(Filter(prices, SearchFilter(['name'])));
    const second = list(prices);
    await first.query('q=tea').expect(200);
    await second.query('q=tea').expect(400);
    expect(ids(await second.query('price__ge=5').expect(200))).toEqual([2, 3]);
  });

  test('of nothing take pages alone', async () => {
    const { query } = list(Filter());
    await query('page=1').expect(200);
    await query('name=tea').expect(400);
  });
});

describe('a filter that is subclassed', () => {
  const Base = Filter(ModelFilter(Item, { price: ['ge'] }), PaginationFilter());
  class Visible extends Base {
    static override operations(query: QueryOf<typeof Base>) {
      if (query.price__ge === 13) throw new Conflict('Bad luck.');
      const asked = super.operations(query);
      const visible = { op: 'ne', field: 'hidden', value: true } as const;
      return {
        ...asked,
        where: asked.where ? ({ op: 'and', conditions: [asked.where, visible] } as const) : visible,
      };
    }
  }

  test('adds to its operations', async () => {
    const { query } = list(Visible);
    expect(ids(await query('').expect(200))).toEqual([1, 2, 4]);
    expect(ids(await query('price__ge=4').expect(200))).toEqual([2]);
    expect((await query('').expect(200)).body.total_items).toBe(3);
  });

  test('throws problems', async () => {
    expect((await list(Visible).query('price__ge=13').expect(409)).body.detail).toBe('Bad luck.');
  });

  test('is paginated where it is not by itself', async () => {
    const Prices = ModelFilter(Item, { price: ['ge'] });
    class Plain extends Prices {
      static override operations(query: QueryOf<typeof Prices>) {
        return { ...super.operations(query), sort: [{ field: 'price', direction: 'desc' as const }] };
      }
    }
    const { body } = await list(Plain).query('page_size=2').expect(200);
    expect(ids({ body })).toEqual([2, 3]);
    expect(body.total_items).toBe(4);
  });

  test('sees the parameters of the resource, too', async () => {
    const Pages = Filter(PaginationFilter());
    class Mine extends Pages {
      static override operations(query: QueryOf<typeof Pages> & { readonly mine?: boolean }) {
        return {
          ...super.operations(query),
          where: query.mine ? ({ op: 'or', conditions: [] } as const) : undefined,
        };
      }
    }
    const query = Type.Object({ mine: Type.Optional(Type.Boolean()) });
    const { app } = shop<Item>({ schema: Item, filter: Mine, query }, items);
    expect(ids(await request(app).get('/items?mine=true').expect(200))).toEqual([]);
    expect(ids(await request(app).get('/items').expect(200))).toEqual([1, 2, 3, 4]);
  });

  test('keeps what it adds when it is joined', async () => {
    const { query } = list(Filter(Visible, SearchFilter(['name'])));
    expect(ids(await query('q=tea').expect(200))).toEqual([1]);
  });
});

describe('relations', () => {
  test.each([
    ['category__name=Food', [1]],
    ['category__name__ilike=TOO', [2, 3]],
    ['category__rank__ge=2', [1]],
    ['category__name__ne=Food', [2, 3, 4]],
    ['category__name__is_null=true', [4]],
    ['labels__name=wet', [1]],
    ['labels__name__in=wet,sharp', [1, 2]],
    ['labels__name__ne=wet', [2, 3, 4]],
  ])('W-8: %s', async (text, expected) => {
    const filter = ModelFilter(Item, {
      category: { name: ['eq', 'ne', 'ilike', 'is_null'], rank: ['ge'] },
      labels: { name: ['eq', 'ne', 'in'] },
    });
    expect(ids(await list(filter).query(text).expect(200))).toEqual(expected);
  });

  test('have a filter of their own, with all that it takes', async () => {
    const Shown = Type.Object({ id: Type.Integer(), name: Type.String() });
    const filter = ModelFilter(Shown, {
      category: Filter(
        ModelFilter(Category, { name: ['eq', 'ilike'], rank: ['ge'] }),
        SearchFilter(['name'], { schema: Category }),
      ),
    });
    const { app, called } = shop<Item>({ schema: Shown, filter }, items);
    const query = (text: string) => request(app).get(`/items?${text}`);
    expect(ids(await query('category__name__icontains=foo').expect(200))).toEqual([1]);
    expect(ids(await query('category__rank__gte=1').expect(200))).toEqual([1, 2, 3]);
    expect(ids(await query('category__query=OO').expect(200))).toEqual([1, 2, 3]);
    expect(ids(await query('category__q=foo&category__rank__ge=2').expect(200))).toEqual([1]);
    expect(ids(await query('category__query=').expect(200))).toEqual([1, 2, 3, 4]);
    await query('category__id=1').expect(400);
    await query('category__rank=x').expect(400);
    expect(called('getFilteredPage')[0]?.[0].where).toEqual({
      op: 'contains',
      field: 'category.name',
      value: 'foo',
      ignoreCase: true,
    });
  });

  describe('whose filter is a subclass', () => {
    const Categories = ModelFilter(Category, { name: ['eq'], rank: ['ge', 'le'] });
    const seen: object[] = [];
    class Ranked extends Categories {
      static override operations(query: QueryOf<typeof Categories>) {
        seen.push(query);
        return super.operations({ rank__le: 1, ...query });
      }
    }
    const { query, called } = list(ModelFilter(Item, { id: ['in'], category: Ranked, name: ['eq'] }));

    test.each([
      ['', {}, [2, 3]],
      ['category__name=tools', { name: 'tools' }, [2, 3]],
      ['category__rank__le=5', { rank__le: 5 }, [1, 2, 3]],
      ['category__rank__lte=5&category__rank__ge=2', { rank__ge: 2, rank__le: 5 }, [1]],
      ['id__in=1,2', {}, [2]],
    ])('ask it once for all that it takes, also for nothing: %s', async (text, inner, expected) => {
      seen.length = 0;
      expect(ids(await query(text).expect(200))).toEqual(expected);
      expect(seen).toEqual([inner]);
    });

    test('add what it asks for at its place', async () => {
      await query('name=axe&category__name=tools&id__in=2').expect(200);
      expect(called('getFilteredPage').at(-1)?.[0].where.conditions).toEqual([
        { op: 'in', field: 'id', value: [2] },
        { op: 'eq', field: 'category.name', value: 'tools' },
        { op: 'le', field: 'category.rank', value: 1 },
        { op: 'eq', field: 'name', value: 'axe' },
      ]);
    });
  });

  test.each([
    ['sort=category.name', [1, 2, 3, 4]],
    ['sort=category.rank,-id', [3, 2, 1, 4]],
    ['query=food', [1]],
  ])('are sorted and searched by: %s', async (text, expected) => {
    const filter = Filter(
      OrderingFilter(['category.name', 'category.rank', 'id']),
      SearchFilter(['name', 'category.name']),
      TokenPaginationFilter({ pageSize: 1 }),
    );
    const { app } = list(filter);
    const seen: number[] = [];
    let token = '';
    do {
      const { body } = await request(app)
        .get(`/items?${text}${token && `&page_token=${token}`}`)
        .expect(200);
      seen.push(...ids({ body }));
      token = body.next_page ?? '';
    } while (token);
    expect(seen).toEqual(expected);
  });
});

describe('a filter in an action of a view', () => {
  const Cheap = Filter(ModelFilter(Item, { price: ['le'] }), OrderingFilter(['name']));
  const repository = new MemoryRepository<Item>(items);
  class Items extends GenericViewSet({ name: 'Item', schema: Item }) {
    repository = repository;
    @get('/cheap', { query: Cheap.schema, response: Type.Array(Item) })
    cheap(query: QueryOf<typeof Cheap>) {
      return this.repository.list(Cheap.operations(query));
    }
  }
  const app = appOf([Items]);

  test('takes its parameters, with their aliases, and makes operations of them', async () => {
    expect(ids(await request(app).get('/cheap?price__lte=5&sort=-name').expect(200))).toEqual([3, 1, 4]);
    expect(ids(await request(app).get('/cheap').expect(200))).toEqual([1, 2, 3, 4]);
  });

  test('refuses what it does not take', async () => {
    await request(app).get('/cheap?price=1').expect(400);
    await request(app).get('/cheap?sort=price').expect(400);
    await request(app).get('/cheap?price__le=x').expect(400);
  });
});

describe('ExpressionFilter', () => {
  const filter = Filter(
    ExpressionFilter(Item, ['name', 'price', 'hidden', 'category.name', 'labels.name']),
    ModelFilter(Item, { price: ['le'] }),
  );
  const { query, calls } = list(filter);
  const asked = (expression: string) => query(`filter=${encodeURIComponent(expression)}`);

  test.each([
    ['price >= 5', [2, 3]],
    ['name = "tea"', [1]],
    ['name = "tea*"', [1, 3]],
    ['price > 1 AND (name = "axe" OR name = "tea")', [1, 2]],
    ['NOT price = 9', [1, 3, 4]],
    ['hidden = true', [3]],
    ['category.name = "tools"', [2, 3]],
    ['labels.name:"wet"', [1]],
  ])('%s', async (expression, expected) => {
    expect(ids(await asked(expression).expect(200))).toEqual(expected);
  });

  test('holds together with other parameters', async () => {
    expect(ids(await query(`filter=${encodeURIComponent('price > 0')}&price__le=5`).expect(200))).toEqual([
      1, 3,
    ]);
  });

  test.each([
    '',
    'price >=',
    'price >= "x"',
    'password = "a"',
    'category.id = 1',
    '__proto__ = 1',
    'constructor.name = "a"',
    '(price = 1',
    'price = 1; DROP TABLE items',
    'price = 1e400',
    `${'('.repeat(2000)}price = 1${')'.repeat(2000)}`,
    `name = "${'x'.repeat(20_000)}"`.slice(0, 14_000),
  ])('%j is 400 and reaches no repository', async (expression) => {
    calls.length = 0;
    const { body } = await asked(expression).expect(400);
    expect(body.errors[0]).toMatchObject({ in: 'query', parameter: 'filter' });
    expect(calls).toEqual([]);
  });
});
