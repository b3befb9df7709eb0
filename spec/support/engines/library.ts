import type { Repository } from 'express-viewsets';
import { type Feature, repositoryCases } from 'express-viewsets/testing';
import { keysetAfter } from '../../../lib/operations';
import { UniqueViolation } from '../../../lib/repository';
import { standardFixtures } from '../../../lib/testing/fixtures';
import type { Fixtures } from '../../../lib/testing/product';
import { Held } from './held';
import { bestPostgres, type PostgresServer, type PostgresServers } from './postgres';
import { createTables, dropTables, fill, ownTables, type Run, type StoredDate, type Tables } from './shop';

/** One library, connected to one database. */
export interface Connected {
  readonly run: Run;
  /** The statements that the library has sent. */
  readonly sent: string[];
  readonly repository: (tables: Tables) => Repository;
  /** Calls with a repository in a transaction, which an error takes back. */
  readonly transaction: (tables: Tables, work: (repository: Repository) => Promise<void>) => Promise<void>;
  readonly close: () => Promise<unknown>;
}

export interface Library {
  readonly postgres: (server: PostgresServer) => Connected;
  readonly sqlite: () => Connected;
  /** Those that it is held against. Default: the best there is. */
  readonly servers?: PostgresServers;
  /** How SQLite keeps instants for it. */
  readonly storedDate?: StoredDate;
}

/** What any of the libraries lacks: relations are not loaded, and no column is a list. */
const lacks: readonly Feature[] = ['lists'];
/** SQLite folds ASCII alone; it has instants in milliseconds here. */
const lacksInSqlite: readonly Feature[] = [...lacks, 'unicodeCase', 'microseconds'];

/** Holds a library against all cases of repositories, and what its doc comments say, on PostgreSQL and on SQLite. */
export function describeLibrary(library: Library): void {
  describe.each(library.servers ?? bestPostgres)('%s', (_, start) => {
    let server: PostgresServer | undefined;
    const connect = async () => {
      server = await start();
      return library.postgres(server);
    };
    describeEngine('postgres', connect, lacks, (iso) => iso);
    afterAll(() => server?.close());
  });
  describe('SQLite', () => {
    describeEngine(
      'sqlite',
      async () => library.sqlite(),
      lacksInSqlite,
      library.storedDate ?? ((iso) => iso),
    );
  });
}

