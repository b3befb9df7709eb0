import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault } from '../command.js';

type Namespace = Readonly<Record<string, unknown>>;

interface Loader {
  register(): unknown;
}

/** The exports of a module: an ES module or CommonJS, in JavaScript or, through tsx, in TypeScript. */
export async function importModule(file: string): Promise<Namespace> {
  if (/\.[cm]?tsx?$|\.jsx$/.test(file)) await registerTSX(file);
  // Node.js 20 can not import CommonJS that tsx compiles from this extension.
  if (file.endsWith('.cts')) return { default: createRequire(file)(file) };
  return (await import(pathToFileURL(file).href)) as Namespace;
}

/**
 * For the whole process, as `node --import tsx` does it: modules that are loaded by `tsImport` are copies of their own, and it does not
 * find those that an ES module requires in TypeScript (4.23).
 */
async function registerTSX(file: string): Promise<void> {
  const tsconfig = findUp('tsconfig.json', dirname(file));
  if (tsconfig !== undefined) process.env.TSX_TSCONFIG_PATH ??= tsconfig;
  for (const api of findTSX(file)) ((await import(pathToFileURL(api).href)) as Loader).register();
}

/** That of the app, or ours. By its file, as its entry for CommonJS does not find its loader (4.23). */
function findTSX(file: string): string[] {
  for (const from of [file, __filename]) {
    try {
      const manifest = createRequire(from).resolve('tsx/package.json');
      const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as {
        exports: Record<string, { import: { default: string } } | undefined>;
      };
      return ['./cjs/api', './esm/api'].map((name) =>
        join(dirname(manifest), exports[name]?.import.default ?? 'has-no-such-entry'),
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new Fault(
    'An app in TypeScript is loaded through tsx, which is not installed: npm install --save-dev tsx',
  );
}

/** The nearest file of a name, in a folder or above it. */
export function findUp(name: string, from: string): string | undefined {
  const file = join(from, name);
  if (existsSync(file)) return file;
  const above = dirname(from);
  return above === from ? undefined : findUp(name, above);
}
