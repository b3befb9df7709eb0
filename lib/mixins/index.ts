export * from './compose.js';
export * from './create.js';
export * from './destroy.js';
export * from './list.js';
export * from './partial-update.js';
export * from './retrieve.js';
export * from './update.js';
