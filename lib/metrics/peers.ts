/** The parts of prom-client and express-prom-bundle that are used, so that no type of the package needs them. */
export interface PromClient {
  readonly Registry: new () => MetricsRegistryClass;
  readonly Gauge: new (options: object) => { set(value: number): void };
  readonly Counter: new (
    options: object,
  ) => {
    reset(): void;
    inc(labels: Readonly<Record<string, string | number>>, value: number): void;
  };
  readonly AggregatorRegistry: (new () => {
    clusterMetrics(): Promise<string>;
    readonly contentType: string;
  }) & {
    setRegistries(registries: readonly object[]): void;
  };
  collectDefaultMetrics(options: object): void;
}

type MetricsRegistryClass = import('./options.js').MetricsRegistry;

export interface HistogramLike {
  observe(labels: object, seconds: number): void;
  /** Gives what is called at the end. */
  startTimer(labels: object): () => void;
  get(): Promise<{
    readonly values: readonly {
      readonly metricName?: string;
      readonly labels: Readonly<Record<string, string | number>>;
      readonly value: number;
    }[];
  }>;
}

export interface Bundle {
  (request: object, response: object, next: () => void): void;
  readonly metrics: Readonly<Record<string, HistogramLike>>;
}

const sentence =
  'Metrics need express-prom-bundle and prom-client: npm install express-prom-bundle prom-client';

/**
 * They are loaded when metrics are asked for, and not before.
 *
 * @throws TypeError where they are not installed.
 */
export function loadPeers(): { client: PromClient; bundleOf: (options: object) => Bundle } {
  for (const name of ['prom-client', 'express-prom-bundle']) {
    try {
      require.resolve(name);
    } catch (cause) {
      throw new TypeError(sentence, { cause });
    }
  }
  return { client: require('prom-client'), bundleOf: require('express-prom-bundle') };
}
