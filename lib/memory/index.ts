export { matches } from './matches.js';
export { MemoryRepository, type MemoryRepositoryOptions } from './memory-repository.js';
export { selectFrom } from './select.js';
