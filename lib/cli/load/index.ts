import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault, type OptionSpecs, sentenceOf, type Values } from '../command.js';
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

/** How `export` and `routes` are told what to load. */
export const loadOptions = {
  export: { type: 'string', value: 'name', help: 'The export of the module that is the app.' },
  timeout: {
    type: 'string',
    value: 'seconds',
    help: 'How long the module may take to give its app. Default: 30.',
  },
} as const satisfies OptionSpecs;

/**
 * Loads the app of a module. No port is opened by it, now or later.
 *
 * @throws Fault when the module is not there, fails, exports no app, or takes longer than `timeout`.
 */
export async function loadApp(
  module: string,
  { export: name, timeout = '30' }: Values<typeof loadOptions>,
): Promise<Loaded> {
  const seconds = Number(timeout);
  if (!(seconds > 0 && seconds <= 86_400))
    throw new Fault(`--timeout is a number of seconds, up to a day, not "${timeout}".`);
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
  return Promise.race([load(), tooLate(module, seconds)]);
}

async function importFile(file: string, label: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await importModule(file);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`${label} could not be loaded: ${sentenceOf(error)}`, { cause: error });
  }
}

function tooLate(label: string, seconds: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(
      () => reject(new Fault(`${label} did not give its app within ${seconds} seconds.`)),
      seconds * 1000,
    ).unref();
  });
}
