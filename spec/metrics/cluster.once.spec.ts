import { child } from '../support/child.js';

// Three processes start from source.
jest.setTimeout(90_000);

async function run(...args: string[]) {
  const program = child(['spec/metrics/cluster-program.ts', ...args]);
  expect(await program.exit).toBe(0);
  const { stdout, stderr } = program.output();
  // Of listeners that pile up.
  expect(stderr).not.toContain('MaxListeners');
  return JSON.parse(stdout) as { status: number; worker: string; primary?: string };
}

const total = 'http_requests_total{method="GET",path="/hit/:id",status_code="200"} 6';

test('in a cluster, a worker and the primary process show what all workers have counted', async () => {
  const { status, worker, primary } = await run();
  expect(status).toBe(200);
  expect(worker).toContain(total);
  expect(worker).toContain(
    'http_request_duration_seconds_count{status_code="200",method="GET",path="/hit/:id"} 6',
  );
  expect(primary).toContain(total);
});

test('a worker whose primary process does not add up shows no part for the whole', async () => {
  const { status, worker } = await run('alone');
  expect(status).toBe(503);
  expect(worker).toContain('"title":"Service Unavailable"');
});
