import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { otherApps, sameApps } from './apps.js';
import { type Installation, install, installApart } from './command-line.js';

jest.setTimeout(120_000);

const all = Object.keys(sameApps).filter((name) => !name.endsWith('.json') && !name.includes('/views/'));

/** The forms of modules are the same on either; on Express 4, one of each kind will do. */
const modules = {
  express: all,
  express4: ['default.mjs', 'typed.ts'],
};

describe.each(['express', 'express4'] as const)('export on %s', (express) => {
  let at: Installation;
  let expected: string;

  beforeAll(async () => {
    at = await install(`export-${express}`, express);
    at.write({ ...sameApps, ...otherApps });
    expected = (await at.cli('export', 'named.cjs')).stdout;
  });

  test('the document, on standard output and nothing else', async () => {
    const { code, stdout, stderr } = await at.cli('export', 'named.cjs');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      openapi: '3.1.1',
      info: { title: 'Items', version: '1.0.0' },
      paths: { '/api/items/{id}': { get: { operationId: 'retrieve_item' } } },
    });
  });

  test.each(modules[express])('of %s', async (name) => {
    const { code, stdout, stderr } = await at.cli('export', name);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(expected);
  });

  test('no port is opened, what the app prints is no part of the document, and its timers hold nothing up', async () => {
    const { code, stdout, stderr } = await at.cli('export', 'listens.cjs');
    expect(code).toBe(0);
    expect(stdout).toBe(expected);
    expect(stderr).toBe('noise on standard output\nprobe ECONNREFUSED 45671\n');
  });
});

