import { type Static, Type } from '@sinclair/typebox';
import express from 'express';
import {
  configureApp,
  FieldsFilter,
  Filter,
  GenericViewSet,
  MemoryRepository,
  ModelFilter,
  OrderingFilter,
  PaginationFilter,
  SearchFilter,
  ViewRouter,
} from 'express-viewsets';

const Item = Type.Object(
  {
    id: Type.Integer({ readOnly: true }),
    name: Type.String({ minLength: 1 }),
    price: Type.Integer({ minimum: 0 }),
  },
  { $id: 'Item' },
);
type Item = Static<typeof Item>;

class ItemViewSet extends GenericViewSet({
  name: 'Item',
  schema: Item,
  filter: Filter(
    ModelFilter(Item, { name: ['eq', 'icontains'], price: ['ge', 'le'] }),
    OrderingFilter(['name', 'price']),
    SearchFilter(['name']),
    FieldsFilter(Item),
    PaginationFilter(),
  ),
}) {
  repository = new MemoryRepository<Item>([{ id: 1, name: 'tea pot', price: 1200 }], { unique: ['name'] });
}

const router = ViewRouter({ prefix: '/items' });
router.register(ItemViewSet);

export const app = express();
app.use(router);
configureApp(app, { info: { title: 'Items', version: '1.0.0' } });
