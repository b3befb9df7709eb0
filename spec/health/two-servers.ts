import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { gracefulShutdown } from 'express-viewsets';

/* A process with two servers, of which one has nothing to do and the other has a slow request. */

const busy = express();
busy.get('/slow', (_req, res) => {
  process.stdout.write('slow began\n');
  setTimeout(() => res.send('whole'), 500);
});
const servers = [createServer(busy), createServer(express())].map((server) => server.listen(0, '127.0.0.1'));
for (const server of servers) {
  const name = server === servers[0] ? 'busy' : 'idle';
  gracefulShutdown(server, { onShutdown: () => void process.stdout.write(`${name} closed\n`) });
}
const [first] = servers as [Server];
first.once('listening', () => {
  process.stdout.write(`port ${(first.address() as AddressInfo).port};\n`);
});
