export * from './conditions.js';
export * from './keyset.js';
export * from './types.js';
