import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { otherApps, sameApps } from './apps.js';
import { type Installation, install } from './command-line.js';

jest.setTimeout(120_000);

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

  test.each(Object.keys(sameApps).filter((name) => !name.endsWith('.json')))('of %s', async (name) => {
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

  test('an app that is configured by another copy of the package', async () => {
    const other = await install(`export-other-${express}`, express);
    other.write(sameApps);
    for (const name of ['named.cjs', 'typed.ts', 'default.mjs']) {
      const { stdout, stderr } = await at.cli('export', join(other.folder, name));
      expect(stderr).toBe('');
      expect(stdout).toBe(expected);
    }
  });
});

describe('export', () => {
  let at: Installation;

  beforeAll(async () => {
    at = await install('export');
    at.write({ ...sameApps, ...otherApps });
  });

  const fault = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await at.cli(...args);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^express-viewsets: [^\n]+\n$/);
    return stderr.slice('express-viewsets: '.length, -1);
  };

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
    const changed = text.replace('title: Items', 'title: Things').replace('operationId: list_item', 'x-a: 1');
    writeFileSync(file, changed);
    expect(await check()).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        'committed.yaml differs from the document of the app:',
        '  /info/title is changed',
        '  /paths/~1api~1items/get/x-a is not in the app',
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

  test('faults are one sentence and exit code 2', async () => {
    expect(await fault('export', 'absent.ts')).toBe(
      'There is no file absent.ts: give the module that exports the app, as in ./app.ts.',
    );
    expect(await fault('export', 'throws.cjs')).toBe('throws.cjs could not be loaded: The database is away.');
    expect(await fault('export', 'throws-later.cjs')).toBe('Lost');
    expect(await fault('export', 'missing.cjs')).toMatch(
      /^missing\.cjs could not be loaded: Cannot find module/,
    );
    expect(await fault('export', 'syntax.ts')).toMatch(/^syntax\.ts could not be loaded: .*ERROR/);
    for (const name of ['exits.cjs', 'never.mjs'])
      expect(await fault('export', name)).toMatch(/ended the process while it was loaded, or waits/);
    expect(await fault('export', 'nothing.cjs')).toBe(
      'nothing.cjs exports no Express app and no router as default, `app` or `router`; it exports a, b, default. Give the name with --export.',
    );
    expect(await fault('export', 'named.cjs', '--export', 'nope')).toMatch(
      /no router as `nope`; it exports .*app/,
    );
    expect(await fault('export', 'plain.cjs')).toMatch(/is not configured .* nothing to describe/);
    expect(await fault('export', 'named.cjs', '-o', 'x.doc')).toMatch(/end it in \.json or \.yaml/);
    expect(await fault('export', 'named.cjs', '--format', 'xml')).toMatch(/json or yaml, not "xml"/);
    expect(await fault('export', 'named.cjs', '--openapi', '2.0')).toMatch(
      /one of 3\.0, 3\.1, 3\.2, not "2\.0"/,
    );
    expect(await fault('export', 'named.cjs', '--check')).toMatch(/--check needs the file/);
    expect(await fault('export', 'named.cjs', '--check', '-o', 'none.json')).toBe(
      'There is no file none.json.',
    );
    expect(await fault('export', 'named.cjs', '-o', 'no/such/folder.json')).toMatch(
      /could not be written: ENOENT/,
    );
    expect(await fault('export', 'named.cjs', '--nope')).toMatch(/Unknown option '--nope'/);
    expect(await fault('export')).toMatch(/takes <module> \[options\], and there are 0 arguments/);
    expect(await fault('exprot')).toMatch(/no command "exprot"; there are export, routes, diff, init, new/);
  });

  test('--debug shows the stack', async () => {
    const { code, stderr } = await at.cli('export', 'throws.cjs', '--debug');
    expect(code).toBe(2);
    expect(stderr).toMatch(/throws\.cjs:1:7/);
  });

  test('help for all and for each, and the version', async () => {
    const { stdout, code } = await at.cli('--help');
    expect(code).toBe(0);
    const names = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1] as string);
    expect(names).toEqual(['export', 'routes', 'diff', 'init', 'new']);
    for (const name of names) {
      const help = await at.cli(name, '--help');
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toMatch(new RegExp(`^Usage: express-viewsets ${name}`));
      expect((await at.cli('help', name)).stdout).toBe(help.stdout);
    }
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
    expect(await at.cli('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});
