import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** A database of PostgreSQL, whichever server it is. */
export interface PostgresServer {
  readonly url: string;
  /** How many connections there may be at a time. */
  readonly connections: number;
  close(): Promise<unknown>;
}

/** PGlite behind a port. */
export async function startPGlite(): Promise<PostgresServer> {
  const worker = new Worker(join(__dirname, 'pglite-server.mjs'));
  const [{ port }] = (await once(worker, 'message')) as [{ port: number }];
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres?sslmode=disable`,
    connections: 1,
    close: () => worker.terminate(),
  };
}

/** A real server, where one is named. */
export async function usePostgres(): Promise<PostgresServer> {
  return { url: process.env.DATABASE_URL as string, connections: 4, close: async () => undefined };
}

export type PostgresServers = readonly (readonly [name: string, start: () => Promise<PostgresServer>])[];

/** The servers that there are here. */
export const postgresServers: PostgresServers = [
  ['PGlite', startPGlite],
  ...(process.env.DATABASE_URL ? [['PostgreSQL', usePostgres] as const] : []),
];

/** The real one, or PGlite where none is named: what holds with one library on both holds with others on one of them. */
export const bestPostgres: PostgresServers = postgresServers.slice(-1);