describe('export', () => {
  let at: Installation;

  beforeAll(async () => {
    at = await install('export');
    at.write({ ...sameApps, ...otherApps });
  });

  test('an app that is configured by another copy of the package', async () => {
    const other = await install('export-other');
    other.write(sameApps);
    const expected = (await at.cli('export', 'named.cjs')).stdout;
    for (const name of ['named.cjs', 'typed.ts']) {
      const { stdout, stderr } = await at.cli('export', join(other.folder, name));
      expect(stderr).toBe('');
      expect(stdout).toBe(expected);
    }
  });

  test('a module that awaits its server', async () => {
    expect(await at.cli('export', 'awaits-listen.mjs')).toMatchObject({ code: 0, stderr: '' });
  });

  test('to a file, in the format of its name or the one that is asked for, in each version', async () => {
    const read = (name: string) => readFileSync(join(at.folder, name), 'utf8');
    for (const [name, args] of [
      ['a.json', []],
      ['a.yaml', []],
      ['a.yml', ['--openapi', '3.0']],
      ['a.txt', ['--format', 'yaml', '--openapi', '3.2']],
    ] as const) {
      const { code, stdout, stderr } = await at.cli('export', './named.cjs', '--output', name, ...args);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: `${name} is written.\n` });
    }
    expect(JSON.parse(read('a.json'))).toEqual(parse(read('a.yaml')));
    expect(read('a.yml')).toMatch(/^openapi: 3\.0\.4\n/);
    expect(read('a.txt')).toMatch(/^openapi: 3\.2\.0\n/);
    expect((await at.cli('export', 'named.cjs', '--format', 'yaml')).stdout).toBe(read('a.yaml'));
  });

  test('without configureApp, title and version are those of package.json, unless given', async () => {
    const info = async (...args: string[]) => JSON.parse((await at.cli('export', ...args)).stdout).info;
    expect(await info('router.cjs')).toEqual({ title: 'the-app', version: '4.5.6' });
    expect(await info('unconfigured.cjs', '--export', 'server', '--title', 'T')).toEqual({
      title: 'T',
      version: '4.5.6',
    });
    expect(await info('named.cjs', '--api-version', '9')).toEqual({ title: 'Items', version: '9' });
    expect(Object.keys(JSON.parse((await at.cli('export', 'router.cjs')).stdout).paths)).toEqual([
      '/items',
      '/items/{id}',
    ]);
  });

  describe('over a file that is there', () => {
    const read = (name: string) => readFileSync(join(at.folder, name), 'utf8');
    const written = async (name: string, ...args: string[]) => {
      const { code, stderr } = await at.cli(
        'export',
        'named.cjs',
        '--output',
        name,
        '--format',
        'yaml',
        ...args,
      );
      return { code, stderr };
    };
    const refused = (name: string) => ({
      code: 2,
      stderr: `express-viewsets: ${name} is there and is no OpenAPI document, so it is not overwritten: take another name, or --force.\n`,
    });

    // Which texts are documents is in parse-document.once.spec.ts.
    test('what is no document is refused, unless --force is given; a document is replaced', async () => {
      const mine = '{ "name": "mine", "dependencies": { "openapi": "3.0.0" } }';
      at.write({ 'over/package.json': mine, 'over/known.yaml': 'openapi: 3.0.0\npaths: {}\n' });
      expect(await written('over/package.json')).toEqual(refused('over/package.json'));
      expect(read('over/package.json')).toBe(mine);
      for (const [name, ...args] of [['over/package.json', '--force'], ['over/known.yaml']] as const) {
        expect(await written(name, ...args)).toEqual({ code: 0, stderr: `${name} is written.\n` });
        expect(read(name)).toMatch(/^openapi: 3\.1\.1\n/);
      }
    });

    test('it is replaced whole, keeps its mode, and nothing is left beside it', async () => {
      at.write({ 'whole/known.yaml': 'openapi: 3.0.0\n' });
      const [file, other] = [join(at.folder, 'whole/known.yaml'), join(at.folder, 'whole/other.yaml')];
      chmodSync(file, 0o640);
      // Who reads the old file keeps the old file: the new one takes its name when it is complete.
      linkSync(file, other);
      expect(await written('whole/known.yaml')).toMatchObject({ code: 0 });
      expect(read('whole/known.yaml')).toMatch(/^openapi: 3\.1\.1\n/);
      expect(read('whole/other.yaml')).toBe('openapi: 3.0.0\n');
      if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o640);
      expect(readdirSync(join(at.folder, 'whole')).sort()).toEqual(['known.yaml', 'other.yaml']);
    });

    test('a link stays a link, and what it leads to is replaced, also where that is not there yet', async () => {
      at.write({ 'linked/real/known.yaml': 'openapi: 3.0.0\n' });
      const folder = join(at.folder, 'linked');
      symlinkSync('real/known.yaml', join(folder, 'link.yaml'));
      symlinkSync('real/new.yaml', join(folder, 'dangling.yaml'));
      for (const [link, real] of [
        ['link.yaml', 'known.yaml'],
        ['dangling.yaml', 'new.yaml'],
      ]) {
        expect(await written(`linked/${link}`)).toMatchObject({ code: 0 });
        expect(lstatSync(join(folder, link as string)).isSymbolicLink()).toBe(true);
        expect(read(`linked/real/${real}`)).toMatch(/^openapi: 3\.1\.1\n/);
      }
      expect(readdirSync(join(folder, 'real')).sort()).toEqual(['known.yaml', 'new.yaml']);
    });

    const devices = existsSync('/dev/full') ? test : test.skip;
    devices('a device is written as it is; what can not be written is told', async () => {
      expect(await written('/dev/full')).toEqual({
        code: 2,
        stderr: expect.stringMatching(/^express-viewsets: \/dev\/full could not be written: ENOSPC[^\n]+\n$/),
      });
      expect(await written('.')).toEqual({
        code: 2,
        stderr: expect.stringMatching(/ could not be written: EISDIR/),
      });
    });

    test('- and /dev/stdout are standard output', async () => {
      const { stdout } = await at.cli('export', 'named.cjs', '--format', 'yaml');
      for (const name of ['-', '/dev/stdout'])
        expect(await at.cli('export', 'named.cjs', '-o', name, '--format', 'yaml')).toEqual({
          code: 0,
          stdout,
          stderr: '',
        });
      expect(existsSync(join(at.folder, '-'))).toBe(false);
    });
  });

  test('--check tells where the committed file differs, whatever its line ends, quotes and comments', async () => {
    const file = join(at.folder, 'committed.yaml');
    const check = () => at.cli('export', 'named.cjs', '-o', 'committed.yaml', '--check');
    await at.cli('export', 'named.cjs', '-o', 'committed.yaml');
    const text = readFileSync(file, 'utf8');
    expect(await check()).toMatchObject({ code: 0, stderr: 'committed.yaml is up to date.\n' });
    writeFileSync(
      file,
      `# a comment\r\n${text.replaceAll('\n', '\r\n').replace('title: Items', 'title: "Items"')}`,
    );
    expect(await check()).toMatchObject({ code: 0 });
    const changed = text
      .replace('title: Items', 'title: Things')
      .replace('operationId: list_item', 'constructor: 1');
    writeFileSync(file, changed);
    expect(await check()).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        'committed.yaml differs from the document of the app:',
        '  /info/title is changed',
        '  /paths/~1api~1items/get/constructor is not in the app',
        '  /paths/~1api~1items/get/operationId is missing in the file',
        '',
      ].join('\n'),
    });
    expect(readFileSync(file, 'utf8')).toBe(changed);
    writeFileSync(file, `components: {}\n${text.replace(/^components:/m, 'x-components:')}`);
    expect((await check()).code).toBe(1);
    const [first, ...rest] = text.split('\n');
    writeFileSync(file, [...rest.filter(Boolean), first, ''].join('\n'));
    expect(await check()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the order of its members'),
    });
  });

  test.each([
    ['throws.cjs', /^throws\.cjs could not be loaded: The database is away\.$/],
    ['throws-object.cjs', /^throws-object\.cjs could not be loaded: \{ code: 'E_DB', more: .*\}\.$/],
    ['throws-null.cjs', /^throws-null\.cjs could not be loaded: null\.$/],
    ['throws-later.cjs', /^The app failed while it was loaded: Lost\.$/],
    ['rejects.cjs', /^The app failed while it was loaded: Lost in thought\.$/],
    ['missing.cjs', /^missing\.cjs could not be loaded: Cannot find module/],
    ['syntax.ts', /^syntax\.ts could not be loaded: .*ERROR/],
    ['syntax.cjs', /^syntax\.cjs could not be loaded: Unexpected token '=' \(\S*syntax\.cjs:1\)\.$/],
    [
      'imports-syntax.cjs',
      /^imports-syntax\.cjs could not be loaded: Unexpected token '=' \(\S*syntax\.cjs:1\)\.$/,
    ],
    ['exits.cjs', /ended the process while it was loaded, or waits/],
    ['never.mjs', /ended the process while it was loaded, or waits/],
    [
      'nothing.cjs',
      /exports no Express app and no router as default, `app` or `router`; it exports a, b\. Give the name/,
    ],
    ['asks.cjs', /; it exports app, a function that asks for parameters\. Give the name with --export\.$/],
    ['server.cjs', /; it exports default\. Give the name with --export\.$/],
    ['plain.cjs', /is not configured .* nothing to describe/],
  ])('%s is a fault: one sentence, exit code 2', async (name, message) => {
    const { code, stdout, stderr } = await at.cli('export', name);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^express-viewsets: [^\n]+\n$/);
    expect(stderr.slice('express-viewsets: '.length, -1)).toMatch(message);
  });

  test('a module that keeps running and gives no app is not waited for for ever', async () => {
    expect(await at.cli('export', 'hangs.cjs', '--timeout', '0.5')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'express-viewsets: hangs.cjs did not give its app within 0.5 seconds.\n',
    });
  });

  test('what can not be done with an app', async () => {
    for (const [args, message] of [
      [['--export', 'nope'], /no router as `nope`; it exports .*app/],
      [['--timeout', 'x'], /--timeout is a number of seconds, up to a day, not "x"/],
      [['--check', '-o', 'none.json'], /There is no file none\.json\./],
      [['-o', 'no/such/folder.json'], /could not be written: ENOENT/],
    ] as const) {
      const { code, stderr } = await at.cli('export', 'named.cjs', ...args);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
    }
  });

  test('without tsx, JavaScript is loaded, and TypeScript is a fault that says what to install', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'express-viewsets-'));
    try {
      const apart = await installApart(folder);
      apart.write(sameApps);
      expect(await apart.cli('export', 'named.cjs')).toMatchObject({ code: 0, stderr: '' });
      expect(await apart.cli('export', 'typed.ts')).toEqual({
        code: 2,
        stdout: '',
        stderr:
          'express-viewsets: An app in TypeScript is loaded through tsx, which is not installed: npm install --save-dev tsx\n',
      });
      apart.write({
        'node_modules/tsx/package.json':
          '{ "version": "3.14.0", "exports": { "./package.json": "./package.json" } }',
      });
      expect((await apart.cli('export', 'typed.ts')).stderr).toMatch(
        /through tsx 4, and 3\.14\.0 is installed/,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  const full = existsSync('/dev/full') ? test : test.skip;
  full('an answer that can not be written is a fault, and a reader that goes early is none', async () => {
    const bin = join(at.folder, 'node_modules/express-viewsets/dist/cli/bin.js');
    const shell = (line: string) =>
      spawnSync('sh', ['-c', line, process.execPath, bin], { cwd: at.folder, encoding: 'utf8' });
    expect(shell('"$0" "$1" export named.cjs > /dev/full')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^express-viewsets: The answer could not be written: ENOSPC[^\n]+\n$/),
    });
    expect(shell('"$0" "$1" export named.cjs | head -n 1')).toMatchObject({ stdout: '{\n', stderr: '' });
  });

  test('--debug shows the stack', async () => {
    const { code, stderr } = await at.cli('export', 'throws.cjs', '--debug');
    expect(code).toBe(2);
    expect(stderr).toMatch(/throws\.cjs:1:7/);
  });
});
