import type { Knex } from 'knex';
import { openSqlite } from './sqlite';

const BetterSqlite = require('knex/lib/dialects/better-sqlite3') as typeof Knex.Client;

/** Knex's client of better-sqlite3, on a SQLite that needs no compiler. */
export class WasmClient extends BetterSqlite {
  _driver() {
    return openSqlite;
  }

  override async acquireRawConnection() {
    return openSqlite();
  }
}
