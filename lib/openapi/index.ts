export * from './document.js';
export type { MountedOperation } from './mounted.js';
