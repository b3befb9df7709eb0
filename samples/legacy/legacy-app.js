/* An app as there are many: Express 4, CommonJS, handlers that grew. Nothing in this file knows of express-viewsets. */

const express = require('express');

const users = new Map([[1, { id: 1, name: 'Ada', password: 'secret' }]]);

const app = express();
app.use(express.json());
app.use((_req, res, next) => {
  res.set('X-Legacy', 'yes');
  next();
});

app.get('/users', (_req, res) => res.json([...users.values()]));
app.get('/users/:id', (req, res) => {
  const user = users.get(Number(req.params.id));
  if (!user) return res.status(404).json({ error: 'no such user' });
  res.json(user);
});
app.post('/users', (req, res) => {
  const user = { id: users.size + 1, ...req.body };
  users.set(user.id, user);
  res.json(user);
});
app.get('/reports/:year', (req, res) => res.send(`report of ${req.params.year}`));

module.exports = { app, users };
