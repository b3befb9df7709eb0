import { KnexRepository } from 'express-viewsets/knex';
import knex, { type Knex } from 'knex';
import { WasmClient } from '../support/engines/knex-sqlite';
import { type Connected, describeLibrary } from '../support/engines/library';
import { pgTypes } from '../support/engines/pg-types';
import type { Run, Tables } from '../support/engines/shop';

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

function connected(db: Knex, run: Run, fromRow?: (row: Record<string, unknown>) => object): Connected {
  const sent: string[] = [];
  const own = db;
  own.on('query', ({ sql }: { sql: string }) => sent.push(sql));
  const repository = (on: Knex, { products, categories, tags }: Tables) =>
    new KnexRepository<object>(on, products, {
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
    transaction: (tables, work) => db.transaction((trx) => work(repository(trx, tables))),
    close: () => db.destroy(),
  };
}

const positional = (sql: string) => sql.replace(/\$\d+/g, '?');

describeLibrary({
  postgres({ url, connections }) {
    const db = knex({
      client: 'pg',
      connection: { connectionString: url, types: pgTypes } as Knex.PgConnectionConfig,
      pool: { min: 0, max: connections },
    });
    return connected(db, (sql, parameters) => db.raw(positional(sql), [...parameters] as Knex.Value[]));
  },
  sqlite() {
    const db = knex({ client: WasmClient, connection: { filename: ':memory:' }, useNullAsDefault: true });
    return connected(
      db,
      (sql, parameters) => db.raw(sql, [...parameters] as Knex.Value[]).then((result: unknown) => result),
      (row) => ({
        ...row,
        ...('active' in row && { active: row.active === 1 }),
        ...('created_at' in row && { created_at: new Date(row.created_at as number) }),
      }),
    );
  },
  storedDate: (iso) => Date.parse(iso),
});
