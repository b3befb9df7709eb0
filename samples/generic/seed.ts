import type { Kysely } from 'kysely';
import type { Shop } from './database.js';
import { alone } from './migrations.js';

const categories = ['Books', 'Garden', 'Kitchen', 'Lighting', 'Office', 'Toys'];
const materials = ['Ash', 'Bamboo', 'Clay', 'Copper', 'Glass', 'Linen', 'Oak', 'Steel', 'Walnut', 'Wool'];
const things = [
  'Bowl',
  'Box',
  'Clock',
  'Frame',
  'Hook',
  'Jar',
  'Lamp',
  'Pot',
  'Shelf',
  'Stool',
  'Tray',
  'Vase',
];

/** Fills a shop that is empty, each time with the same: some without a rating or a description, many of one price or one time. */
export async function seed(database: Kysely<Shop>): Promise<void> {
  await alone(database, async (transaction) => {
    const { count } = transaction.fn;
    const { found } = await transaction
      .selectFrom('categories')
      .select(count<number | string>('id').as('found'))
      .executeTakeFirstOrThrow();
    if (Number(found) > 0) return;
    const stored = await transaction
      .insertInto('categories')
      .values(categories.map((name) => ({ name, slug: name.toLowerCase() })))
      .returning('id')
      .execute();
    await transaction
      .insertInto('products')
      .values(products(stored.map(({ id }) => id)))
      .execute();
  });
}

function products(categoryIds: readonly number[]) {
  return Array.from({ length: 200 }, (_, index) => {
    const name = `${at(materials, index)} ${at(things, index * 5)}`;
    return {
      sku: `SKU-${String(index + 1).padStart(4, '0')}`,
      name,
      description:
        index % 3 === 2 ? null : `${name}, made by hand; 100% ${at(materials, index).toLowerCase()}.`,
      price: 500 + ((index * 37) % 20) * 250,
      rating: index % 5 === 0 ? null : 1 + ((index * 7) % 9) / 2,
      available: index % 7 !== 0,
      category_id: at(categoryIds, index * 7),
      // Four at a time.
      created_at: new Date(Date.UTC(2024, 0, 1 + Math.floor(index / 4), 9)),
      version: 1,
    };
  });
}

function at<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}
