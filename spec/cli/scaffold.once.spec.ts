import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Installation, install, node } from './command-line.js';

jest.setTimeout(120_000);

const modules = resolve(__dirname, '../../node_modules');
let at: Installation;

beforeAll(async () => {
  at = await install('scaffold');
});

/** As a user would. The test of a project is run by npm, in a shell of its own. */
function npmTest(folder: string) {
  const { NODE_OPTIONS: _, JEST_WORKER_ID: __, NODE_ENV: ___, NODE_TEST_CONTEXT: ____, ...env } = process.env;
  const options = { cwd: folder, env, encoding: 'utf8', shell: process.platform === 'win32' } as const;
  const { status, stdout, stderr } = spawnSync('npm', ['test'], options);
  return { status, text: `${stdout}${stderr}` };
}

/** In the folder of the project, which `at.cli` is not. */
function cli(folder: string, ...args: string[]) {
  return node([join(at.folder, 'node_modules/express-viewsets/dist/cli/bin.js'), ...args], folder);
}

describe.each([
  ['TypeScript', [], '.ts'],
  ['JavaScript', ['--js'], '.js'],
] as const)('a new project in %s', (language, flags, extension) => {
  const folder = () => join(at.folder, language);

  test('is written, and its test passes at once', async () => {
    const { code, stdout, stderr } = await at.cli('init', language, ...flags);
    expect(code).toBe(0);
    expect(stderr).toBe(`The project is written. Next: cd ${language}, npm install, npm test, npm start.\n`);
    expect(stdout.trim().split('\n')).toEqual(
      expect.arrayContaining(['package.json', `src/app${extension}`]),
    );
    for (const path of stdout.trim().split('\n')) expect(existsSync(join(folder(), path))).toBe(true);
    expect(existsSync(join(folder(), 'tsconfig.json'))).toBe(extension === '.ts');
    const { status, text } = npmTest(folder());
    expect(text).toMatch(/pass 3\b/);
    expect(status).toBe(0);
  });

  test('a resource is added, and the test passes with it', async () => {
    const { code, stdout, stderr } = await cli(folder(), 'new', 'resource', 'BlogEntry');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `src/resources/blog-entry${extension}\nspec/blog-entry.spec${extension}\n`,
    });
    expect(stderr).toMatch(/import \{ BlogEntryViewSet \} from '\.\/resources\/blog-entry\.js';/);
    expect(stderr).toMatch(/router\.register\(BlogEntryViewSet, \{ prefix: '\/blog-entries' \}\);/);
    const { status, text } = npmTest(folder());
    expect(text).toMatch(/pass 5\b/);
    expect(status).toBe(0);
  });

  test('its scripts work: routes and the document', async () => {
    const { stdout } = await cli(folder(), 'routes', `src/app${extension}`);
    expect(stdout).toMatch(/^PATCH +\/api\/items\/:id +ItemViewSet\.partialUpdate +partial_update_item$/m);
    expect(await cli(folder(), 'export', `src/app${extension}`, '--output', 'openapi.yaml')).toMatchObject({
      code: 0,
    });
  });

  test('a failing spec fails the test', async () => {
    rmSync(join(folder(), `src/resources/item${extension}`));
    expect(npmTest(folder()).status).not.toBe(0);
  });
});

