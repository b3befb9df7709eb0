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

interface Manifest {
  readonly version: string;
  readonly exports?: Readonly<Record<string, { readonly import?: { readonly default: string } } | undefined>>;
}

/** Its loaders, of the app's copy or of ours. By their files, as its entry for CommonJS does not find the loader of ES modules (4.23). */
function findTSX(file: string): string[] {
  const manifest = resolveFrom([file, __filename], 'tsx/package.json');
  if (manifest === undefined) {
    throw new Fault(
      'An app in TypeScript is loaded through tsx, which is not installed: npm install --save-dev tsx',
    );
  }
  const { version, exports = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as Manifest;
  return ['./cjs/api', './esm/api'].map((name) => {
    const entry = exports[name]?.import?.default;
    if (entry !== undefined) return join(dirname(manifest), entry);
    throw new Fault(
      `An app in TypeScript is loaded through tsx 4, and ${version} is installed: npm install --save-dev tsx@4`,
    );
  });
}

function resolveFrom(places: readonly string[], specifier: string): string | undefined {
  for (const from of places) {
    try {
      return createRequire(from).resolve(specifier);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return undefined;
}

/** The nearest file of a name, in a folder or above it. */
export function findUp(name: string, from: string): string | undefined {
  const file = join(from, name);
  if (existsSync(file)) return file;
  const above = dirname(from);
  return above === from ? undefined : findUp(name, above);
}
