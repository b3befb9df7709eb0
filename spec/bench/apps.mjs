/*
 * The apps, each in apps/<file>.mjs, which exports a function that makes it. An Express app is served by its own `listen`,
 * or by the package's `createServer`. A `pair` is what an app is set against in the table of pairs.
 */
const createServer = true;

export const apps = {
  node: { file: 'node', label: 'bare node:http, hand-routed' },
  viewsets: { file: 'viewsets', label: "express-viewsets, Express's own listen" },
  'viewsets-fast': { file: 'viewsets', label: 'express-viewsets, createServer', createServer },
  'viewsets-express4': {
    file: 'viewsets-express4',
    label: 'express-viewsets, createServer, Express 4',
    createServer,
  },
  'viewsets-1000': {
    file: 'viewsets-1000',
    label: 'express-viewsets, createServer, 1,000 views in the router',
    createServer,
    pair: 'viewsets-fast',
  },
  'viewsets-configured': {
    file: 'viewsets-configured',
    label: 'express-viewsets, configureApp and app.listen',
    pair: 'viewsets-fast',
  },
  'viewsets-production': {
    file: 'viewsets-production',
    label: 'express-viewsets, with metrics, request ids and logs',
    pair: 'viewsets-fast',
  },
  express: { file: 'express', label: 'Express 5, hand-written' },
  'express-fast': {
    file: 'express',
    label: 'Express 5, hand-written, createServer',
    createServer,
    pair: 'express',
  },
  fastify: { file: 'fastify', label: 'Fastify + TypeBox, response schemas' },
  'fastify-production': {
    file: 'fastify-production',
    label: 'Fastify, with metrics, request ids and logs',
    pair: 'fastify',
  },
  hono: { file: 'hono', label: 'Hono on Node' },
  tsoa: { file: 'tsoa', label: 'tsoa on Express 5' },
  'express-zod-api': { file: 'express-zod-api', label: 'express-zod-api on Express 5' },
};

/** What all others are set against, and their names in headings. */
export const bases = { express: 'hand-written Express', fastify: 'Fastify' };
