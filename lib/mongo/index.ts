export * from './filter.js';
export type { MongoMapping } from './names.js';
export * from './pipeline.js';
export * from './repository.js';
