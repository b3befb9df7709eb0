import type { PrismaRepositoryOptions } from 'express-viewsets/prisma';

/** What the schema says of products, and Prisma not at run time. */
export const productOptions = {
  nullable: [
    'description',
    'price',
    'rating',
    'released_on',
    'category_id',
    'category',
    'category.parent',
    'category.parent_id',
    'tags.name',
  ],
  relations: { category: 'one', 'category.parent': 'one', tags: 'many' },
} as const satisfies PrismaRepositoryOptions;
