// Repositories take the database of an app, whichever of the two sets of declarations the app was compiled with.

import { Type } from '@sinclair/typebox';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { boolean, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { Request } from 'express';
import { GenericViewSet } from 'express-viewsets';
import { DrizzleRepository } from 'express-viewsets/drizzle';
import { KnexRepository } from 'express-viewsets/knex';
import { KyselyRepository } from 'express-viewsets/kysely';
import { MongoRepository } from 'express-viewsets/mongo';
import type { Knex } from 'knex';
import type { Generated, Kysely } from 'kysely';
import type { Collection } from 'mongodb';

const Item = Type.Object(
  { id: Type.Integer(), name: Type.String(), active: Type.Boolean() },
  { $id: 'Item' },
);
interface Item {
  id: number;
  name: string;
  active: boolean;
}
interface Tables {
  items: { id: Generated<number>; name: string; active: boolean };
  others: { id: number };
}
const table = pgTable('items', {
  id: integer().primaryKey(),
  name: text().notNull(),
  active: boolean().notNull(),
});

declare const kysely: Kysely<Tables>;
declare const knex: Knex;
declare const drizzle: NodePgDatabase;
declare const collection: Collection<Item>;

const options = { name: 'Item', schema: Item } as const;

export class OfKysely extends GenericViewSet(options) {
  repository = new KyselyRepository(kysely, 'items');
}
export class OfKnex extends GenericViewSet(options) {
  repository = new KnexRepository<Item>(knex, 'items');
}
export class OfDrizzle extends GenericViewSet(options) {
  repository = new DrizzleRepository(drizzle, table);
}
export class OfMongo extends GenericViewSet(options) {
  repository = new MongoRepository<Item>(collection);
}
export class OfRequest extends GenericViewSet(options) {
  get repository() {
    const { locals } = (this.request as Request).app;
    return new KyselyRepository(locals.db as Kysely<Tables>, 'items');
  }
}

// @ts-expect-error There is no such table.
new KyselyRepository(kysely, 'itmes');

export class WrongTable extends GenericViewSet(options) {
  // @ts-expect-error Its rows are no items.
  repository = new KyselyRepository(kysely, 'others');
}
