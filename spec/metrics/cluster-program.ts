import cluster from 'node:cluster';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { configureApp } from 'express-viewsets';
import { clusterMetricsServer } from 'express-viewsets/metrics';

/* A primary process with two workers: each worker counts three requests, and then is asked for the metrics of all. */

const info = { title: 'Cluster', version: '1' };

async function work(): Promise<void> {
  const app = express();
  app.get('/hit/:id', (_req, res) => void res.send('hit'));
  configureApp(app, { info, metrics: true });
  const server = app.listen(Number(process.env.PORT_OF_WORKER ?? 0), '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // Workers share a port that is 0 for each of them, unless it is of a number of its own.
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.on('message', async (message) => {
    if (message !== 'hit' && message !== 'show') return;
    if (message === 'hit') for (const id of [1, 2, 3]) await fetch(`${base}/hit/${id}`);
    // Many at a time, as of somebody who wants to be a load.
    const responses =
      message === 'show' ? await Promise.all(Array.from({ length: 30 }, () => fetch(`${base}/metrics`))) : [];
    const text = await responses[0]?.text();
    process.send?.({ done: message, status: responses[0]?.status, text });
  });
  process.send?.({ done: 'ready' });
}

async function lead(): Promise<void> {
  const aggregated = process.argv.includes('alone')
    ? undefined
    : clusterMetricsServer().listen(0, '127.0.0.1');
  const workers = [cluster.fork(), cluster.fork()];
  const told = (worker: (typeof workers)[number], word: string) =>
    new Promise<{ status?: number; text?: string }>((resolve) => {
      worker.on('message', function listen(message: { done?: string; status?: number; text?: string }) {
        if (message.done !== word) return;
        worker.off('message', listen);
        resolve(message);
      });
    });
  await Promise.all(workers.map((worker) => told(worker, 'ready')));
  // They share a port: which of them serves a request is not theirs to say.
  for (const worker of workers) {
    const done = told(worker, 'hit');
    worker.send('hit');
    await done;
  }
  const shown = told(workers[0] as never, 'show');
  (workers[0] as (typeof workers)[number]).send('show');
  const own = await shown;
  const port = (aggregated?.address() as AddressInfo | undefined)?.port;
  const primary =
    port === undefined ? undefined : await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  process.stdout.write(JSON.stringify({ status: own.status, worker: own.text, primary }));
  for (const worker of workers) worker.kill();
  aggregated?.close();
}

void (cluster.isPrimary ? lead() : work());
