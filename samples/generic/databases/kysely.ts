import type { Awaitable } from 'express-viewsets';
import { GenericViewSet } from 'express-viewsets';
import { KyselyRepository } from 'express-viewsets/kysely';
import type { Generated, Kysely } from 'kysely';
import { type Product, productOptions } from './product.js';

export interface Tables {
  products: { id: Generated<number>; sku: string; price: number | null; category_id: number | null };
  categories: { id: number; name: string };
  changes: { product_id: number; text: string };
}

/** The products of a database, or of a transaction. */
export function products(db: Kysely<Tables>) {
  return new KyselyRepository(db, 'products', {
    columns: ['id', 'sku', 'price', 'category_id'],
    relations: { category: { table: 'categories', on: { category_id: 'id' } } },
  });
}

/** Each request in a transaction, together with what its hooks do. */
export function productViewSet(database: Kysely<Tables>) {
  return class ProductViewSet extends GenericViewSet(productOptions) {
    db = database;

    get repository() {
      return products(this.db);
    }

    protected override perform(call: () => Awaitable<unknown>) {
      return database.transaction().execute(async (transaction) => {
        this.db = transaction;
        return super.perform(call);
      });
    }

    protected override async afterCreate({ id, sku }: Product) {
      await this.db
        .insertInto('changes')
        .values({ product_id: id, text: `new: ${sku}` })
        .execute();
    }
  };
}
