import type { ProblemSettings } from '../errors/index.js';
import type { DocumentOptions } from '../openapi/index.js';
import type { AppSettings } from '../settings.js';
import type { ProductionOptions } from './production.js';

export interface AppOptions
  extends Partial<ProblemSettings>,
    ProductionOptions,
    Pick<Partial<AppSettings>, 'validationStatus'>,
    Omit<DocumentOptions, 'validationStatus' | 'version'> {
  /** The path of the document; its YAML form ends in `.yaml`. Default `/openapi.json`; `false` for none. */
  readonly openapi?: string | false;
  /** The version of OpenAPI. Default `3.1`. */
  readonly openapiVersion?: DocumentOptions['version'];
  /** The path of the page that shows the document. Default `/docs`, where swagger-ui-dist is installed; `false` for none. */
  readonly docs?: string | false;
}

/** The names of options. The compiler asks for each, so that none is forgotten here. */
type Names<O> = Readonly<Record<keyof Required<O>, true>>;

type GroupNames<Name extends keyof AppOptions> = Names<Exclude<NonNullable<AppOptions[Name]>, boolean>>;

const all: Names<AppOptions> = {
  info: true,
  openapi: true,
  openapiVersion: true,
  docs: true,
  servers: true,
  security: true,
  securitySchemes: true,
  tags: true,
  externalDocs: true,
  webhooks: true,
  validationStatus: true,
  correlationId: true,
  logger: true,
  describe: true,
  metrics: true,
  logs: true,
  requestId: true,
  limits: true,
  health: true,
};

const groups: {
  readonly [Name in 'metrics' | 'logs' | 'requestId' | 'limits' | 'health']: GroupNames<Name>;
} = {
  metrics: {
    path: true,
    allow: true,
    port: true,
    host: true,
    registry: true,
    buckets: true,
    labels: true,
    prefix: true,
    process: true,
    cluster: true,
  },
  logs: { logger: true, headers: true, redact: true, fields: true },
  requestId: { header: true, trust: true, generate: true },
  limits: {
    concurrency: true,
    queue: true,
    wait: true,
    retryAfter: true,
    linger: true,
    except: true,
    timeout: true,
  },
  health: { live: true, ready: true, checks: true, timeout: true },
};

/**
 * In plain JavaScript nobody else tells of a misspelled option, and what it was to bound would have no bound.
 *
 * @throws TypeError for an option that there is not.
 */
export function checkOptionNames(options: AppOptions): void {
  check(options, all, 'configureApp has no option');
  for (const [group, names] of Object.entries(groups)) {
    const given = options[group as keyof typeof groups];
    if (typeof given === 'object') check(given, names, `\`${group}\` of configureApp has no option`);
  }
}

function check(options: object, names: Readonly<Record<string, true>>, no: string): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown !== undefined)
    throw new TypeError(`${no} "${unknown}": it takes ${Object.keys(names).join(', ')}.`);
}
