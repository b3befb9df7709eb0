import { is, sql } from 'drizzle-orm';
import { PgDatabase } from 'drizzle-orm/pg-core';
import { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import type { Repository } from '../repository/index.js';
import {
  type Dialect,
  type Driver,
  type Fragment,
  type Query,
  type Row,
  SqlRepository,
} from '../sql/index.js';
import type { DatabaseOf, DrizzleRepositoryOptions, DrizzleTable } from './options.js';
import { expressionOf, type Restrictable, restrict } from './select.js';
import { DrizzleSource, dialectOfTable } from './source.js';

/**
 * A repository over one table, of PostgreSQL or SQLite, that Drizzle describes. The columns encode and decode their values.
 *
 * ```ts
 * repository = new DrizzleRepository(db, items);
 * ```
 *
 * Inside a transaction, make another with it in place of `db`. Relations are filtered and sorted by, and not loaded. What the
 * databases differ in: text is compared by the collation of its column (see `collations`); where the case is ignored,
 * SQLite folds ASCII alone, and PostgreSQL what the locale of the database says.
 */
export class DrizzleRepository<Of extends DrizzleTable, Entity extends object = Of['$inferSelect']>
  extends SqlRepository<Entity>
  implements Repository<Entity>
{
  /** @throws TypeError when the table and the database are none of those that are known, or the options do not fit. */
  constructor(db: DatabaseOf<Of>, table: Of, options: DrizzleRepositoryOptions<Of, Entity> = {}) {
    const dialect = checkDatabase(db, table);
    const source = new DrizzleSource(table, dialect, options);
    super({ dialect, source, driver: new DrizzleDriver(db, table), options });
  }
}

function checkDatabase(db: object, table: object): Dialect {
  const dialect = dialectOfTable(table);
  const fits = dialect === 'sqlite' ? is(db, BaseSQLiteDatabase) : dialect && is(db, PgDatabase);
  if (dialect && fits) return dialect;
  throw new TypeError(
    'A DrizzleRepository takes a database of PostgreSQL with a table of pgTable, or one of SQLite with a table of sqliteTable.',
  );
}

/** What is used of the databases of all kinds. */
interface Database {
  select(fields: object): { from(table: DrizzleTable): Restrictable & PromiseLike<Row[]> };
  insert(table: DrizzleTable): { values(values: Row): Returning };
  update(table: DrizzleTable): { set(values: Row): { where(condition: unknown): Returning } };
  delete(table: DrizzleTable): { where(condition: unknown): Returning };
}

interface Returning {
  returning(fields: object): PromiseLike<Row[]>;
}

class DrizzleDriver implements Driver {
  readonly #db: Database;
  readonly #table: DrizzleTable;

  constructor(db: object, table: DrizzleTable) {
    this.#db = db as Database;
    this.#table = table;
  }

  async select(query: Query): Promise<Row[]> {
    const extras = [...query.extras].map(([name, value]) => [name, expressionOf(value).as(name)]);
    const fields = { ...fieldsOf(query.outputs), ...Object.fromEntries(extras) };
    const from = this.#db.select(fields).from(this.#table);
    restrict(from, query, query.where && expressionOf(query.where));
    return from;
  }

  async count(where: Fragment | undefined): Promise<number> {
    const from = this.#db.select({ total: sql<number>`count(*)` }).from(this.#table);
    if (where) from.where(expressionOf(where));
    const rows = await from;
    return Number(rows[0]?.total);
  }

  async insert(values: Row, outputs: Query['outputs']): Promise<Row[]> {
    return this.#db.insert(this.#table).values(values).returning(fieldsOf(outputs));
  }

  async update(values: Row, where: Fragment, outputs: Query['outputs']): Promise<Row[]> {
    const query = this.#db.update(this.#table).set(values).where(expressionOf(where));
    return query.returning(fieldsOf(outputs));
  }

  async remove(where: Fragment): Promise<boolean> {
    const query = this.#db.delete(this.#table).where(expressionOf(where));
    return (await query.returning({ one: sql`1` })).length > 0;
  }
}

/** The columns as they are, so that they decode what they hold. */
function fieldsOf(outputs: Query['outputs']): Record<string, unknown> {
  const fields = [...(outputs ?? [])].map(([name, [chunk]]) => {
    if (typeof chunk !== 'object' || chunk.kind !== 'native')
      throw new TypeError(`${name} is no column of Drizzle.`);
    return [name, chunk.native];
  });
  return Object.fromEntries(fields);
}
