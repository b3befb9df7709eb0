import request from 'supertest';
import { app } from '../samples/observability/app.js';
import { child } from './support/child.js';

jest.setTimeout(60_000);

test('the sample has health, metrics and ids', async () => {
  await request(app)
    .get('/shops/tea/orders/1')
    .expect(200, { id: 1, total: 40 })
    .expect('X-Request-Id', /^[0-9a-f]{32}$/);
  await request(app)
    .get('/shops/tea/orders/2')
    .set('X-Request-Id', 'r1')
    .expect(404)
    .expect(({ body }) => expect(body.correlation_id).toBe('r1'));
  await request(app)
    .get('/readyz')
    .expect(200, { status: 'ok', checks: { orders: 'ok' } });
  const { text } = await request(app).get('/metrics').expect(200);
  expect(text).toContain(
    'http_requests_total{method="GET",path="/shops/:shop/orders/:id",status_code="404"} 1',
  );
});

test('its command shows spans, lines and metrics', async () => {
  const program = child(['--import', './samples/observability/traces.ts', 'samples/observability/show.ts']);
  expect(await program.exit).toBe(0);
  const { stdout } = program.output();
  expect(stdout).toContain('http_requests_total{method="GET",path="/legacy/:page",status_code="200"} 1');
  expect(stdout).toContain('"route":"/shops/:shop/reports/:year"');
  expect(stdout).toContain(
    '"err":{"type":"Error","message":"The archive of the future is empty.","stack":"Error: The',
  );
});

test('an instrumentation of its own knows what views know', async () => {
  const preloads = ['instrumentation', 'traces'].flatMap((name) => [
    '--import',
    `./samples/observability/${name}.ts`,
  ]);
  const program = child([...preloads, 'samples/observability/show.ts']);
  expect(await program.exit).toBe(0);
  const { stdout } = program.output();
  expect(stdout).toContain("'express_viewsets.operation_id': 'report_reports'");
  expect(stdout.match(/'exception.message': 'The archive of the future is empty.'/g)).toHaveLength(1);
  expect(stdout).not.toContain("'url.path': '/metrics'");
});