test('the project in TypeScript compiles', async () => {
  await at.cli('init', 'typed');
  await cli(join(at.folder, 'typed'), 'new', 'resource', 'Tag', '--dir', 'src', '--spec-dir', 'spec/unit');
  const folder = join(at.folder, 'typed');
  expect(existsSync(join(folder, 'spec/unit/tag.spec.ts'))).toBe(true);
  for (const compiler of ['@typescript/native/bin/tsc', 'typescript54/bin/tsc'])
    expect(await node([join(modules, compiler), '-p', folder], folder)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
});

test.each([
  ['CommonJS for Jest', { devDependencies: { jest: '30' } }, "const { test } = require('@jest/globals');"],
  ['CommonJS', {}, "const { test } = require('node:test');"],
  [
    'ES modules for Vitest',
    { type: 'module', devDependencies: { vitest: '3' } },
    "import { test } from 'vitest';",
  ],
])('a resource in a project of %s', async (name, manifest, line) => {
  const folder = name.replaceAll(' ', '-');
  at.write({ [`${folder}/package.json`]: JSON.stringify(manifest), [`${folder}/test/x.txt`]: '' });
  expect(await cli(join(at.folder, folder), 'new', 'resource', 'Box', '--path', '/my/boxes')).toMatchObject({
    code: 0,
    stdout: 'resources/box.js\ntest/box.spec.js\n',
  });
  const text = readFileSync(join(at.folder, folder, 'test/box.spec.js'), 'utf8');
  expect(text).toContain(`${line}\n`);
  expect(text).toContain("prefix: '/my/boxes'");
  if (name !== 'CommonJS') return;
  const { code, stdout } = await node(['--test', 'test/box.spec.js'], join(at.folder, folder));
  expect(stdout).toMatch(/pass 2\b/);
  expect(code).toBe(0);
});

test('a resource says what its project lacks', async () => {
  const packages = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '1']));
  const notes = async (folder: string, manifest: object, typescript = false) => {
    at.write({ [`${folder}/package.json`]: JSON.stringify(manifest) });
    if (typescript) at.write({ [`${folder}/tsconfig.json`]: '{}' });
    const { code, stderr } = await cli(join(at.folder, folder), 'new', 'resource', 'Box');
    return { code, notes: stderr.trim().split('\n').slice(3) };
  };
  expect(await notes('bare', {})).toEqual({
    code: 0,
    notes: [
      'It needs what package.json does not have:',
      '  npm install @sinclair/typebox express express-viewsets',
      '  npm install --save-dev supertest',
    ],
  });
  const dependencies = packages('@sinclair/typebox', 'express', 'express-viewsets');
  const devDependencies = packages('supertest');
  expect(await notes('typed-bare', { dependencies, devDependencies }, true)).toEqual({
    code: 0,
    notes: [
      'It needs what package.json does not have:',
      '  npm install --save-dev @types/express @types/node @types/supertest',
    ],
  });
  expect(await notes('complete', { dependencies, devDependencies })).toEqual({ code: 0, notes: [] });
  expect(await cli(join(at.folder, 'TypeScript'), 'new', 'resource', 'Crate')).toMatchObject({
    stderr: expect.not.stringContaining('It needs'),
  });
});

test('a package.json that is none is a fault', async () => {
  at.write({ 'odd/package.json': 'null' });
  expect(await cli(join(at.folder, 'odd'), 'new', 'resource', 'Box')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^express-viewsets: \S+package\.json is no object\.\n$/),
  });
});

test('nothing is overwritten, and nothing half written', async () => {
  at.write({ 'taken/package.json': '{}', 'taken/src/app.ts': '// mine' });
  const { code, stdout, stderr } = await at.cli('init', 'taken');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe(
    'express-viewsets: package.json, src/app.ts are there already in taken, so nothing is written.\n',
  );
  expect(readdirSync(join(at.folder, 'taken'), { recursive: true }).sort()).toEqual([
    'package.json',
    'src',
    join('src', 'app.ts'),
  ]);
  // A file stands where a folder has to be.
  at.write({ 'blocked/src': '' });
  expect(await at.cli('init', 'blocked')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^express-viewsets: The files could not be written, so none is: E[^\n]+\n$/,
    ),
  });
  expect(readdirSync(join(at.folder, 'blocked'))).toEqual(['src']);
});

test('the name of a package comes from that of its folder', async () => {
  mkdirSync(join(at.folder, "My Shop's API"));
  await cli(join(at.folder, "My Shop's API"), 'init', '--js');
  const nameIn = (folder: string) =>
    JSON.parse(readFileSync(join(at.folder, folder, 'package.json'), 'utf8')).name;
  expect(nameIn("My Shop's API")).toBe('my-shop-s-api');
  // npm takes none of these: a name of Node.js itself, and that of what the project depends on.
  for (const [folder, name] of [
    ['node_modules/node_modules', 'node_modules-api'],
    ['express', 'express-api'],
    ['express-viewsets', 'express-viewsets-api'],
  ] as const) {
    await at.cli('init', `named/${folder}`, '--js');
    expect(nameIn(`named/${folder}`)).toBe(name);
  }
  await at.cli('init', 'scoped', '--js', '--name', '@My Shop/API');
  expect(nameIn('scoped')).toBe('@my-shop/api');
});
