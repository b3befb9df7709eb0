import cluster from 'node:cluster';
import type { Server } from 'node:http';
import { metricsEndpoint } from './endpoint.js';
import type { MetricsRegistry } from './options.js';
import { loadPeers, type PromClient } from './peers.js';

/*
 * The workers of a cluster share a port, so that a scrape reaches any of them, and each has counted a part. prom-client adds
 * the parts up in the primary process; a worker asks it there.
 */

const ASK = 'express-viewsets:metrics?';
const ANSWER = 'express-viewsets:metrics';
/** Of milliseconds; prom-client itself gives up on a worker after 5000. */
const PATIENCE = 6000;

const joined: MetricsRegistry[] = [];

/** Whoever asks while it is being told is told the same: however many ask, it is no load on every worker each time. */
function onceAtATime(tell: () => Promise<string>): () => Promise<string> {
  let telling: Promise<string> | undefined;
  return () => {
    telling ??= tell().finally(() => {
      telling = undefined;
    });
    return telling;
  };
}

/** Has the registry added up with those of the other workers. */
export function joinClusterRegistry(client: PromClient, registry: MetricsRegistry): void {
  if (!cluster.isWorker) return;
  // prom-client listens for the primary process once one of these is made.
  if (joined.length === 0) new client.AggregatorRegistry();
  joined.push(registry);
  client.AggregatorRegistry.setRegistries(joined);
}

export interface ClusterServerOptions {
  /** Default `/metrics`. */
  readonly path?: string;
  /** Told why metrics are answered with 503. Default: nobody. */
  readonly report?: (error: unknown) => void;
}

/**
 * For the primary process of a cluster: adds up the metrics of all workers. A worker's own `/metrics` then shows them, and so does
 * the server that is returned, once it listens: `clusterMetricsServer().listen(9464)`.
 *
 * @throws TypeError in a worker, and where prom-client is not installed.
 */
export function clusterMetricsServer({
  path = '/metrics',
  report = () => {},
}: ClusterServerOptions = {}): Server {
  if (!cluster.isPrimary)
    throw new TypeError(
      'clusterMetricsServer() is for the primary process: a worker has `metrics` of configureApp.',
    );
  const aggregator = new (loadPeers().client.AggregatorRegistry)();
  const metrics = onceAtATime(() => aggregator.clusterMetrics());
  cluster.on('message', (worker, message: { type?: unknown; id?: unknown }) => {
    if (message?.type !== ASK) return;
    const answer = (text: string | undefined) => {
      if (worker.isConnected()) worker.send({ type: ANSWER, id: message.id, text });
    };
    metrics().then(answer, () => answer(undefined));
  });
  return metricsEndpoint(path, { contentType: aggregator.contentType, metrics }, report);
}

let asked = 0;

function ask(): Promise<string> {
  return new Promise((resolve, reject) => {
    asked += 1;
    const id = asked;
    const settle = (text: string | undefined): void => {
      clearTimeout(timer);
      process.off('message', listen);
      if (text !== undefined) resolve(text);
      else
        reject(
          new Error(
            'The metrics of the other workers are not known: call clusterMetricsServer() in the primary process, or set `metrics.cluster` to false.',
          ),
        );
    };
    const listen = (message: { type?: unknown; id?: unknown; text?: string }): void => {
      if (message?.type === ANSWER && message.id === id) settle(message.text);
    };
    const timer = setTimeout(settle, PATIENCE, undefined);
    process.on('message', listen);
    process.send?.({ type: ASK, id });
  });
}

/** The metrics of all workers, from the primary process. It rejects where that does not answer. */
export const clusterMetrics: () => Promise<string> = onceAtATime(ask);
