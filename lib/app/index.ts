export * from './configure-app.js';
