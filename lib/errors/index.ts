export * from './api-error.js';
export * from './describe.js';
export * from './errors.js';
export * from './foreign.js';
export * from './respond.js';
export * from './schema.js';
export * from './status.js';
