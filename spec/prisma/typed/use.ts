import { PrismaRepository } from 'express-viewsets/prisma';
import type { PrismaClient } from '../.cache/client/client.js';

/* Compiled only: delegates of the generated client fit, outside and inside of a transaction. */

export function use(prisma: PrismaClient) {
  const products = new PrismaRepository<{ readonly id: number }>(prisma.product, {
    nullable: ['price', 'category', 'tags.name'],
    relations: { category: 'one', tags: 'many' },
  });
  const orders = new PrismaRepository(prisma.order, { nullable: ['weight'], key: ['tenant', 'number'] });
  return prisma.$transaction(async (tx) => {
    await orders.using(tx.order).create({ tenant: 'a', number: 1 });
    const created: { readonly id: number } = await products.using(tx.product).create({});
    return created;
  });
}

export function refused(prisma: PrismaClient) {
  // @ts-expect-error A client is no delegate.
  new PrismaRepository(prisma, { nullable: [] });
  // @ts-expect-error What may be null has to be said.
  new PrismaRepository(prisma.order, {});
}
