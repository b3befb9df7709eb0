import { ViewRouter } from 'express-viewsets';
import { itemViewSet } from '../support/app';
import { collect } from '../support/natives';

const VIEWS = 300;

function bytesInUse(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

// What serves the requests of an operation is made when the first one comes: it takes more than all else of it.
test('a view that nothing was asked of takes little memory', async () => {
  const views = Array.from({ length: VIEWS }, itemViewSet);
  const router = ViewRouter();
  const before = bytesInUse();
  for (const [index, view] of views.entries())
    router.register(view, { prefix: `/items-${index}`, name: `Item${index}` });
  const perOperation = (bytesInUse() - before) / router.operations.length;
  expect(perOperation).toBeLessThan(3_000);
  expect(views).toHaveLength(VIEWS);
});
