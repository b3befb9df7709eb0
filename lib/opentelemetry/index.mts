import { register } from 'node:module';

// For what ECMAScript modules import: `node --import express-viewsets/opentelemetry app.mjs`.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

export * from './index.js';
