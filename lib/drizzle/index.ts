export type {
  DatabaseOf,
  DrizzleRelation,
  DrizzleRepositoryOptions,
  DrizzleTable,
  PgDatabase,
  SqliteDatabase,
  TableOptions,
} from './options.js';
export { DrizzleRepository } from './repository.js';
export { applySelection, type DynamicSelect, type SelectionOptions, type SqlObject } from './select.js';
