export type { Columns, RelationOptions } from '../sql/index.js';
export type { KnexRepositoryOptions, TableOptions } from './options.js';
export { KnexRepository } from './repository.js';
export { applySelection, type SelectionOptions } from './select.js';
