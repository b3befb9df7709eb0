export * from './document.js';
export { older } from './downgrade.js';
export { type MountedOperation, place } from './mounted.js';
