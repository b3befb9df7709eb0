import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { validator } from 'hono/validator';
import { items } from '../cases.mjs';
import { isItem, readId } from '../schema.mjs';

export default () => {
  const app = new Hono();

  app.get('/items', (c) => c.json(items));

  const body = validator('json', (value, c) =>
    isItem(value) ? value : c.json({ errors: isItem.errors }, 400),
  );
  app.post('/items', body, (c) => {
    const item = c.req.valid('json');
    return c.json(item, 201, { location: `/items/${item.id}` });
  });

  app.get('/items/:id', (c) => {
    const id = readId(c.req.param('id'));
    if (Number.isNaN(id)) return c.json({ error: 'id' }, 400);
    const found = items[id - 1];
    return found ? c.json(found) : c.json({ error: 'not found' }, 404);
  });

  return createAdaptorServer(app);
};
