import { type Generated, Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';

/** The tables, as Kysely knows them. */
export interface Shop {
  categories: {
    id: Generated<number>;
    slug: string;
    name: string;
  };
  products: {
    id: Generated<number>;
    sku: string;
    name: string;
    description: string | null;
    /** In cents. */
    price: number;
    /** From 1 to 5; null where nobody has rated it. */
    rating: number | null;
    available: boolean;
    category_id: number;
    created_at: Generated<Date>;
    version: number;
  };
  migrations: {
    name: string;
  };
}

/** PostgreSQL where `DATABASE_URL` names one, or else PGlite, which is PostgreSQL inside of this process. Opened at its first use. */
export const database = new Kysely<Shop>({
  dialect: new PostgresDialect({ pool: () => (process.env.DATABASE_URL ? server() : embedded()) }),
});

async function server(): Promise<PostgresPool> {
  const { Pool } = await import('pg');
  return new Pool({ connectionString: process.env.DATABASE_URL });
}

/** A pool of one: PGlite has one session, so that its users take turns, each for a statement or for a whole transaction. */
async function embedded(): Promise<PostgresPool> {
  const { PGlite } = await import('@electric-sql/pglite');
  const lite = await PGlite.create();
  let free = Promise.resolve();
  return {
    async connect() {
      const before = free;
      let release = () => {};
      free = new Promise((resolve) => {
        release = resolve;
      });
      await before;
      const query = (text: string, values: readonly unknown[]) => lite.query(text, [...values]);
      return { query, release } as unknown as PostgresPoolClient;
    },
    end: () => lite.close(),
  };
}
