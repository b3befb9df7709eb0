import { KyselyRepository } from 'express-viewsets/kysely';
import { type Dialect, Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import { Pool } from 'pg';
import { type Connected, describeLibrary } from '../support/engines/library';
import { pgTypes } from '../support/engines/pg-types';
import { postgresServers } from '../support/engines/postgres';
import type { Run, Tables } from '../support/engines/shop';
import { openSqlite } from '../support/engines/sqlite';

interface Row {
  id: number;
  name: string;
}
type Shop = Record<string, Row & Record<string, unknown>>;

const columns = [
  'id',
  'sku',
  'name',
  'description',
  'price',
  'rating',
  'active',
  'created_at',
  'released_on',
  'tenant',
  'category_id',
  'version',
];

function connected(dialect: Dialect, run: Run, fromRow?: (row: object) => object): Connected {
  const sent: string[] = [];
  const db = new Kysely<Shop>({ dialect, log: ({ query }) => void sent.push(query.sql) });
  const repository = (on: Kysely<Shop>, { products, categories, tags }: Tables) =>
    new KyselyRepository<Shop, string, object>(on, products, {
      columns,
      relations: {
        category: {
          table: categories,
          on: { category_id: 'id' },
          relations: { parent: { table: categories, on: { parent_id: 'id' } } },
        },
        tags: { table: tags, on: { id: 'product_id' }, many: true },
      },
      ...(fromRow && { fromRow }),
    });
  return {
    run,
    sent,
    repository: (tables) => repository(db, tables),
    transaction: (tables, work) => db.transaction().execute((trx) => work(repository(trx, tables))),
    close: () => db.destroy(),
  };
}

describeLibrary({
  servers: postgresServers,
  postgres({ url, connections }) {
    const pool = new Pool({ connectionString: url, max: connections, types: pgTypes });
    return connected(new PostgresDialect({ pool }), (sql, parameters) => pool.query(sql, [...parameters]));
  },
  sqlite() {
    const database = openSqlite();
    return connected(
      new SqliteDialect({ database }),
      async (sql, parameters) => database.prepare(sql).run(parameters),
      (row) => ('active' in row ? { ...row, active: row.active === 1 } : row),
    );
  },
});
