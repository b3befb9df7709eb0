import { Database } from 'node-sqlite3-wasm';

/** What libraries call of better-sqlite3, over a SQLite that needs no compiler. */
export interface SqliteConnection {
  prepare(sql: string): SqliteStatement;
  exec(sql: string): void;
  close(): void;
}

export interface SqliteStatement {
  readonly reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): { changes: number; lastInsertRowid: number | bigint };
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
}

/** A database in memory. */
export function openSqlite(): SqliteConnection {
  const database = new Database(':memory:');
  return {
    prepare: (sql) => ({
      reader: /^\s*(select|with|pragma)\b|\breturning\b/i.test(sql),
      all: (parameters) => database.all(sql, parameters as never[]),
      run: (parameters) => database.run(sql, parameters as never[]),
      iterate: (parameters) => database.all(sql, parameters as never[])[Symbol.iterator](),
    }),
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
  };
}
