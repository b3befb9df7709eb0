import { apps } from './apps.mjs';
import { ours } from './schema.mjs';

/* One app in a process of its own: it tells its port, and at each message the CPU time it has used, in microseconds. */
const { file, createServer } = apps[process.argv[2]];
const { default: make } = await import(`./apps/${file}.mjs`);
const app = await make();
const served = createServer ? ours('express-viewsets/server').createServer(app) : app;

const server = served.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
// The connections of the load stay open while other apps have their turn, also ahead of their first request.
server.keepAliveTimeout = 1_800_000;
server.headersTimeout = 0;
server.requestTimeout = 0;

process.on('message', (question) => {
  if (question === 'heap') {
    // Twice, as what the first one finalizes is free at the second.
    globalThis.gc();
    globalThis.gc();
    process.send({ heap: process.memoryUsage().heapUsed });
    return;
  }
  const { user, system } = process.cpuUsage();
  process.send({ cpu: user + system });
});
process.on('disconnect', () => process.exit());
