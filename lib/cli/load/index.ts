import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault, sentenceOf } from '../command.js';
import { findExport } from './find-export.js';
import { importModule } from './import-module.js';
import { silenceServers } from './quiet-servers.js';
import { noteSubApps, type SubApp } from './sub-apps.js';

export { findUp } from './import-module.js';
export type { SubApp } from './sub-apps.js';

export interface Loaded {
  readonly file: string;
  /** An Express app, or a router. */
  readonly target: object;
  readonly subApps: readonly SubApp[];
}

/** How long a module may take to give its app, in ms. */
const PATIENCE = 30_000;

/**
 * Loads the app of a module. No port is opened by it, now or later.
 *
 * @throws Fault when the module is not there, fails, exports no app, or takes more than 30 seconds.
 */
export async function loadApp(module: string, name: string | undefined): Promise<Loaded> {
  const file = resolve(module);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new Fault(`There is no file ${module}: give the module that exports the app, as in ./app.ts.`);
  silenceServers();
  const subApps = noteSubApps();
  const load = async () => ({
    file,
    target: await findExport(await importFile(file, module), name, module),
    subApps,
  });
  return Promise.race([load(), tooLate(module)]);
}

async function importFile(file: string, label: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await importModule(file);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`${label} could not be loaded: ${sentenceOf(error)}`, { cause: error });
  }
}

function tooLate(label: string): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(
      () => reject(new Fault(`${label} did not give its app within ${PATIENCE / 1000} seconds.`)),
      PATIENCE,
    ).unref();
  });
}
