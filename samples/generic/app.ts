import { type Static, Type } from '@sinclair/typebox';
import express from 'express';
import {
  BadRequest,
  configureApp,
  ExpressionFilter,
  FieldsFilter,
  Filter,
  GenericListMixin,
  GenericViewSet,
  get,
  ModelFilter,
  OrderingFilter,
  PaginationFilter,
  type QueryOf,
  ReadOnlyGenericViewSet,
  Resource,
  SearchFilter,
  TokenPaginationFilter,
  ViewRouter,
} from 'express-viewsets';
import { applySelection, KyselyRepository } from 'express-viewsets/kysely';
import { database } from './database.js';

const Category = Type.Object(
  {
    id: Type.Integer(),
    slug: Type.String(),
    name: Type.String(),
  },
  { $id: 'Category' },
);

const Product = Type.Object(
  {
    id: Type.Integer({ readOnly: true }),
    sku: Type.String({ pattern: '^[A-Z0-9-]{3,20}$' }),
    name: Type.String({ minLength: 1, maxLength: 100 }),
    description: Type.Union([Type.String({ maxLength: 1000 }), Type.Null()]),
    price: Type.Integer({ minimum: 0, maximum: 100_000_000, description: 'In cents.' }),
    rating: Type.Union([Type.Number({ minimum: 1, maximum: 5 }), Type.Null()]),
    available: Type.Boolean(),
    category_id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
    created_at: Type.String({ format: 'date-time', readOnly: true }),
    version: Type.Integer({ readOnly: true }),
  },
  { $id: 'Product' },
);

const NewProduct = Type.Omit(Product, ['id', 'created_at', 'version'], { $id: 'NewProduct' });
type NewProduct = Static<typeof NewProduct>;

/** How products lead to their category, which they do not show. */
const relations = { category: { table: 'categories', on: { category_id: 'id' } } } as const;

/** `price__ge=1000&category__name=Kitchen&query=oak "100%"` */
const ProductFilter = Filter(
  ModelFilter(Product, {
    sku: ['eq', 'in'],
    name: ['eq', 'icontains', 'istartswith'],
    price: ['eq', 'ge', 'le', 'range'],
    rating: ['ge', 'is_null'],
    available: ['eq'],
    created_at: ['ge', 'lt'],
    category: ModelFilter(Category, { name: ['eq', 'ne'], slug: ['eq', 'in'] }),
  }),
  SearchFilter(['name', 'description']),
);

const PriceRange = Type.Object(
  {
    products: Type.Integer(),
    lowest: Type.Union([Type.Integer(), Type.Null()]),
    highest: Type.Union([Type.Integer(), Type.Null()]),
  },
  { $id: 'PriceRange' },
);

class CategoryViewSet extends ReadOnlyGenericViewSet({
  name: 'Category',
  schema: Category,
  filter: OrderingFilter(['name'], { default: ['name'] }),
  pagination: false,
}) {
  repository = new KyselyRepository(database, 'categories');
}

class ProductViewSet extends GenericViewSet({
  name: 'Product',
  schema: Product,
  create: NewProduct,
  update: NewProduct,
  version: 'version',
  filter: Filter(
    ProductFilter,
    OrderingFilter(['name', 'price', 'rating', 'created_at']),
    FieldsFilter(Product),
    PaginationFilter({ pageSize: 20, maxPageSize: 100 }),
  ),
}) {
  repository = new KyselyRepository(database, 'products', { relations });

  protected override beforeCreate(data: NewProduct) {
    return checkCategory(data);
  }

  protected override beforeUpdate(data: NewProduct) {
    return checkCategory(data);
  }

  protected override beforePartialUpdate(data: Partial<NewProduct>) {
    return checkCategory(data);
  }

  /** An action of its own over what the filter leaves. */
  @get('/price-range', { query: ProductFilter.schema, response: PriceRange })
  async priceRange(query: QueryOf<typeof ProductFilter>) {
    const { where } = ProductFilter.operations(query);
    const products = database
      .selectFrom('products')
      .select(({ fn }) => [
        fn.countAll<number | string>().as('products'),
        fn.min('price').as('lowest'),
        fn.max('price').as('highest'),
      ]);
    const source = { table: 'products', relations, dialect: 'postgres' } as const;
    const found = await applySelection(products, { where }, source).executeTakeFirstOrThrow();
    return { ...found, products: Number(found.products) };
  }
}

/** What a schema can not say; a hook may throw, change the data, or return other data. */
async function checkCategory({ category_id }: Partial<NewProduct>): Promise<void> {
  if (category_id === undefined) return;
  const categories = database.selectFrom('categories').select('id').where('id', '=', category_id);
  if (await categories.executeTakeFirst()) return;
  throw new BadRequest(undefined, {
    errors: [{ detail: 'must be a category', pointer: '#/category_id', code: 'category' }],
  });
}

/**
 * The newest first, in pages that do not shift when products are added. Where there is more than one process, all need the
 * same `PAGE_TOKEN_SECRET`.
 */
class FeedViewSet extends GenericListMixin(
  Resource({
    name: 'Feed',
    schema: Product,
    filter: Filter(
      ExpressionFilter(Product, ['name', 'price', 'rating', 'available', 'created_at']),
      OrderingFilter(['created_at'], { default: ['-created_at'] }),
      TokenPaginationFilter({ secret: process.env.PAGE_TOKEN_SECRET, pageSize: 20 }),
    ),
  }),
) {
  repository = new KyselyRepository(database, 'products');
}

const router = ViewRouter();
router.register(CategoryViewSet, { prefix: '/categories' });
router.register(ProductViewSet, { prefix: '/products' });
router.register(FeedViewSet, { prefix: '/feed' });

export const app = express();
app.use('/api', router);
configureApp(app, {
  info: {
    title: 'Shop',
    version: '1.0.0',
    description: 'A catalogue: generic views over PostgreSQL, filtered, sorted, searched and paginated.',
  },
});
