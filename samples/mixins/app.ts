import { type Static, Type } from '@sinclair/typebox';
import express from 'express';
import { compose, configureApp, ListMixin, Resource, RetrieveMixin, ViewRouter } from 'express-viewsets';
import { ArchiveMixin, AuditMixin, RoundedPricesMixin } from './mixins.js';

const Price = Type.Object(
  { id: Type.Integer(), label: Type.String(), price: Type.Number() },
  { $id: 'Price' },
);
type Price = Static<typeof Price>;

const prices = new Map<number, Price>([
  [1, { id: 1, label: 'tea', price: 2.4 }],
  [2, { id: 2, label: 'cake', price: 3.6 }],
]);

class Prices extends compose(
  Resource({ name: 'Price', schema: Price }),
  RoundedPricesMixin,
  AuditMixin,
  ArchiveMixin,
  RetrieveMixin,
  ListMixin,
) {
  list() {
    return [...prices.values()];
  }
  retrieve({ id }: Pick<Price, 'id'>) {
    return prices.get(id);
  }
  archiveOne({ id }: Pick<Price, 'id'>) {
    return prices.delete(id) ? new Date() : undefined;
  }
}

const router = ViewRouter({ prefix: '/prices' });
router.register(Prices);

export const app = express();
app.use(router);
configureApp(app, { info: { title: 'Prices', version: '1.0.0' } });
