import { type MongoCollection, MongoRepository } from 'express-viewsets/mongo';
import { ObjectId } from 'mongodb';

export interface Product {
  id: string;
  sku: string;
  price: number | null;
  category: { name: string } | null;
}

/** The products of `db.collection('products')`: clients know an ObjectId by its text. */
export function products(collection: MongoCollection) {
  return new MongoRepository<Product>(collection, {
    allow: ['id', 'sku', 'price', 'category.name'],
    encode: { id: (id) => (ObjectId.isValid(String(id)) ? new ObjectId(String(id)) : undefined) },
    fromDocument: ({ _id, ...product }) => ({ ...product, id: String(_id) }) as Product,
  });
}
