import { KnexRepository } from 'express-viewsets/knex';
import type { Knex } from 'knex';
import type { Product } from './product.js';

/** The products of a database, or of a transaction. */
export function products(knex: Knex) {
  return new KnexRepository<Product>(knex, 'products', {
    columns: ['id', 'sku', 'price', 'category_id'],
    relations: { category: { table: 'categories', on: { category_id: 'id' } } },
  });
}

/** Both, or neither. */
export function rename(knex: Knex, id: number, sku: string): Promise<void> {
  return knex.transaction(async (transaction) => {
    await products(transaction).updateOne({ id }, { sku });
    await transaction('changes').insert({ product_id: id, text: `renamed: ${sku}` });
  });
}
