import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Type } = require('@sinclair/typebox');
const Ajv = require('ajv/dist/2020').default;
const addFormats = require('ajv-formats');
const express = require('express');

export const item = { id: 1, name: 'pen', price: 3 };
const hundred = Array.from({ length: 100 }, (_, index) => ({
  id: index + 1,
  name: `item ${index}`,
  price: index,
}));

const Item = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    name: Type.String({ minLength: 1 }),
    price: Type.Integer({ minimum: 0 }),
  },
  { $id: 'Item' },
);

/** The same API, each as its users would write it: ids and bodies checked, 404, 201 with Location. */
export const apps = {
  'express-viewsets'() {
    const {
      compose,
      CreateMixin,
      ListMixin,
      Resource,
      RetrieveMixin,
      ViewRouter,
    } = require('express-viewsets');
    class Items extends compose(
      Resource({ name: 'Item', schema: Item }),
      RetrieveMixin,
      CreateMixin,
      ListMixin,
    ) {
      list() {
        return hundred;
      }
      create(data) {
        return data;
      }
      retrieve({ id }) {
        return hundred[id - 1];
      }
    }
    const router = ViewRouter({ prefix: '/items' });
    router.register(Items);
    return express().use(router);
  },

  'hand-written Express'() {
    const ajv = new Ajv({ allErrors: true });
    addFormats(ajv);
    const { $id, ...schema } = Item;
    const validate = ajv.compile(JSON.parse(JSON.stringify(schema)));
    const app = express();
    app.use(express.json());
    app.get('/items', (_req, res) => res.json(hundred));
    app.post('/items', (req, res) => {
      if (!validate(req.body)) return res.status(400).json({ errors: validate.errors });
      res.status(201).location(`/items/${req.body.id}`).json(req.body);
    });
    app.get('/items/:id', (req, res) => {
      if (!/^[1-9]\d*$/.test(req.params.id)) return res.status(400).json({ error: 'id' });
      const found = hundred[Number(req.params.id) - 1];
      if (!found) return res.status(404).json({ error: 'not found' });
      res.json(found);
    });
    return app;
  },
};
