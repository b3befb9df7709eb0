import { type Static, Type } from '@sinclair/typebox';
import express from 'express';
import {
  APIView,
  configureApp,
  get,
  NotFound,
  Resource,
  RetrieveMixin,
  Throttled,
  ViewRouter,
} from 'express-viewsets';
import { throttle } from 'express-viewsets/limits';

const Order = Type.Object({ id: Type.Integer(), total: Type.Integer() }, { $id: 'Order' });
type Order = Static<typeof Order>;

const orders = new Map<number, Order>([[1, { id: 1, total: 40 }]]);

class OrderViewSet extends RetrieveMixin(
  Resource({
    name: 'Order',
    schema: Order,
    timeout: 2_000,
    errors: [Throttled],
    use: [throttle({ limit: 100 })],
  }),
) {
  retrieve({ id }: Pick<Order, 'id'>) {
    return orders.get(id);
  }
}

class Reports extends APIView {
  @get('/reports/:year', {
    params: Type.Object({ year: Type.Integer() }),
    response: Type.Integer(),
    errors: [NotFound],
  })
  async report({ year }: { year: number }) {
    if (year > 2026) throw new Error('The archive of the future is empty.');
    return year;
  }
}

const router = ViewRouter();
router.register(OrderViewSet, { prefix: '/orders' });
router.register(Reports);

export const app = express();
app.use('/shops/:shop', router);
app.get('/legacy/:page', (_req, res) => void res.send('an old page'));

configureApp(app, {
  info: { title: 'Observability', version: '1.0.0' },
  metrics: { buckets: [0.01, 0.1, 1] },
  logs: { fields: (req) => ({ agent: req.headers['user-agent'] }) },
  health: { checks: { orders: () => orders.size } },
  limits: { concurrency: 100, queue: 200 },
});