function describeEngine(
  engine: 'postgres' | 'sqlite',
  connect: () => Promise<Connected>,
  without: readonly Feature[],
  storedDate: StoredDate,
): void {
  let connected: Connected;
  const narrow = ownTables();
  const wide = ownTables();
  beforeAll(async () => {
    connected = await connect();
    await createTables(connected.run, engine, narrow, 'integer');
    await createTables(connected.run, engine, wide, 'bigint');
  }, 60_000);
  afterAll(async () => {
    await dropTables(connected.run, narrow);
    await dropTables(connected.run, wide);
    await connected.close();
  });

  const held = new Held();
  const run: Run = (sql, parameters) => {
    held.forget();
    return connected.run(sql, parameters);
  };
  const filled = async (fixtures: Fixtures = standardFixtures()) => {
    const large = fixtures.products.some(({ price }) => Math.abs(price ?? 0) >= 2 ** 31);
    const tables = large ? wide : narrow;
    if (connected.sent.some((sql) => !/^select\b/i.test(sql))) held.forget();
    await held.fill(tables, fixtures, () => fill(connected.run, engine, tables, fixtures, storedDate));
    connected.sent.length = 0;
    return { tables, repository: connected.repository(tables) };
  };

  describe('every case of repositories', () => {
    const dateTime = (text: string) => new Date(text);
    for (const { name, run, skip } of repositoryCases(filled, { lacks: without, dateTime })) {
      (skip ? test.skip : test)(name, run);
    }
  });

  describe('sends', () => {
    test.each<[string, (repository: Repository) => unknown, number]>([
      [
        'one query for a list',
        (items) => items.list({ where: { op: 'eq', field: 'tenant', value: 'north' } }),
        1,
      ],
      ['one query for a page', (items) => items.getFilteredPage({ limit: 2, total: false }), 1],
      ['two for a page and its total', (items) => items.getFilteredPage({ limit: 2, total: true }), 2],
      [
        'one for a page that tells its total',
        (items) => items.getFilteredPage({ limit: 99, total: true }),
        1,
      ],
      [
        'two for a page behind the last',
        (items) => items.getFilteredPage({ limit: 9, offset: 99, total: true }),
        2,
      ],
      ['one for a read', (items) => items.get({ id: 1 }), 1],
      ['one for a create', (items) => items.create({ sku: 'x', name: 'x', tenant: 'x' }), 1],
      ['one for an update', (items) => items.updateOne({ id: 1, version: 1 }, { name: 'x' }), 1],
      ['one for an update of nothing', (items) => items.updateOne({ id: 1 }, {}), 1],
      ['one for a delete', (items) => items.delete({ id: 1 }), 1],
    ])('%s', async (_, act, count) => {
      const { repository } = await filled();
      await act(repository);
      expect(connected.sent).toHaveLength(count);
    });

    test('the fields as the select list, and no value in the SQL', async () => {
      const { repository } = await filled();
      await repository.list({ fields: ['id', 'sku'], where: { op: 'eq', field: 'name', value: 'secret' } });
      const [sql] = connected.sent as [string];
      expect(sql).toMatch(/sku/);
      expect(sql).not.toMatch(/description|released_on|\*|secret/);
    });
  });

  test('the total of a page behind the last is told', async () => {
    const { repository } = await filled();
    const page = await repository.getFilteredPage({ limit: 9, offset: 99, total: true });
    expect(page).toMatchObject({ items: [], total: 25 });
  });

  test('a position holds what the database has, and leads to the rest', async () => {
    const { tables, repository } = await filled();
    if (engine === 'postgres') {
      await run(
        `update ${tables.products} set created_at = '2024-01-01T00:00:00Z'::timestamptz + id * interval '1 microsecond'`,
        [],
      );
    }
    const sort = [
      { field: 'category.name', direction: 'desc' },
      { field: 'rating', direction: 'asc' },
      { field: 'created_at', direction: 'desc' },
      { field: 'id', direction: 'asc' },
    ] as const;
    const all = [...(await repository.list({ sort }))].map((item) => (item as { id: number }).id);
    const found: number[] = [];
    let position: Parameters<typeof keysetAfter>[1] | undefined;
    while (found.length < all.length) {
      const where = position && keysetAfter(sort, position);
      const page = await repository.getFilteredPage({
        where,
        sort,
        limit: 4,
        total: false,
        positions: true,
        fields: ['id'],
      });
      expect(page.items.length).toBeGreaterThan(0);
      for (const item of page.items) {
        expect(Object.keys(item)).toEqual(['id']);
        found.push((item as { id: number }).id);
      }
      position = page.positions?.at(-1);
    }
    expect(found).toEqual(all);
  });

  test('a taken value is told by its property, and never by itself', async () => {
    const { repository } = await filled();
    const taken = await rejection(repository.create({ sku: 'p19', name: 'x', tenant: 'x' }));
    expect(taken).toBeInstanceOf(UniqueViolation);
    expect(taken).toMatchObject({ fields: ['sku'], cause: expect.any(Error) });
    expect(String((taken as Error).message)).not.toContain('p19');
    await expect(repository.updateOne({ id: 2 }, { sku: 'p19' })).rejects.toMatchObject({ fields: ['sku'] });
    await expect(repository.updateOne({ id: 2 }, { id: 1 })).rejects.toMatchObject({ fields: ['id'] });
  });

  test('a fault that is no taken value is left as it is, whatever the client sends', async () => {
    const { repository } = await filled();
    const name = 'UNIQUE constraint failed: products.sku';
    const error = await rejection(repository.create({ sku: 'new', name, description: name, tenant: null }));
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(UniqueViolation);
  });

  test('of many writers with one version one succeeds', async () => {
    const { repository } = await filled();
    const writes = Array.from({ length: 20 }, (_, index) =>
      repository.updateOne({ id: 1, version: 1 }, { name: `writer ${index}`, version: 2 }),
    );
    const written = (await Promise.all(writes)).filter((item) => item !== null && item !== undefined);
    expect(written).toHaveLength(1);
    expect(await repository.get({ id: 1 })).toEqual(written[0]);
  });

  test('a transaction is taken back as a whole', async () => {
    const { tables, repository } = await filled();
    const failure = new Error('taken back');
    const work = async (inside: Repository) => {
      await inside.updateOne({ id: 1 }, { name: 'inside' });
      expect(await inside.delete({ id: 2 })).toBe(true);
      expect(await inside.get({ id: 1 })).toMatchObject({ name: 'inside' });
      throw failure;
    };
    await expect(connected.transaction(tables, work)).rejects.toBe(failure);
    expect(await repository.get({ id: 1 })).toMatchObject({ name: 'Apple' });
    expect(await repository.get({ id: 2 })).toMatchObject({ name: 'apple' });
  });

  test.each([
    '__proto__',
    'constructor',
    'toString',
    'category',
    'tags.name.x',
    'nope',
    'name" or 1=1 --',
    '',
  ])('the field %j is refused before anything is sent, but among those to select', async (field) => {
    const { repository } = await filled();
    const unknown = { op: 'eq', field, value: 1 } as const;
    const sort = [{ field, direction: 'asc' }] as const;
    await expect(repository.list({ where: unknown })).rejects.toThrow(TypeError);
    await expect(repository.list({ sort })).rejects.toThrow(TypeError);
    await expect(repository.updateOne({ id: 1 }, JSON.parse(`{${JSON.stringify(field)}:1}`))).rejects.toThrow(
      TypeError,
    );
    expect(connected.sent).toEqual([]);
    // An entity may have it though no column does, so that all columns are selected, and this one is no SQL.
    const where = { op: 'eq', field: 'id', value: 1 } as const;
    const [whole] = [...(await repository.list({ where }))];
    const [plain] = connected.sent.splice(0);
    expect([...(await repository.list({ fields: ['id', field], where }))]).toEqual([whole]);
    expect(connected.sent).toEqual([plain]);
  });

  test('a sort by many, an object for a value, an empty key and half a key are refused', async () => {
    const { repository } = await filled();
    await expect(repository.list({ sort: [{ field: 'tags.name', direction: 'asc' }] })).rejects.toThrow(
      /may be many/,
    );
    const where = { op: 'eq', field: 'name', value: { $ne: null } } as never;
    await expect(repository.list({ where })).rejects.toThrow(/is compared with/);
    await expect(repository.delete({})).rejects.toThrow(/would be all rows/);
    await expect(repository.updateOne({ id: undefined as never }, { name: 'x' })).rejects.toThrow(
      /lacks a value/,
    );
    await expect(repository.list({ limit: -1 })).rejects.toThrow(RangeError);
    await expect(repository.list({ offset: 1.5 })).rejects.toThrow(RangeError);
    expect(connected.sent).toEqual([]);
  });

  test.each([40_000, 2 ** 31, 2 ** 53, 1e21, 1.5, -(2 ** 40)])(
    'the number %d is no error for a column of integers',
    async (value) => {
      const { repository } = await filled();
      const ids = async (op: 'eq' | 'lt' | 'ge' | 'ne') =>
        [...(await repository.list({ where: { op, field: 'price', value } }))].length;
      expect([await ids('eq'), await ids('ne')]).toEqual([0, 25]);
      expect((await ids('lt')) + (await ids('ge'))).toBe(21);
      expect(await repository.get({ id: value })).toBeUndefined();
    },
  );

  test('a NUL in a text is compared, and is never a fault of the server', async () => {
    const { repository } = await filled();
    await repository.list({ where: { op: 'contains', field: 'sku', value: '\0', ignoreCase: true } });
    // The SQLite of these specs is given texts up to a NUL, which is its driver's doing.
    if (engine === 'sqlite') return;
    const where = (op: 'eq' | 'ne' | 'lt' | 'gt') => ({ op, field: 'sku', value: 'p19\0x' }) as const;
    const count = async (op: 'eq' | 'ne' | 'lt' | 'gt') =>
      [...(await repository.list({ where: where(op) }))].length;
    expect([await count('eq'), await count('ne')]).toEqual([0, 25]);
    expect([await count('lt'), await count('gt')]).toEqual([19, 6]);
    expect(
      await repository.list({ where: { op: 'contains', field: 'sku', value: '\0', ignoreCase: false } }),
    ).toEqual([]);
    await expect(repository.create({ sku: '\0', name: 'x', tenant: 'x' })).rejects.toMatchObject({
      status: 400,
    });
  });
}

/** What an action is refused with. */
async function rejection(action: unknown): Promise<unknown> {
  try {
    await action;
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was refused.');
}
