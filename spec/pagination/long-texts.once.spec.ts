import { randomBytes } from 'node:crypto';
import { KyselyRepository } from 'express-viewsets/kysely';
import { type Dialect, Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import { Pool } from 'pg';
import type { Sort } from '../../lib/operations/index.js';
import { BAD_TOKEN, pageTokens, readTokenPage } from '../../lib/pagination/index.js';
import { openSqlite } from '../support/engines/sqlite';

interface Row {
  readonly id: number;
  readonly name: string | null;
}
type Tables = Record<string, Row>;

const start = '😀%_\\'.repeat(2000);
const names = [`${start}b`, null, start, `${start}a`, 'a', `${start}b`, '~'];
const tokens = pageTokens();

function walks(connect: () => Dialect): void {
  const table = `long_texts_${randomBytes(4).toString('hex')}`;
  let db: Kysely<Tables>;
  beforeAll(async () => {
    db = new Kysely<Tables>({ dialect: connect() });
    await db.schema.createTable(table).addColumn('id', 'integer').addColumn('name', 'text').execute();
    await db
      .insertInto(table)
      .values(names.map((name, index) => ({ id: index + 1, name })))
      .execute();
  });
  afterAll(async () => {
    await db.schema.dropTable(table).execute();
    await db.destroy();
  });

  async function read(direction: Sort['direction'], token?: string) {
    const repository = new KyselyRepository<Tables, string, Row>(db, table, { columns: ['id', 'name'] });
    const sort = [
      { field: 'name', direction },
      { field: 'id', direction, nullable: false },
    ] as const;
    const request = { type: 'token', token, pageSize: 1 } as const;
    const found = await readTokenPage(repository, { sort }, request, tokens, 'long texts');
    if (found === BAD_TOKEN) throw new Error('a token is none');
    return found.page;
  }

  test.each(['asc', 'desc'] as const)('forward and back: %s', async (direction) => {
    const forward: number[] = [];
    const lengths: number[] = [];
    let page = await read(direction);
    for (; page.next_page; page = await read(direction, page.next_page)) {
      forward.push(...page.items.map(({ id }) => id));
      lengths.push(page.next_page.length);
    }
    forward.push(...page.items.map(({ id }) => id));
    expect([...forward].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    // Where nulls and ties are does not depend on a collation.
    expect(forward.indexOf(direction === 'asc' ? 1 : 6) + 1).toBe(
      forward.indexOf(direction === 'asc' ? 6 : 1),
    );
    expect(forward[direction === 'asc' ? 6 : 0]).toBe(2);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(900);
    const back = page.items.map(({ id }) => id);
    while (page.previous_page) {
      page = await read(direction, page.previous_page);
      back.push(...page.items.map(({ id }) => id));
    }
    expect(back.reverse()).toEqual(forward);
  });
}

describe('a walk over long texts in SQLite', () => {
  walks(() => new SqliteDialect({ database: openSqlite() }));
});

const url = process.env.DATABASE_URL;
(url ? describe : describe.skip)('a walk over long texts in PostgreSQL', () => {
  walks(() => new PostgresDialect({ pool: new Pool({ connectionString: url, max: 1 }) }));
});
