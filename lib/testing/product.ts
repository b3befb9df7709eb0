import { type Static, Type } from '@sinclair/typebox';

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

/**
 * The entity that repositories are held against: one row, as of a table `products`. A store may keep more than this in
 * it (`ProductDocument`), and may return `created_at` as a text or as a `Date`.
 */
export const Product = Type.Object(
  {
    /** The key. The fixtures bring it; a store that can makes one where `create` gets none. */
    id: Type.Integer(),
    /** Unique. */
    sku: Type.String(),
    name: Type.String(),
    description: Nullable(Type.String()),
    /** In 32 bits, but for the fixtures of `largeIntegers`. */
    price: Nullable(Type.Integer()),
    /** A 64 bit float. */
    rating: Nullable(Type.Number()),
    active: Type.Boolean(),
    /** An instant in UTC, with milliseconds; with microseconds in the fixtures of `microseconds` only. */
    created_at: Type.String({ format: 'date-time' }),
    /** A day without a time, as a text: `2024-02-29`. */
    released_on: Nullable(Type.String({ format: 'date' })),
    /** What the views of one user are scoped by. */
    tenant: Type.String(),
    category_id: Nullable(Type.Integer()),
    /** Counts the changes. */
    version: Type.Integer(),
  },
  { $id: 'Product' },
);
export type Product = Static<typeof Product>;

/** What `category_id` of a product names: a row of `categories`, with one parent or none. */
export interface Category {
  readonly id: number;
  readonly name: string;
  readonly parent_id: number | null;
}

/** One of the tags of a product: a row of `tags`. */
export interface Tag {
  readonly id: number;
  readonly product_id: number;
  readonly name: string | null;
}

/** What a store is filled with, table by table. */
export interface Fixtures {
  readonly products: Product[];
  readonly categories: Category[];
  readonly tags: Tag[];
}

/** A product with all that belongs to it, for stores of documents. */
export interface ProductDocument extends Product {
  /** The relation to one, for the paths `category.name` and `category.parent.name`. */
  category: (Category & { parent: Category | null }) | null;
  /** The relation to many, for the path `tags.name`. */
  tags: Pick<Tag, 'id' | 'name'>[];
  /** The list of texts, for the path `labels`: the names of the tags, without null. */
  labels: string[];
}
