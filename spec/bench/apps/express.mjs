import { items } from '../cases.mjs';
import { isItem, ours, readId } from '../schema.mjs';

const express = ours('express');

/** As everyone writes it. */
export default () => {
  const app = express();
  app.use(express.json());
  app.get('/items', (_req, res) => {
    res.json(items);
  });
  app.post('/items', (req, res) => {
    if (!isItem(req.body)) return res.status(400).json({ errors: isItem.errors });
    res.status(201).location(`/items/${req.body.id}`).json(req.body);
  });
  app.get('/items/:id', (req, res) => {
    const id = readId(req.params.id);
    if (Number.isNaN(id)) return res.status(400).json({ error: 'id' });
    const found = items[id - 1];
    if (!found) return res.status(404).json({ error: 'not found' });
    res.json(found);
  });
  app.use((error, _req, res, _next) => {
    res.status(error.status ?? 500).json({ error: error.message });
  });
  return app;
};
