import fastify from 'fastify';
import { items } from '../cases.mjs';
import { Item, ours } from '../schema.mjs';

const { Type } = ours('@sinclair/typebox');

/** `configure` is called with the app before its routes are there. */
export default async ({ options, configure } = {}) => {
  const app = fastify(options);
  configure?.(app);
  app.addSchema(Item);
  const item = { $ref: 'Item#' };

  app.get('/items', { schema: { response: { 200: { type: 'array', items: item } } } }, async () => items);

  app.post('/items', { schema: { body: item, response: { 201: item } } }, async (request, reply) => {
    reply.code(201).header('location', `/items/${request.body.id}`);
    return request.body;
  });

  const schema = { params: Type.Object({ id: Item.properties.id }), response: { 200: item } };
  app.get('/items/:id', { schema }, async (request, reply) => {
    const found = items[request.params.id - 1];
    return found ?? reply.code(404).send({ error: 'not found' });
  });

  await app.ready();
  return app.server;
};
