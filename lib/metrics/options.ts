import type { IncomingMessage, ServerResponse } from 'node:http';

/** A registry of prom-client. */
export interface MetricsRegistry {
  readonly contentType: string;
  metrics(): Promise<string>;
  getSingleMetric(name: string): unknown;
}

/** A value, or what tells it when the response is complete. */
export type Label = string | ((request: IncomingMessage, response: ServerResponse) => string);

export interface MetricsOptions {
  /** Where the app serves them; a request with a query is served too. Default `/metrics`; `false` where only a port of its own has them. */
  readonly path?: string | false;
  /**
   * Who may see them on the app: a request for which it does not return `true` is handled as if the path was unknown. Default: whoever
   * reaches the app. It is not asked on a port of its own.
   */
  readonly allow?: (request: IncomingMessage) => boolean;
  /**
   * A port of their own, which is opened when the app begins to serve; `path` is then of that port, and the app does not serve
   * them. It does not keep the process alive.
   */
  readonly port?: number;
  /** The address of that port. Default `127.0.0.1`. */
  readonly host?: string;
  /** Default: one of the app's own. */
  readonly registry?: MetricsRegistry;
  /** The upper bounds of the histogram, in seconds. Default 0.005 to 10, as those of prom-client. */
  readonly buckets?: readonly number[];
  /** Further labels. Each value is a time series, so that it has to be one of few: nothing that a client may choose. */
  readonly labels?: Readonly<Record<string, Label>>;
  /** What names start with, such as `shop_`. Default: nothing. */
  readonly prefix?: string;
  /** Whether metrics of the process are collected: memory, event loop, garbage collection. Default false. */
  readonly process?: boolean;
  /**
   * In a worker of `node:cluster`, whether the figures of all workers are served, of which the primary process has to
   * know: `clusterMetricsServer()`. Default true; with false, a worker serves its own.
   */
  readonly cluster?: boolean;
}
