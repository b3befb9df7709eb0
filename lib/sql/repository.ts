import { type Condition, equalsAll, type Scalar, type Selection } from '../operations/index.js';
import type { Criteria, PageSelection, Repository, RepositoryPage } from '../repository/index.js';
import { columnsOfFields, compileCondition, compileSort, compileSortValue } from './condition.js';
import type { Dialect } from './dialect.js';
import type { Fragment } from './fragment.js';
import { columnOf, type Source } from './source.js';
import { translatedRead, translatedWrite } from './violations.js';

export type Row = Record<string, unknown>;

/** A selection as SQL. */
export interface Query {
  /** What is selected, by the property that it is for; none: all there is. */
  readonly outputs: ReadonlyMap<string, Fragment> | undefined;
  /** What is selected besides. */
  readonly extras: ReadonlyMap<string, Fragment>;
  readonly where: Fragment | undefined;
  readonly orderBy: readonly Fragment[];
  readonly limit: number | undefined;
  readonly offset: number | undefined;
}

/** What a library has to do: one statement for each call. The values to be stored are encoded already. */
export interface Driver {
  select(query: Query): Promise<Row[]>;
  count(where: Fragment | undefined): Promise<number | string | bigint>;
  insert(values: Row, outputs: Query['outputs']): Promise<Row[]>;
  update(values: Row, where: Fragment, outputs: Query['outputs']): Promise<Row[]>;
  /** Whether a row was removed. */
  remove(where: Fragment): Promise<boolean>;
}

/** What the repositories of all libraries can be told. */
export interface RowOptions<Entity extends object, StoredRow = Row> {
  /**
   * Makes an entity of a row, which has its values by their properties, and only those that were asked for. For what the
   * database has no type for: SQLite keeps a boolean as 0 or 1. Default: the row as it is.
   */
  readonly fromRow?: ((row: StoredRow) => Entity) | undefined;
  /** Makes of the values of a create or an update those that are stored, by the same properties. Default: as they are. */
  readonly toRow?: ((values: Row) => Row) | undefined;
}

interface Parts<Entity extends object> {
  readonly dialect: Dialect;
  readonly source: Source;
  readonly driver: Driver;
  readonly options: RowOptions<Entity, never>;
}

/**
 * Repositories over one table of an SQL database, whatever library talks to it.
 *
 * A violation inside of a transaction of PostgreSQL ends that transaction, as any error does there: set a savepoint to go
 * on. SQLite sorts null by an index only where the sort says `nullable: false`.
 */
export abstract class SqlRepository<Entity extends object> implements Repository<Entity> {
  readonly #parts: Parts<Entity>;

  protected constructor(parts: Parts<Entity>) {
    this.#parts = parts;
  }

  /**
   * Inserts a row, in one statement; without any values, one of the defaults alone.
   *
   * @throws UniqueViolation when a value that has to be unique is taken.
   * @throws BadRequest when a value is too long, too large or of another kind than its column, missing, or against a check
   * of the table, and when a text holds a NUL, which PostgreSQL does not store.
   * @throws Conflict when a value refers to a row that is not there.
   * @throws TypeError when a property is no column.
   */
  async create(values: object): Promise<Entity> {
    const { source, driver } = this.#parts;
    const rows = await this.#write(driver.insert(this.#stored(values), outputsOf(source, undefined)));
    return this.#entity(rows[0] as Row);
  }

  /**
   * The row that these columns name, in one query.
   *
   * @throws BadRequest when a value is of no kind that its column has, such as a text for a UUID.
   */
  async get(key: Criteria): Promise<Entity | undefined> {
    const { source, driver } = this.#parts;
    const query: Query = {
      outputs: outputsOf(source, undefined),
      extras: new Map(),
      where: this.#where(this.#keyOf(key)),
      orderBy: [],
      limit: 1,
      offset: undefined,
    };
    const rows = await this.#read(driver.select(query));
    return rows[0] && this.#entity(rows[0]);
  }

