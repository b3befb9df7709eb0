export * from './protocol.js';
export * from './unique-violation.js';
