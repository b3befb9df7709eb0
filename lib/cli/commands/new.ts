import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { command, Fault, sentenceOf } from '../command.js';
import { findUp } from '../load/index.js';
import { isObject, type JsonObject } from '../parse-document.js';
import { type Dialect, importOf } from '../scaffold/dialect.js';
import { namesOf } from '../scaffold/names.js';
import { isImported, packagesOf, resourceFiles } from '../scaffold/resource.js';
import { writeFiles } from '../scaffold/write-files.js';

export const newResource = command({
  usage: 'new resource <Name> [options]',
  summary: 'Write a viewset with its schemas and its spec into a project. No file is overwritten.',
  details:
    'It is written as the project is: in TypeScript where it has a tsconfig.json, as ES modules where its package.json says\n' +
    'so, with a spec for Jest or Vitest where it has one of them, else for node:test.',
  takes: [2, 2],
  options: {
    js: { type: 'boolean', help: 'In JavaScript, also beside a tsconfig.json.' },
    dir: {
      type: 'string',
      value: 'folder',
      help: 'Where the viewset goes. Default: src/resources, or resources.',
    },
    'spec-dir': {
      type: 'string',
      value: 'folder',
      help: 'Where its spec goes. Default: the one of spec, test, tests.',
    },
    path: {
      type: 'string',
      value: 'path',
      help: 'Its path. Default: the plural of its name, as in /blog-posts.',
    },
  },
  run([kind, name = ''], values) {
    if (kind !== 'resource')
      throw new Fault(`\`new\` makes a resource, as in \`new resource BlogPost\`, and no "${kind}".`);
    const known = namesOf(name);
    if (isImported(known))
      throw new Fault(
        `"${name}" is a name that the file of a resource imports: take another, such as ${name}Item.`,
      );
    const names = { ...known, path: values.path === undefined ? known.path : pathOf(values.path) };
    const manifest = findUp('package.json', process.cwd());
    if (manifest === undefined)
      throw new Fault(
        'There is no project here: no package.json in this folder or above. Make one by `express-viewsets init`.',
      );
    const root = dirname(manifest);
    const installed = packagesIn(manifest);
    const dialect = dialectOf(manifest, installed, values.js === true);
    const source = inside(
      values.dir ?? (existsSync(join(root, 'src')) ? 'src/resources' : 'resources'),
      '--dir',
    );
    const spec = inside(
      values['spec-dir'] ??
        ['spec', 'test', 'tests'].find((folder) => existsSync(join(root, folder))) ??
        'spec',
      '--spec-dir',
    );
    const files = resourceFiles(names, dialect, { source, spec, relative: towards(spec, source) });
    writeFiles(relative(process.cwd(), root) || '.', files);
    return {
      output: `${Object.keys(files).join('\n')}\n`,
      notes: [
        'The resource is written. Register it where the app is made:',
        `  ${importOf(`{ ${names.type}ViewSet }`, `./${posix.join(source.replace(/^src\//, ''), names.file)}`, dialect)}`,
        `  router.register(${names.type}ViewSet, { prefix: '/${names.path}' });`,
        ...lackOf(installed, dialect),
      ],
    };
  },
});

function pathOf(text: string): string {
  const path = text.replace(/^\/+|\/+$/g, '');
  if (/^[A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*$/.test(path) && !/(^|\/)\.{1,2}(\/|$)/.test(path)) return path;
  throw new Fault(`--path is a plain path such as /blog-posts, and "${text}" is none.`);
}

/** A folder of the project, with `/` on every platform. */
function inside(folder: string, option: string): string {
  const path = posix.normalize(folder.replace(/\\/g, '/')).replace(/\/$/, '');
  if (/^(\/|[A-Za-z]:|\.\.(\/|$))/.test(path) || path === '.' || path.includes("'"))
    throw new Fault(`${option} is a folder below that of package.json, and "${folder}" is none.`);
  return path;
}

function towards(from: string, to: string): string {
  const path = posix.relative(from, to);
  return path.startsWith('.') ? path : `./${path}`;
}

function dialectOf(manifest: string, installed: Installed, js: boolean): Dialect {
  const runner = installed.has('vitest') ? 'vitest' : installed.has('jest') ? '@jest/globals' : 'node:test';
  return {
    typescript: !js && existsSync(join(dirname(manifest), 'tsconfig.json')),
    esm: readManifest(manifest).type === 'module',
    runner,
  };
}

/** The names of packages. */
type Installed = ReadonlySet<string>;

function packagesIn(manifest: string): Installed {
  const known = readManifest(manifest);
  const kinds = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
  return new Set(kinds.flatMap((kind) => Object.keys(known[kind] ?? {})));
}

function lackOf(installed: Installed, dialect: Dialect): string[] {
  const { dependencies, devDependencies } = packagesOf(dialect);
  const lines = [
    ['npm install', ...dependencies.filter((name) => !installed.has(name))],
    ['npm install --save-dev', ...devDependencies.filter((name) => !installed.has(name))],
  ].filter(({ length }) => length > 1);
  if (lines.length === 0) return [];
  return ['It needs what package.json does not have:', ...lines.map((line) => `  ${line.join(' ')}`)];
}

function readManifest(file: string): JsonObject {
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Fault(`${file} could not be read: ${sentenceOf(error)}`, { cause: error });
  }
  if (!isObject(manifest)) throw new Fault(`${file} is no object.`);
  return manifest;
}
