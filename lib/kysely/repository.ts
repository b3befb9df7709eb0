import type { Kysely, Selectable } from 'kysely';
import type { Repository } from '../repository/index.js';
import {
  checkDialect,
  type Dialect,
  type Driver,
  type Fragment,
  type NamedOptions,
  NamedSource,
  type Query,
  type Row,
  SqlRepository,
} from '../sql/index.js';
import { expressionOf } from './fragment.js';
import type { KyselyInstance, KyselyRepositoryOptions, TableName } from './options.js';
import { type AnySelect, restrict, selectOutputs } from './select.js';

type Rows = Record<string, Record<string, unknown>>;

/**
 * A repository over one table, of PostgreSQL or SQLite, that Kysely talks to.
 *
 * ```ts
 * repository = new KyselyRepository(db, 'items');
 * ```
 *
 * Inside a transaction, make another with it in place of `db`. Relations are filtered and sorted by, and not loaded. What the
 * databases differ in: text is compared by the collation of its column (see `collations`); where the case is ignored,
 * SQLite folds ASCII alone, and PostgreSQL what the locale of the database says. With `withSchema`, name the schema of
 * the tables of `relations`, as in `'shop.categories'`.
 */
export class KyselyRepository<
    DB,
    Table extends TableName<DB>,
    Entity extends object = Selectable<DB[Table]> & object,
  >
  extends SqlRepository<Entity>
  implements Repository<Entity>
{
  /** @throws TypeError when the database is not known, or the options do not fit together. */
  constructor(
    db: KyselyInstance<DB>,
    table: Table,
    options: KyselyRepositoryOptions<DB, Table, Entity, Selectable<DB[Table]>> = {},
  ) {
    const dialect = checkDialect(options.dialect ?? dialectOf(db), 'This Kysely instance');
    const source = NamedSource.of(table, options as NamedOptions, { dialect, dates: 'text' });
    const driver = new KyselyDriver(db as unknown as Kysely<Rows>, table);
    super({ dialect, source, driver, options });
  }
}

class KyselyDriver implements Driver {
  readonly #db: Kysely<Rows>;
  readonly #table: string;

  constructor(db: Kysely<Rows>, table: string) {
    this.#db = db;
    this.#table = table;
  }

  async select(query: Query): Promise<Row[]> {
    const from = this.#db.selectFrom(this.#table) as unknown as AnySelect;
    const selected = query.outputs ? from : (from.selectAll(this.#table) as AnySelect);
    return (await restrict(selectOutputs(selected, query), query).execute()) as Row[];
  }

  async count(where: Fragment | undefined): Promise<number | string | bigint> {
    const counted = this.#db.selectFrom(this.#table).select((all) => all.fn.countAll().as('total'));
    const query = where ? counted.where(expressionOf<boolean>(where)) : counted;
    const { total } = await query.executeTakeFirstOrThrow();
    return total;
  }

  async insert(values: Row, outputs: Query['outputs']): Promise<Row[]> {
    const into = this.#db.insertInto(this.#table);
    const query = Object.keys(values).length > 0 ? into.values(values) : into.defaultValues();
    return outputs ? query.returning(named(outputs)).execute() : query.returningAll().execute();
  }

  async update(values: Row, where: Fragment, outputs: Query['outputs']): Promise<Row[]> {
    const query = this.#db.updateTable(this.#table).set(values).where(expressionOf<boolean>(where));
    return outputs ? query.returning(named(outputs)).execute() : query.returningAll().execute();
  }

  async remove(where: Fragment): Promise<boolean> {
    const query = this.#db.deleteFrom(this.#table).where(expressionOf<boolean>(where));
    return (await query.executeTakeFirst()).numDeletedRows > 0n;
  }
}

function named(outputs: NonNullable<Query['outputs']>) {
  return [...outputs].map(([name, value]) => expressionOf<unknown>(value).as(name));
}

/** By the name of the class, as there may be two copies of Kysely, and dialects of others extend these. */
function dialectOf<DB>(db: KyselyInstance<DB>): Dialect | string | undefined {
  let type: unknown = db.getExecutor?.().adapter?.constructor;
  while (typeof type === 'function' && type !== Function.prototype) {
    const known = adapters[type.name];
    if (known) return known;
    type = Object.getPrototypeOf(type);
  }
  return undefined;
}

const adapters: Readonly<Record<string, string>> = {
  __proto__: null as never,
  PostgresAdapter: 'postgres',
  SqliteAdapter: 'sqlite',
  MysqlAdapter: 'mysql',
  MssqlAdapter: 'mssql',
};
