import express from 'express';
import { configureApp, gracefulShutdown, shutdownSignal } from 'express-viewsets';

/* A server that is sent signals: a slow request, a stream that ends when the app does, and one that never ends. */

const app = express();
app.get('/slow', (_req, res) => {
  process.stdout.write('slow began\n');
  setTimeout(() => res.send('whole'), 600);
});
app.get('/stream', (req, res) => {
  res.write('data: first\n\n');
  shutdownSignal(req.app).addEventListener('abort', () => res.end('data: bye\n\n'));
  process.stdout.write('stream began\n');
});
app.get('/endless', (_req, res) => {
  res.write('x');
  process.stdout.write('endless began\n');
});
configureApp(app, {
  info: { title: 'Shutdown', version: '1' },
  health: true,
  logs: process.env.LOGS === '1',
});

const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address() as { port: number };
  process.stdout.write(`port ${address.port};\n`);
});
gracefulShutdown(server, {
  delay: Number(process.env.DELAY ?? 0),
  deadline: Number(process.env.DEADLINE ?? 15_000),
  onShutdown: () => {
    process.stdout.write('closed\n');
    if (process.env.FAIL) throw new Error('can not close');
  },
});
