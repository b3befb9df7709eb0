import type { IncomingMessage } from 'node:http';
import { consoleLogger, type ProblemSettings } from './errors/index.js';
import { exchangeOf } from './exchange.js';
import { tracing } from './tracing.js';

/** What an app sets for all its views. `configureApp` writes it, and requests of the app read it. */
export interface AppSettings extends ProblemSettings {
  /** The status of a request that fails its schemas. */
  readonly validationStatus: 400 | 422;
}

const defaults: AppSettings = {
  logger: consoleLogger,
  validationStatus: 400,
  correlationId: (request) => tracing.current?.traceId() ?? exchangeOf(request)?.requestId,
};
const byApp = new WeakMap<object, Partial<AppSettings>>();

export function setSettings(app: object, settings: Partial<AppSettings>): void {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  byApp.set(app, { ...byApp.get(app), ...given });
}

/** The settings of an app; what a mounted app does not set is as its parent has it. */
export function settingsOf(app: object | undefined): AppSettings {
  let settings: Partial<AppSettings> = {};
  for (let at = app as { parent?: object } | undefined; at; at = at.parent)
    settings = { ...byApp.get(at), ...settings };
  return { ...defaults, ...settings };
}

/** A request inside Express. */
type Mounted = IncomingMessage & { readonly app?: object; readonly baseUrl?: string };

export function settingsOfRequest(request: Mounted): AppSettings {
  return settingsOf(request.app);
}

const reserved = new WeakMap<object, (path: string) => boolean>();

/** Says which paths an app has for itself, such as that of its document: no parameter of a view stands for them. */
export function reservePaths(app: object, isOwn: (path: string) => boolean): void {
  reserved.set(app, isOwn);
}

/** Whether a path is one of these of the app that has the request; `path` is below where its router is mounted. */
export function isReserved({ app, baseUrl = '' }: Mounted, path: string): boolean {
  return (app && reserved.get(app))?.(baseUrl + path) === true;
}
