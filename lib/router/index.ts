export type { ViewFactory } from './handler.js';
export * from './view-router.js';
