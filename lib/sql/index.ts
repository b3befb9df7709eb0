export {
  checkDialect,
  type Dialect,
  encodeScalar,
  encodeStored,
  parameter,
  type StoredDate,
} from './dialect.js';
export { type Chunk, type Fragment, joined, nameChunk, valueChunk } from './fragment.js';
export { type Columns, type NamedOptions, NamedSource, type RelationOptions } from './named.js';
export {
  compileSelection,
  type Driver,
  type Query,
  type Row,
  type RowOptions,
  SqlRepository,
} from './repository.js';
export type { Column, Relation, Source } from './source.js';
