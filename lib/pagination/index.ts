export * from './links.js';
export * from './page-schemas.js';
export * from './page-tokens.js';
export * from './read-page.js';
