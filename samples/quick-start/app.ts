import { type Static, Type } from '@sinclair/typebox';
import express from 'express';
import { APIViewSet, configureApp, ViewRouter } from 'express-viewsets';

const Item = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String({ minLength: 1 }),
    price: Type.Integer({ minimum: 0 }),
  },
  { $id: 'Item' },
);
type Item = Static<typeof Item>;

class ItemViewSet extends APIViewSet({ name: 'Item', schema: Item }) {
  static readonly items = new Map<string, Item>();

  list() {
    return ItemViewSet.items.values();
  }
  create(item: Item) {
    ItemViewSet.items.set(item.id, item);
    return item;
  }
  retrieve({ id }: Pick<Item, 'id'>) {
    return ItemViewSet.items.get(id);
  }
  update({ id }: Pick<Item, 'id'>, item: Item) {
    ItemViewSet.items.set(id, item);
    return item;
  }
  destroy({ id }: Pick<Item, 'id'>) {
    ItemViewSet.items.delete(id);
  }
}

const router = ViewRouter({ prefix: '/items' });
router.register(ItemViewSet);

export const app = express();
app.use('/api', router);
configureApp(app, { info: { title: 'My API', version: '1.0.0' } });
