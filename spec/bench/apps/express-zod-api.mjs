import {
  attachRouting,
  createConfig,
  EndpointsFactory,
  ensureHttpError,
  ResultHandler,
} from 'express-zod-api';
import createHttpError from 'http-errors';
import { z } from 'zod';
import { items } from '../cases.mjs';
import { ours } from '../schema.mjs';

const Item = z.object({
  id: z.int().min(1),
  name: z.string().min(1),
  price: z.int().min(0),
});

/** Results as they are, without the envelope of its default. */
const factory = (status, data = Item) =>
  new EndpointsFactory(
    new ResultHandler({
      positive: () => ({ schema: data, statusCode: status }),
      negative: z.object({ error: z.string() }),
      handler: ({ error, output, response }) => {
        if (error) {
          const { statusCode, message } = ensureHttpError(error);
          return void response.status(statusCode).json({ error: message });
        }
        if (status === 201) response.location(`/items/${output.id}`);
        response.status(status).json(output.items ?? output);
      },
    }),
  );

const list = factory(200, z.array(Item)).build({
  output: z.object({ items: z.array(Item) }),
  handler: async () => ({ items }),
});

const create = factory(201).build({
  method: 'post',
  input: Item,
  output: Item,
  handler: async ({ input }) => input,
});

const retrieve = factory(200).build({
  input: z.object({
    id: z
      .string()
      .regex(/^[1-9]\d*$/)
      .transform(Number),
  }),
  output: Item,
  handler: async ({ input: { id } }) => {
    const found = items[id - 1];
    if (!found) throw createHttpError(404, 'not found');
    return found;
  },
});

export default async () => {
  const express = ours('express');
  const app = express();
  app.use(express.json());
  const config = createConfig({ app, cors: false, logger: { level: 'silent' }, startupLogo: false });
  const { notFoundHandler } = await attachRouting(config, {
    items: { get: list, post: create, ':id': retrieve },
  });
  app.use(notFoundHandler);
  app.use((error, _req, res, _next) => {
    res.status(error.status ?? 500).json({ error: error.message });
  });
  return app;
};
