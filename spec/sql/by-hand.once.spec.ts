import { eq } from 'drizzle-orm';
import { QueryBuilder as MysqlBuilder, int as mysqlInt, mysqlTable } from 'drizzle-orm/mysql-core';
import { integer, pgTable, QueryBuilder, text } from 'drizzle-orm/pg-core';
import { applySelection as applyDrizzle, DrizzleRepository } from 'express-viewsets/drizzle';
import { applySelection as applyKnex, KnexRepository } from 'express-viewsets/knex';
import { applySelection as applyKysely, KyselyRepository } from 'express-viewsets/kysely';
import knex from 'knex';
import {
  CamelCasePlugin,
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import type { Selection } from '../../lib/operations';

/* Queries that the application makes itself, and mistakes of wiring. */

const selection: Selection = {
  where: {
    op: 'or',
    conditions: [
      { op: 'contains', field: 'name', value: '50%_!', ignoreCase: true },
      { op: 'ne', field: 'parent.parent.name', value: 'x' },
      { op: 'not', condition: { op: 'in', field: 'id', value: [1, 70_000] } },
    ],
  },
  sort: [{ field: 'parent.name', direction: 'desc' }],
  limit: 3,
  offset: 6,
};
const condition = (root: string) =>
  `(("${root}"."name")::text ilike $1 escape '!' or ` +
  `not exists (select 1 from "items" as "r1" where "r1"."id" = "${root}"."parent_id" and ` +
  `exists (select 1 from "items" as "r2" where "r2"."id" = "r1"."parent_id" and "r2"."name" = $2)) or ` +
  `(("${root}"."id" in ($3, $4::int4)) is not true))`;
const order = (root: string) =>
  `(select "r1"."name" from "items" as "r1" where "r1"."id" = "${root}"."parent_id") desc`;
const parameters = ['%50!%!_!!%', 'x', 1, 70_000, 3, 6];

const parent = { table: 'items', on: { parent_id: 'id' } } as const;
const options = { table: 'items', relations: { parent: { ...parent, relations: { parent } } } };

const postgres = {
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (db: Kysely<any>) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};

interface Database {
  items: { id: number; name: string | null; parent_id: number | null };
}

test('Kysely', () => {
  const db = new Kysely<Database>({ dialect: postgres });
  const query = applyKysely(db.selectFrom('items as i').select('i.id'), selection, {
    ...options,
    alias: 'i',
    dialect: 'postgres',
  });
  const compiled = query.compile();
  expect(compiled.sql).toBe(
    `select "i"."id" from "items" as "i" where ${condition('i')} order by ${order('i')} limit $5 offset $6`,
  );
  expect(compiled.parameters).toEqual(parameters);
});

test('fields that no columns are declared for select all, and are no SQL', () => {
  const fields = { fields: ['id', 'label'] };
  const db = new Kysely<Database>({ dialect: postgres });
  const kysely = applyKysely(db.selectFrom('items as i'), fields, {
    table: 'items',
    alias: 'i',
    dialect: 'postgres',
  });
  expect(kysely.compile().sql).toBe('select "i".* from "items" as "i"');
  const byKnex = applyKnex(knex({ client: 'pg' })('items as i'), fields, { table: 'items', alias: 'i' });
  expect(byKnex.toSQL().toNative().sql).toBe('select "i".* from "items" as "i"');
  const declared = { table: 'items', columns: ['id', 'name'], dialect: 'postgres' } as const;
  const one = applyKysely(db.selectFrom('items'), { fields: ['name'] }, declared);
  expect(one.compile().sql).toBe('select "items"."name" as "name" from "items"');
  const all = applyKysely(db.selectFrom('items'), fields, declared);
  expect(all.compile().sql).toBe('select "items"."id" as "id", "items"."name" as "name" from "items"');
});

test('Kysely with names in camel case', () => {
  const db = new Kysely<{ bigItems: { createdAt: string } }>({
    dialect: postgres,
    plugins: [new CamelCasePlugin()],
  });
  const query = applyKysely(
    db.selectFrom('bigItems').selectAll(),
    { where: { op: 'eq', field: 'createdAt', value: 'x' } },
    { table: 'bigItems', dialect: 'postgres' },
  );
  expect(query.compile().sql).toBe('select * from "big_items" where "big_items"."created_at" = $1');
});

test('Knex', () => {
  const db = knex({ client: 'pg' });
  const query = applyKnex(db('items as i').select('i.id'), selection, { ...options, alias: 'i' });
  const { sql, bindings } = query.toSQL().toNative();
  expect(sql).toBe(
    `select "i"."id" from "items" as "i" where ${condition('i')} order by ${order('i')} limit $5 offset $6`,
  );
  expect(bindings).toEqual(parameters);
});

test('Drizzle', () => {
  const items = pgTable('items', { id: integer(), name: text(), parent_id: integer() });
  const toParent = { table: items, on: { parent_id: 'id' } };
  const relations = { parent: { ...toParent, relations: { parent: toParent } } };
  const query = applyDrizzle(new QueryBuilder().select({ id: items.id }).from(items).$dynamic(), selection, {
    table: items,
    relations,
  });
  const { sql, params } = query.toSQL();
  expect(sql).toBe(
    `select "id" from "items" where ${condition('items')} order by ${order('items')} limit $5 offset $6`,
  );
  expect(params).toEqual(parameters);
  const both = applyDrizzle(
    new QueryBuilder().select().from(items).$dynamic(),
    { where: { op: 'is_null', field: 'parent', value: true } },
    { table: items, relations },
    eq(items.id, 1),
  );
  expect(both.toSQL().sql).toContain(
    'where not exists (select 1 from "items" as "r1" where "r1"."id" = "items"."parent_id") and ("items"."id" = $1)',
  );
});

describe('mistakes fail when a repository is made', () => {
  const db = new Kysely<Database>({ dialect: postgres });
  const mysql = new Kysely<Database>({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (all) => new MysqlIntrospector(all),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
  });
  const unknown = new Kysely<Database>({
    dialect: { ...postgres, createAdapter: () => ({ supportsReturning: true }) as never },
  });
  const mysqlItems = mysqlTable('items', { id: mysqlInt() });
  const items = pgTable('items', { id: integer(), name: text() });

  test.each<[string, () => unknown, RegExp]>([
    [
      'Kysely for MySQL',
      () => new KyselyRepository(mysql, 'items'),
      /"mysql".*expected 'postgres' or 'sqlite'/,
    ],
    ['Kysely for what is unknown', () => new KyselyRepository(unknown, 'items'), /Give the option dialect/],
    [
      'Knex for MySQL',
      () => new KnexRepository(knex({ client: 'mysql2' }), 'items'),
      /"mysql".*is not supported/,
    ],
    ['Knex for nothing', () => new KnexRepository({} as never, 'items'), /Give the option dialect/],
    [
      'Drizzle for MySQL',
      () => new DrizzleRepository(new MysqlBuilder() as never, mysqlItems),
      /takes a database of PostgreSQL/,
    ],
    [
      'Drizzle for another database',
      () => new DrizzleRepository({} as never, items),
      /takes a database of PostgreSQL/,
    ],
    ['no name', () => new KnexRepository(knex({ client: 'pg' }), ''), /named by a text/],
    ['no columns', () => new KyselyRepository(db, 'items', { columns: [] }), /names no column/],
    ['a column twice', () => new KyselyRepository(db, 'items', { columns: { a: 'id', b: 'id' } }), /twice/],
    [
      'a relation without columns',
      () => new KyselyRepository(db, 'items', { relations: { parent: { table: 'items', on: {} } } }),
      /needs on: .*parent_id/,
    ],
    [
      'a relation that is a column',
      () =>
        new KyselyRepository(db, 'items', {
          columns: ['name'],
          relations: { name: { table: 'items', on: { id: 'id' } } },
        }),
      /both a column and a relation/,
    ],
    [
      'a collation of nothing',
      () => new KyselyRepository(db, 'items', { columns: ['id'], collations: { name: 'C' } }),
      /none of its columns/,
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  test('a table is one of the database, and entities have the types of its rows', async () => {
    const repository = new KyselyRepository(db, 'items');
    const entity: { id: number; name: string | null } | undefined = await repository.get({ id: 1 });
    expect(entity).toBeUndefined();
    // @ts-expect-error: there is no such table
    expect(new KyselyRepository(db, 'itemz')).toBeDefined();
    // @ts-expect-error: there is no such column
    expect(new KyselyRepository(db, 'items', { columns: ['nam'] })).toBeDefined();
  });
});