  /**
   * The rows of a selection, in one query.
   *
   * @throws BadRequest as `get`.
   */
  async list(selection: Selection): Promise<Entity[]> {
    const { dialect, source, driver } = this.#parts;
    const rows = await this.#read(driver.select(compileSelection(dialect, selection, source)));
    return rows.map((row) => this.#entity(row));
  }

  /** A page in one query, and its total in another, which is left out where the page tells it. */
  async getFilteredPage(selection: PageSelection): Promise<RepositoryPage<Entity>> {
    const { dialect, source, driver } = this.#parts;
    const { limit, offset = 0, sort = [] } = selection;
    const withPositions = Boolean(selection.positions) && sort.length > 0;
    const query = compileSelection(dialect, selection, source, withPositions);
    const rows = await this.#read(driver.select(query));
    const positions = withPositions ? rows.map((row) => takePosition(row, sort.length)) : undefined;
    const page = { items: rows.map((row) => this.#entity(row)), ...(positions && { positions }) };
    if (!selection.total) return page;
    // The page is the last one, and is there.
    if (rows.length < limit && (rows.length > 0 || offset === 0)) {
      return { ...page, total: offset + rows.length };
    }
    return { ...page, total: Number(await this.#read(driver.count(query.where))) };
  }

  /**
   * Changes the row that these columns name, in one statement; without any values, it is read and nothing more. The
   * columns have to name one row: of several all are changed, and one is returned.
   *
   * @throws UniqueViolation, BadRequest, Conflict, TypeError as `create`; BadRequest and Conflict also as `get` and `delete`.
   */
  async updateOne(key: Criteria, values: object): Promise<Entity | undefined> {
    const { source, driver } = this.#parts;
    const stored = this.#stored(values);
    if (Object.keys(stored).length === 0) return this.get(key);
    const where = this.#where(this.#keyOf(key));
    const rows = await this.#write(driver.update(stored, where, outputsOf(source, undefined)));
    return rows[0] && this.#entity(rows[0]);
  }

  /**
   * Deletes the row that these columns name, in one statement.
   *
   * @throws Conflict when other rows refer to it.
   * @throws BadRequest as `get`.
   */
  async delete(key: Criteria): Promise<boolean> {
    return this.#write(this.#parts.driver.remove(this.#where(this.#keyOf(key))));
  }

  async #write<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      throw translatedWrite(error, this.#parts.source);
    }
  }

  async #read<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      throw translatedRead(error);
    }
  }

  #where(condition: Condition): Fragment {
    const { dialect, source } = this.#parts;
    return compileCondition(dialect, condition, source);
  }

  #keyOf(key: Criteria): Condition {
    const { source } = this.#parts;
    for (const [property, value] of Object.entries(key)) {
      if (value === undefined)
        throw new TypeError(`The key of ${source.name} lacks a value for ${property}.`);
    }
    const condition = equalsAll(key);
    if (!condition) throw new TypeError(`The key of ${source.name} names no column, and would be all rows.`);
    return condition;
  }

  #stored(values: object): Row {
    const { source, options } = this.#parts;
    const row = options.toRow ? options.toRow(values as Row) : (values as Row);
    const stored: Row = {};
    for (const [property, value] of Object.entries(row)) {
      if (value === undefined) continue;
      const column = columnOf(source, property);
      stored[column.key] = column.stored(value);
    }
    return stored;
  }

  #entity(row: Row): Entity {
    const { fromRow } = this.#parts.options;
    return fromRow ? fromRow(row as never) : (row as Entity);
  }
}

/**
 * A selection as SQL.
 *
 * @throws TypeError when a field is unknown.
 * @throws RangeError when `limit` or `offset` is no count.
 */
export function compileSelection(
  dialect: Dialect,
  { where, sort = [], fields, limit, offset }: Selection,
  source: Source,
  positions = false,
): Query {
  for (const [name, count] of Object.entries({ limit, offset })) {
    if (count !== undefined && !(Number.isSafeInteger(count) && count >= 0)) {
      throw new RangeError(`${name} of a selection of ${source.name} has to be an integer from 0.`);
    }
  }
  // SQLite takes no offset without a limit.
  const unlimited = dialect === 'sqlite' && offset ? Number.MAX_SAFE_INTEGER : undefined;
  return {
    outputs: outputsOf(source, fields),
    extras: positions ? positionsOf(dialect, sort, source) : new Map(),
    where: where && compileCondition(dialect, where, source),
    orderBy: sort.map((step) => compileSort(dialect, step, source)),
    limit: limit ?? unlimited,
    offset: offset || undefined,
  };
}

/** The select list; nothing where all columns are asked for, and only the database knows them. */
function outputsOf(source: Source, fields: readonly string[] | undefined): Query['outputs'] {
  const columns = columnsOfFields(source, fields?.length ? fields : undefined);
  return columns && new Map([...columns].map(([property, { chunk }]) => [property, [chunk]]));
}

// In small letters, which no plugin for camel case changes.
const plain = 'positionvalue';
const exact = 'positiontext';

/** The values of the sort fields, and in PostgreSQL their texts, which hold what a JavaScript value does not. */
function positionsOf(dialect: Dialect, sort: NonNullable<Selection['sort']>, source: Source) {
  const extras = new Map<string, Fragment>();
  for (const [index, step] of sort.entries()) {
    const value = compileSortValue(step, source);
    extras.set(`${plain}${index}`, value);
    if (dialect === 'postgres') extras.set(`${exact}${index}`, ['(', ...value, ')::text']);
  }
  return extras;
}

/** Takes the position of a row out of it. */
function takePosition(row: Row, length: number): (Scalar | null)[] {
  return Array.from({ length }, (_, index) => {
    const [value, text] = [row[`${plain}${index}`], row[`${exact}${index}`]];
    delete row[`${plain}${index}`];
    delete row[`${exact}${index}`];
    if (value === null || value === undefined) return (text ?? null) as string | null;
    return text !== undefined && isInexact(value) ? (text as string) : (value as Scalar);
  });
}

/** A `Date` has no microseconds, and a float of 32 bits is another number in 64. */
function isInexact(value: unknown): boolean {
  return typeof value === 'object' || (typeof value === 'number' && !Number.isInteger(value));
}
