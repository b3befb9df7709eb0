import { type Static, Type } from '@sinclair/typebox';
import { Filter, ModelFilter, OrderingFilter, PaginationFilter } from 'express-viewsets';

const Category = Type.Object({ id: Type.Integer(), name: Type.String() }, { $id: 'Category' });

export const Product = Type.Object(
  {
    id: Type.Integer({ readOnly: true }),
    sku: Type.String({ maxLength: 20 }),
    price: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    category_id: Type.Union([Type.Integer(), Type.Null()]),
  },
  { $id: 'Product' },
);
export type Product = Static<typeof Product>;

/** The same over any of the databases. */
export const productOptions = {
  name: 'Product',
  schema: Product,
  filter: Filter(
    ModelFilter(Product, { price: ['ge', 'le'], category: ModelFilter(Category, { name: ['eq'] }) }),
    OrderingFilter(['price', 'category.name'], {
      schema: Type.Object({ ...Product.properties, category: Type.Optional(Category) }),
    }),
    PaginationFilter(),
  ),
} as const;
