export type {
  KyselyInstance,
  KyselyRepositoryOptions,
  RelationOf,
  TableName,
  TableOptions,
} from './options.js';
export { KyselyRepository } from './repository.js';
export { applySelection, type SelectionOptions, type SelectQuery } from './select.js';
