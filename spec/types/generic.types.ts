// A generic view asks for a repository that fits, and types its hooks, its query and its pages by the schemas.

import { type Static, Type } from '@sinclair/typebox';
import {
  FieldsFilter,
  Filter,
  GenericListMixin,
  GenericRetrieveMixin,
  GenericViewSet,
  MemoryRepository,
  ModelFilter,
  type NumberedPage,
  OrderingFilter,
  PaginationFilter,
  type QueryOf,
  ReadOnlyGenericViewSet,
  type Repository,
  Resource,
  SearchFilter,
  type Selection,
  type TokenPage,
  TokenPaginationFilter,
  ViewRouter,
} from 'express-viewsets';

const Category = Type.Object({ id: Type.Integer(), name: Type.String() });
const Item = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String(),
    price: Type.Union([Type.Integer(), Type.Null()]),
    active: Type.Boolean(),
    created_at: Type.String({ format: 'date-time' }),
    seller: Type.Object({ city: Type.String() }),
    tags: Type.Array(Type.Object({ name: Type.String() })),
  },
  { $id: 'Item' },
);
type Item = Static<typeof Item>;
const NewItem = Type.Pick(Item, ['name', 'price']);
type NewItem = Static<typeof NewItem>;

/** Fails to compile where the two differ. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(..._: Equal<A, B> extends true ? [] : ['these types differ', A, B]): void => {};

// What a filter takes.
export const ItemFilter = Filter(
  ModelFilter(Item, {
    name: ['eq', 'ilike', 'in'],
    price: ['ge', 'range', 'is_null'],
    seller: { city: ['eq', 'startswith'] },
    tags: { name: ['in'] },
    category: ModelFilter(Category, { name: ['eq'] }),
  }),
  OrderingFilter(['name', 'price']),
  SearchFilter(['name']),
  FieldsFilter(Item),
);
export type ItemQuery = QueryOf<typeof ItemFilter>;
same<ItemQuery['name'], string | undefined>();
same<ItemQuery['name__in'], readonly string[] | undefined>();
same<ItemQuery['price__ge'], number | undefined>();
same<ItemQuery['price__range'], readonly number[] | undefined>();
same<ItemQuery['price__is_null'], boolean | undefined>();
same<ItemQuery['seller__city__startswith'], string | undefined>();
same<ItemQuery['tags__name__in'], readonly string[] | undefined>();
same<ItemQuery['category__name'], string | undefined>();
same<ItemQuery['sort'], readonly string[] | undefined>();
// @ts-expect-error An operator that is not declared is no parameter.
export type Undeclared = ItemQuery['name__endswith'];

// @ts-expect-error A property that the schema does not have.
ModelFilter(Item, { nmae: ['eq'] });
// @ts-expect-error An operator that does not exist.
ModelFilter(Item, { name: ['equals'] });
// @ts-expect-error A property of a relation that it does not have.
ModelFilter(Item, { seller: { town: ['eq'] } });

// Nothing but a repository.
export class Items extends GenericViewSet({
  name: 'Item',
  schema: Item,
  create: NewItem,
  update: NewItem,
  patch: Type.Partial(NewItem),
  filter: ItemFilter,
}) {
  repository = new MemoryRepository<Item>();

  override async beforeCreate(data: NewItem) {
    return { ...data, active: true };
  }
  override beforePartialUpdate(data: Partial<NewItem>, { id }: { id: string }) {
    if (id === '') data.name = 'x';
  }
  override getKwargs(action: string) {
    return action === 'list' ? { active: true } : {};
  }
  override async list(query: ItemQuery) {
    const page = await super.list(query);
    same<typeof page, NumberedPage<(typeof page)['items'][number]>>();
    return { ...page, items: page.items.filter(({ name }) => name !== query.name) };
  }
}
ViewRouter().register(Items);

// The pagination says what the list answers.
export class Feed extends ReadOnlyGenericViewSet({
  name: 'Feed',
  schema: Item,
  filter: Filter(OrderingFilter(['created_at']), TokenPaginationFilter()),
}) {
  repository = new MemoryRepository<Item>();
  override async list(query: { page_token?: string; page_size?: number; sort?: readonly string[] }) {
    const page = await super.list(query);
    const token: string | null = page.next_page;
    same<typeof page extends TokenPage<unknown> ? true : false, true>();
    return { ...page, next_page: token };
  }
}
export class All extends ReadOnlyGenericViewSet({ name: 'All', schema: Item, pagination: false }) {
  repository = new MemoryRepository<Item>();
  override async list(query: object) {
    const items = await super.list(query);
    return items.slice(0, 10);
  }
}

// The query is that of the filter, of the resource, and of the pagination that the list has.
export class Queries extends ReadOnlyGenericViewSet({
  name: 'Query',
  schema: Item,
  query: Type.Object({ extra: Type.Integer() }),
  filter: ModelFilter(Item, { name: ['eq'] }),
}) {
  repository = new MemoryRepository<Item>();
  override async list(query: { extra: number; name?: string; page?: number; page_size?: number }) {
    const { extra } = query;
    await super.list({ ...query, extra: extra + 1 });
    // @ts-expect-error The pages have numbers.
    return super.list({ extra, page_token: 'x' });
  }
}

// Any object that fits; read-only views need the methods that read.
export class Readings extends ReadOnlyGenericViewSet({ name: 'Reading', schema: Category }) {
  repository = {
    get: ({ id }: { id: number }) => ({ id, name: 'x' }),
    getFilteredPage: async (_selection: Selection) => ({ items: [{ id: 1, name: 'x' }], total: 1 }),
  };
}
ViewRouter().register(Readings);

export class Store implements Repository<Item, { id: string }> {
  create(values: NewItem): Item {
    return { ...values, id: '', active: true, created_at: '', seller: { city: '' }, tags: [] };
  }
  get({ id }: { id: string }): Item | undefined {
    return id === '' ? undefined : undefined;
  }
  list(): Item[] {
    return [];
  }
  getFilteredPage() {
    return { items: [], total: 0 };
  }
  async updateOne(): Promise<Item | undefined> {
    return undefined;
  }
  async delete() {
    return true;
  }
}

// @ts-expect-error There is no repository.
export class Missing extends GenericViewSet({ name: 'Item', schema: Item }) {}

export class WrongEntity extends GenericViewSet({ name: 'Item', schema: Item }) {
  // @ts-expect-error The repository keeps something else.
  repository = new MemoryRepository<Static<typeof Category>>();
}

export class WrongMethods extends GenericListMixin(
  GenericRetrieveMixin(Resource({ name: 'Item', schema: Item })),
) {
  // @ts-expect-error The repository lacks methods.
  repository = { get: () => undefined };
}

export class WrongHook extends GenericViewSet({ name: 'Item', schema: Item, create: NewItem }) {
  repository = new MemoryRepository<Item>();
  // @ts-expect-error The data is that of the schema of a create.
  override beforeCreate(data: { title: string }) {
    return data;
  }
}

export const paginations = [PaginationFilter().pagination, TokenPaginationFilter().pagination];
