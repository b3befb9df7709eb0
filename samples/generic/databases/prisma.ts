import { type PrismaDelegate, PrismaRepository } from 'express-viewsets/prisma';
import type { Product } from './product.js';

/** The products of a `PrismaClient`, or of a transaction. */
export function products(prisma: { readonly product: PrismaDelegate }) {
  return new PrismaRepository<Product>(prisma.product, {
    nullable: ['price', 'category', 'category_id'],
    relations: { category: 'one' },
  });
}
