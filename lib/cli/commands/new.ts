import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { command, Fault, sentenceOf } from '../command.js';
import { findUp } from '../load/index.js';
import { type Dialect, importOf } from '../scaffold/dialect.js';
import { namesOf } from '../scaffold/names.js';
import { resourceFiles } from '../scaffold/resource.js';
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
    const names = { ...known, path: values.path === undefined ? known.path : pathOf(values.path) };
    const manifest = findUp('package.json', process.cwd());
    if (manifest === undefined)
      throw new Fault(
        'There is no project here: no package.json in this folder or above. Make one by `express-viewsets init`.',
      );
    const root = dirname(manifest);
    const dialect = dialectOf(manifest, values.js === true);
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
      ],
    };
  },
});

function pathOf(text: string): string {
  const path = text.replace(/^\/+|\/+$/g, '');
  if (/^[A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*$/.test(path)) return path;
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

function dialectOf(manifest: string, js: boolean): Dialect {
  const known = readManifest(manifest);
  const installed = { ...known.dependencies, ...known.devDependencies };
  const runner = 'vitest' in installed ? 'vitest' : 'jest' in installed ? '@jest/globals' : 'node:test';
  return {
    typescript: !js && existsSync(join(dirname(manifest), 'tsconfig.json')),
    esm: known.type === 'module',
    runner,
  };
}

interface Manifest {
  readonly type?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function readManifest(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch (error) {
    throw new Fault(`${file} could not be read: ${sentenceOf(error)}`, { cause: error });
  }
}
