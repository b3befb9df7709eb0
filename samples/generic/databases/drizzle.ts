import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { type DatabaseOf, DrizzleRepository } from 'express-viewsets/drizzle';

const categories = sqliteTable('categories', { id: integer().primaryKey(), name: text().notNull() });

const products = sqliteTable('products', {
  id: integer().primaryKey(),
  sku: text().notNull().unique(),
  price: integer(),
  category_id: integer().references(() => categories.id),
});

/** The products of a database, or of a transaction. */
export function productsOf(db: DatabaseOf<typeof products>) {
  return new DrizzleRepository(db, products, {
    relations: { category: { table: categories, on: { category_id: 'id' } } },
  });
}
