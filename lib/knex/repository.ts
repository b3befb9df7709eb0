import type { Knex } from 'knex';
import type { Repository } from '../repository/index.js';
import {
  checkDialect,
  type Driver,
  type Fragment,
  joined,
  NamedSource,
  nameChunk,
  type Query,
  type Row,
  SqlRepository,
  valueChunk,
} from '../sql/index.js';
import { dialectOf } from './dialect.js';
import { checkName, rawOf } from './fragment.js';
import type { KnexRepositoryOptions } from './options.js';
import { aliased, restrict, selectOutputs } from './select.js';

/**
 * A repository over one table, of PostgreSQL or SQLite, that Knex talks to.
 *
 * ```ts
 * repository = new KnexRepository<Item>(knex, 'items');
 * ```
 *
 * Inside a transaction, make another with it in place of `knex`. Relations are filtered and sorted by, and not loaded. What
 * the databases differ in: text is compared by the collation of its column (see `collations`); where the case is ignored,
 * SQLite folds ASCII alone, and PostgreSQL what the locale of the database says.
 */
export class KnexRepository<Entity extends object = Record<string, unknown>>
  extends SqlRepository<Entity>
  implements Repository<Entity>
{
  /**
   * @param table Its name, perhaps with its schema: `'shop.items'`.
   * @throws TypeError when the database is not known, or the options do not fit together.
   */
  constructor(knex: Knex, table: string, options: KnexRepositoryOptions<Entity> = {}) {
    const dialect = checkDialect(options.dialect ?? dialectOf(knex), 'This Knex instance');
    const source = NamedSource.of(table, options, { dialect, dates: 'milliseconds' });
    super({ dialect, source, driver: new KnexDriver(knex, table.split('.')), options });
  }
}

class KnexDriver implements Driver {
  readonly #knex: Knex;
  readonly #table: Fragment;
  readonly #name: string;

  constructor(knex: Knex, parts: readonly string[]) {
    this.#knex = knex;
    this.#table = [{ kind: 'table', parts: parts.map(checkName) }];
    this.#name = parts.join('.');
  }

  async select(query: Query): Promise<Row[]> {
    const from = this.#knex<Row, Row[]>(this.#name) as unknown as Knex.QueryBuilder<Row, Row[]>;
    if (!query.outputs) from.select(`${this.#name}.*`);
    selectOutputs(from, query);
    restrict(from, query);
    return from;
  }

  async count(where: Fragment | undefined): Promise<number | string | bigint> {
    const condition: Fragment = where ? [' where ', ...where] : [];
    const rows = await this.#run(['select count(*) as total from ', ...this.#table, ...condition]);
    return rows[0]?.total as number | string | bigint;
  }

  async insert(values: Row, outputs: Query['outputs']): Promise<Row[]> {
    const entries = Object.entries(values);
    const names = entries.map(([name]) => [nameChunk(name)]);
    const given = entries.map(([, value]) => [valueChunk(value)]);
    const set: Fragment =
      entries.length > 0
        ? [' (', ...joined(names, ', '), ') values (', ...joined(given, ', '), ')']
        : [' default values'];
    return this.#run(['insert into ', ...this.#table, ...set, ...returning(outputs)]);
  }

  async update(values: Row, where: Fragment, outputs: Query['outputs']): Promise<Row[]> {
    const set = Object.entries(values).map(
      ([name, value]): Fragment => [nameChunk(name), ' = ', valueChunk(value)],
    );
    const change: Fragment = ['update ', ...this.#table, ' set ', ...joined(set, ', '), ' where ', ...where];
    return this.#run([...change, ...returning(outputs)]);
  }

  async remove(where: Fragment): Promise<boolean> {
    const rows = await this.#run(['delete from ', ...this.#table, ' where ', ...where, ' returning 1']);
    return rows.length > 0;
  }

  /** Drivers of PostgreSQL return a result with rows, and those of SQLite the rows. */
  async #run(fragment: Fragment): Promise<Row[]> {
    const { sql, bindings } = rawOf(fragment);
    const result: unknown = await this.#knex.raw(sql, bindings);
    return Array.isArray(result) ? result : (result as { rows: Row[] }).rows;
  }
}

function returning(outputs: Query['outputs']): Fragment {
  const list = outputs && [...outputs].map(([name, value]) => aliased(name, value));
  return list ? [' returning ', ...joined(list, ', ')] : [' returning *'];
}
