import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres';
import {
  foreignKey,
  integer as pgInteger,
  pgTable,
  text as pgText,
  timestamp,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { drizzle as drizzleProxy } from 'drizzle-orm/sqlite-proxy';
import type { Repository } from 'express-viewsets';
import { DrizzleRepository } from 'express-viewsets/drizzle';
import { KnexRepository } from 'express-viewsets/knex';
import { KyselyRepository } from 'express-viewsets/kysely';
import knex from 'knex';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import { Pool } from 'pg';
import { WasmClient } from './knex-sqlite';
import { bestPostgres } from './postgres';
import { openSqlite } from './sqlite';

/*
 * Tables with limits of every kind: items of tenants, and categories whose ids are those of a tenant, so that a
 * relation has two columns.
 */

/** One library on one database. */
export interface Scoped {
  /** Of items that have a `label`, which is no column; the categories and the relation are those of the tenant. */
  readonly items: Repository;
  /** The same, of which no columns are declared; Drizzle's tables always have. */
  readonly undeclared?: Repository;
  /** The statements that were sent. */
  readonly sent: string[];
}

export interface ScopedDatabase {
  readonly libraries: Readonly<Record<'Kysely' | 'Knex' | 'Drizzle', Scoped>>;
  close(): Promise<unknown>;
}

const columns = ['id', 'tenant', 'price', 'code', 'at', 'category_id'] as const;
const on = { category_id: 'id', tenant: 'tenant' } as const;
const fromRow = (row: object) => ({
  ...row,
  ...('code' in row && { label: `<${(row as { code: unknown }).code}>` }),
});

function statements(items: string, categories: string, postgres: boolean): string[] {
  return [
    `create table ${categories} (id integer, tenant text, name text, primary key (id, tenant))`,
    `create table ${items} (id ${postgres ? 'uuid' : 'text'} primary key, tenant text not null, price integer check (price > -99),
      code ${postgres ? 'varchar(20)' : 'text'}, at ${postgres ? 'timestamptz' : 'text'}, category_id integer,
      foreign key (category_id, tenant) references ${categories} (id, tenant))`,
    `insert into ${categories} values (1, 'north', 'fruit'), (1, 'south', 'secret'), (2, 'north', 'other')`,
    `insert into ${items} (id, tenant, price, code, category_id) values
      ('${idOf(1)}', 'north', 1, 'a', 1), ('${idOf(2)}', 'south', 2, 'b', 1), ('${idOf(3)}', 'north', null, null, null)`,
  ];
}

/** The key of the item of this number. */
export function idOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function names() {
  const suffix = Math.random().toString(36).slice(2, 10);
  return { items: `items_${suffix}`, categories: `scoped_${suffix}` };
}

function kyselyOf(dialect: ConstructorParameters<typeof Kysely>[0]['dialect'], table: string, other: string) {
  const sent: string[] = [];
  const db = new Kysely<Record<string, Record<string, unknown>>>({
    dialect,
    log: ({ query }) => void sent.push(query.sql),
  });
  const relations = { category: { table: other, on } };
  const items = new KyselyRepository<Record<string, Record<string, unknown>>, string, object>(db, table, {
    columns,
    relations,
    fromRow,
  });
  const undeclared = new KyselyRepository<Record<string, Record<string, unknown>>, string, object>(
    db,
    table,
    {
      relations,
      fromRow,
    },
  );
  return { db, scoped: { items, undeclared, sent } };
}

function knexOf(db: knex.Knex, table: string, other: string) {
  const sent: string[] = [];
  db.on('query', ({ sql }: { sql: string }) => sent.push(sql));
  const relations = { category: { table: other, on } };
  const items = new KnexRepository<object>(db, table, { columns, relations, fromRow });
  return { items, undeclared: new KnexRepository<object>(db, table, { relations, fromRow }), sent };
}

/** The databases that there are here. */
export const scopedDatabases: readonly (readonly [string, () => Promise<ScopedDatabase>])[] = [
  ...bestPostgres.map(
    ([name, start]) =>
      [
        name,
        async () => {
          const server = await start();
          const { items: table, categories } = names();
          const pool = new Pool({ connectionString: server.url, max: 1 });
          for (const statement of statements(table, categories, true)) await pool.query(statement);
          const shared = { connect: () => pool.connect(), end: async () => undefined };
          const kysely = kyselyOf(new PostgresDialect({ pool: shared }), table, categories);
          const knexDb = knex({ client: 'pg', connection: {} });
          // PGlite has one connection, which Knex would keep.
          knexDb.client.acquireRawConnection = async () => ({
            query: (...query: Parameters<Pool['query']>) => pool.query(...query),
          });
          knexDb.client.destroyRawConnection = async () => undefined;
          const other = pgTable(categories, { id: pgInteger(), tenant: pgText(), name: pgText() });
          const own = pgTable(
            table,
            {
              id: uuid().primaryKey(),
              tenant: pgText().notNull(),
              price: pgInteger(),
              code: varchar({ length: 20 }),
              at: timestamp({ withTimezone: true }),
              category_id: pgInteger(),
            },
            (self) => [
              foreignKey({
                columns: [self.category_id, self.tenant],
                foreignColumns: [other.id, other.tenant],
              }),
            ],
          );
          const sent: string[] = [];
          const drizzle = new DrizzleRepository(
            drizzlePg(pool, { logger: { logQuery: (sql) => sent.push(sql) } }),
            own,
            { relations: { category: { table: other, on } }, fromRow: fromRow as never },
          );
          return {
            libraries: {
              Kysely: kysely.scoped,
              Knex: knexOf(knexDb, table, categories),
              Drizzle: { items: drizzle as Repository, sent },
            },
            async close() {
              await knexDb.destroy();
              await pool.query(`drop table ${table}`);
              await pool.query(`drop table ${categories}`);
              await pool.end();
              await server.close();
            },
          };
        },
      ] as const,
  ),
  [
    'SQLite',
    async () => {
      const { items: table, categories } = names();
      const filled = () => {
        const database = openSqlite();
        database.exec('pragma foreign_keys = on');
        for (const statement of statements(table, categories, false)) database.exec(statement);
        return database;
      };
      const kysely = kyselyOf(new SqliteDialect({ database: filled() }), table, categories);
      class FilledClient extends WasmClient {
        override async acquireRawConnection() {
          return filled();
        }
      }
      const knexDb = knex({
        client: FilledClient,
        connection: { filename: ':memory:' },
        useNullAsDefault: true,
      });
      const database = filled();
      const other = sqliteTable(categories, { id: integer(), tenant: text(), name: text() });
      const own = sqliteTable(table, {
        id: text().primaryKey(),
        tenant: text().notNull(),
        price: integer(),
        code: text(),
        at: text(),
        category_id: integer(),
      });
      const sent: string[] = [];
      const db = drizzleProxy(
        async (sql, parameters) => {
          const statement = database.prepare(sql);
          if (!statement.reader) return { rows: [statement.run(parameters)] };
          return { rows: statement.all(parameters).map((row) => Object.values(row as object)) };
        },
        { logger: { logQuery: (sql) => sent.push(sql) } },
      );
      const drizzle = new DrizzleRepository(db, own, {
        relations: { category: { table: other, on } },
        fromRow: fromRow as never,
      });
      return {
        libraries: {
          Kysely: kysely.scoped,
          Knex: knexOf(knexDb, table, categories),
          Drizzle: { items: drizzle as Repository, sent },
        },
        async close() {
          await kysely.db.destroy();
          await knexDb.destroy();
          database.close();
        },
      };
    },
  ],
];
