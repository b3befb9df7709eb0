export * from './document.js';
export { type MountedOperation, place } from './mounted.js';
