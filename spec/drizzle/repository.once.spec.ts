import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres';
import {
  boolean,
  date,
  doublePrecision,
  bigint as pgBigint,
  integer as pgInteger,
  pgTable,
  text as pgText,
  timestamp,
} from 'drizzle-orm/pg-core';
import { integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { drizzle as drizzleProxy } from 'drizzle-orm/sqlite-proxy';
import { DrizzleRepository } from 'express-viewsets/drizzle';
import { Pool } from 'pg';
import { describeLibrary } from '../support/engines/library';
import type { Tables } from '../support/engines/shop';
import { openSqlite } from '../support/engines/sqlite';

function pgTables({ products, categories, tags }: Tables) {
  return {
    products: pgTable(products, {
      id: pgInteger().primaryKey().generatedByDefaultAsIdentity(),
      sku: pgText().notNull(),
      name: pgText().notNull(),
      description: pgText(),
      price: pgBigint({ mode: 'number' }),
      rating: doublePrecision(),
      active: boolean().notNull().default(true),
      created_at: timestamp({ withTimezone: true }),
      released_on: date(),
      tenant: pgText().notNull(),
      category_id: pgInteger(),
      version: pgInteger().notNull().default(1),
    }),
    categories: pgTable(categories, { id: pgInteger(), name: pgText(), parent_id: pgInteger() }),
    tags: pgTable(tags, { id: pgInteger(), product_id: pgInteger(), name: pgText() }),
  };
}

function sqliteTables({ products, categories, tags }: Tables) {
  return {
    products: sqliteTable(products, {
      id: integer().primaryKey(),
      sku: text().notNull(),
      name: text().notNull(),
      description: text(),
      price: integer(),
      rating: real(),
      active: integer({ mode: 'boolean' }).notNull().default(true),
      created_at: integer({ mode: 'timestamp_ms' }),
      released_on: text(),
      tenant: text().notNull(),
      category_id: integer(),
      version: integer().notNull().default(1),
    }),
    categories: sqliteTable(categories, { id: integer(), name: text(), parent_id: integer() }),
    tags: sqliteTable(tags, { id: integer(), product_id: integer(), name: text() }),
  };
}

function relationsOf({
  categories,
  tags,
}: Pick<ReturnType<typeof pgTables> | ReturnType<typeof sqliteTables>, 'categories' | 'tags'>) {
  return {
    category: {
      table: categories,
      on: { category_id: 'id' },
      relations: { parent: { table: categories, on: { parent_id: 'id' } } },
    },
    tags: { table: tags, on: { id: 'product_id' }, many: true },
  };
}

describeLibrary({
  postgres({ url, connections }) {
    const pool = new Pool({ connectionString: url, max: connections });
    const sent: string[] = [];
    const db = drizzlePg(pool, { logger: { logQuery: (sql) => sent.push(sql) } });
    const repository = (on: Pick<typeof db, never>, names: Tables) => {
      const tables = pgTables(names);
      return new DrizzleRepository(on as typeof db, tables.products, { relations: relationsOf(tables) });
    };
    return {
      run: (sql, parameters) => pool.query(sql, [...parameters]),
      sent,
      repository: (names) => repository(db, names),
      transaction: (names, work) => db.transaction((trx) => work(repository(trx, names))),
      close: () => pool.end(),
    };
  },
  sqlite() {
    const database = openSqlite();
    const sent: string[] = [];
    const db = drizzleProxy(
      async (sql, parameters) => {
        const statement = database.prepare(sql);
        if (!statement.reader) return { rows: [statement.run(parameters)] };
        return { rows: statement.all(parameters).map((row) => Object.values(row as object)) };
      },
      { logger: { logQuery: (sql) => sent.push(sql) } },
    );
    const repository = (on: Pick<typeof db, never>, names: Tables) => {
      const tables = sqliteTables(names);
      return new DrizzleRepository(on as typeof db, tables.products, { relations: relationsOf(tables) });
    };
    return {
      run: async (sql, parameters) => database.prepare(sql).run(parameters),
      sent,
      repository: (names) => repository(db, names),
      transaction: (names, work) => db.transaction((trx) => work(repository(trx, names))),
      close: async () => database.close(),
    };
  },
  storedDate: (iso) => Date.parse(iso),
});
