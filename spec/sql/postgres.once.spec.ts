import { KyselyRepository } from 'express-viewsets/kysely';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { keysetAfter } from '../../lib/operations';
import { type PostgresServer, postgresServers } from '../support/engines/postgres';
import { ownTables } from '../support/engines/shop';

interface Event {
  id: number;
  host: string;
  single: number | null;
  exact: string | null;
  local: Date;
  zoned: Date;
}

describe.each(postgresServers)('%s', (_, start) => {
  const { products: events } = ownTables();
  let server: PostgresServer;
  let pool: Pool;
  let db: Kysely<Record<string, Event>>;

  beforeAll(async () => {
    server = await start();
    // One connection, so that its settings are those of each query.
    pool = new Pool({ connectionString: server.url, max: 1 });
    db = new Kysely({ dialect: new PostgresDialect({ pool }) });
    await pool.query(
      `create table ${events} (id serial primary key, host text, single real, exact numeric, local timestamp, zoned timestamptz)`,
    );
    await pool.query(`create index on ${events} (zoned, id)`);
    await pool.query(`insert into ${events} (host, single, exact, local, zoned)
      select 'h' || g % 3, (g % 5) * 0.1, 0.1 + (g % 4) * 1e-17,
        '2024-03-31 02:30:00'::timestamp + g * interval '1 microsecond', '2024-03-31T00:30:00Z'::timestamptz + g / 2 * interval '1 microsecond'
      from generate_series(1, 40) g`);
  }, 60_000);

  afterAll(async () => {
    await pool.query(`drop table if exists ${events}`);
    await db.destroy();
    await server.close();
  });

  test.each([
    ['UTC', 'single'],
    ['America/New_York', 'local'],
    ['Asia/Kolkata', 'zoned'],
    ['Europe/Berlin', 'zoned'],
    ['UTC', 'exact'],
  ] as const)('positions are exact in %s: %s', async (zone, field) => {
    await pool.query(`set timezone to '${zone}'`);
    const repository = new KyselyRepository(db, events);
    const sort = [
      { field, direction: 'desc' },
      { field: 'id', direction: 'asc' },
    ] as const;
    const all = (await repository.list({ sort })).map(({ id }) => id);
    expect(all).toHaveLength(40);
    const found: number[] = [];
    let where: ReturnType<typeof keysetAfter> | undefined;
    for (let page = 0; page < 8; page += 1) {
      const { items, positions } = await repository.getFilteredPage({
        where,
        sort,
        limit: 5,
        total: false,
        positions: true,
      });
      found.push(...items.map(({ id }) => id));
      where = keysetAfter(sort, positions?.at(-1) as string[]);
      expect(Object.keys(items[0] as object).sort()).toEqual([
        'exact',
        'host',
        'id',
        'local',
        'single',
        'zoned',
      ]);
    }
    expect(found).toEqual(all);
    await pool.query('reset timezone');
  });

  test('an index that is made by default serves the order and its conditions', async () => {
    const sent: { sql: string; parameters: readonly unknown[] }[] = [];
    const logging = new Kysely<Record<string, Event>>({
      dialect: new PostgresDialect({ pool: { connect: () => pool.connect(), end: async () => undefined } }),
      log: ({ query }) => void sent.push(query),
    });
    const sort = [
      { field: 'zoned', direction: 'desc' },
      { field: 'id', direction: 'desc' },
    ] as const;
    const where = { op: 'le', field: 'zoned', value: new Date('2024-03-31T00:30:00.001Z') } as const;
    await new KyselyRepository(logging, events).list({ where, sort, limit: 3 });
    const [{ sql, parameters }] = sent as [(typeof sent)[number]];
    await pool.query('set enable_seqscan to off');
    const { rows } = await pool.query(`explain ${sql}`, [...parameters]);
    await pool.query('reset enable_seqscan');
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index (Only )?Scan/);
    expect(plan).not.toMatch(/Sort|Seq Scan/);
  });

  test('properties stand for their columns, rows become entities, and values rows', async () => {
    const repository = new KyselyRepository(db, events, {
      columns: { key: 'id', hostName: 'host' },
      collations: { hostName: 'C' },
      toRow: ({ hostName, ...rest }) => ({
        ...rest,
        ...(hostName !== undefined && { hostName: `<${hostName}>` }),
      }),
      fromRow: (row) => ({ seen: Object.keys(row).sort(), ...row }),
    });
    const created = await repository.create({ hostName: 'new' });
    expect(created).toMatchObject({ seen: ['hostName', 'key'], hostName: '<new>' });
    const { key } = created as unknown as { key: number };
    expect(await repository.updateOne({ key }, { hostName: 'old' })).toMatchObject({
      hostName: '<old>',
      key,
    });
    const [listed] = await repository.list({
      where: { op: 'lt', field: 'hostName', value: '<z' },
      sort: [{ field: 'hostName', direction: 'asc' }],
      fields: ['hostName'],
    });
    expect(listed).toEqual({ seen: ['hostName'], hostName: '<old>' });
    const [whole] = await repository.list({
      fields: ['zoned'],
      where: { op: 'eq', field: 'key', value: key },
    });
    expect(whole).toMatchObject({ seen: ['hostName', 'key'] });
    await expect(repository.list({ where: { op: 'is_null', field: 'zoned', value: true } })).rejects.toThrow(
      /no column.*key, hostName/,
    );
    expect(await repository.delete({ key, hostName: '<old>' })).toBe(true);
  });

  test('a row of the defaults alone is created from nothing', async () => {
    const repository = new KyselyRepository(db, events);
    const { id } = await repository.create({});
    expect(await repository.get({ id })).toMatchObject({ id, host: null });
    expect(await repository.get({ id, host: null })).toMatchObject({ id });
    expect(await repository.delete({ id, host: null })).toBe(true);
  });
});
