/*
 * Whether anything grows with the number of requests: the heap of a server, after a full collection, as requests go by.
 *
 *   npm run build && node spec/bench/heap.mjs                        a million requests to viewsets-fast
 *   node spec/bench/heap.mjs --requests 10000000 --app viewsets
 */
import { parseArgs } from 'node:util';
import { apps } from './apps.mjs';
import { cases } from './cases.mjs';
import { startServer } from './servers.mjs';

const { values } = parseArgs({
  options: {
    app: { type: 'string', default: 'viewsets-fast' },
    requests: { type: 'string', default: '1000000' },
  },
});
if (!apps[values.app]) throw new Error(`No app "${values.app}": there are ${Object.keys(apps).join(', ')}.`);
const STEPS = 10;
const specs = Object.values(cases);
const share = Math.ceil(Number(values.requests) / STEPS / specs.length);

const server = await startServer(values.app, ['--expose-gc']);
try {
  for (const spec of specs) await server.load(spec, 10_000);
  console.log(`   warm: ${megabytes(await server.heap())}`);
  for (let step = 1; step <= STEPS; step += 1) {
    for (const spec of specs) await server.load(spec, share);
    console.log(
      `${String(step * share * specs.length).padStart(9)} requests: ${megabytes(await server.heap())}`,
    );
  }
} finally {
  await server.stop();
}

function megabytes(bytes) {
  return `${(bytes / 2 ** 20).toFixed(2)} MiB`;
}
