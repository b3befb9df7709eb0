import type { IncomingMessage } from 'node:http';
import { consoleLogger, type ProblemSettings } from './errors/index.js';

/** What an app sets for all its views. `configureApp` writes it, and requests of the app read it. */
export interface AppSettings extends ProblemSettings {
  /** The status of a request that fails its schemas. */
  readonly validationStatus: 400 | 422;
}

const defaults: AppSettings = { logger: consoleLogger, validationStatus: 400 };
const byApp = new WeakMap<object, AppSettings>();

export function setSettings(app: object, settings: Partial<AppSettings>): void {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  byApp.set(app, { ...settingsOf(app), ...given });
}

/** The settings of an app; a mounted app inherits those of its parent. */
export function settingsOf(app: object | undefined): AppSettings {
  for (let at = app as { parent?: object } | undefined; at; at = at.parent) {
    const found = byApp.get(at);
    if (found) return found;
  }
  return defaults;
}

export function settingsOfRequest(request: IncomingMessage & { app?: object }): AppSettings {
  return settingsOf(request.app);
}
