import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../lib/cli/command.js';
import { run } from '../../lib/cli/main.js';

/* What is told before anything is loaded or written. */

test.each([
  [['export'], /`export` takes <module> \[options\], and 0 are given: see/],
  [['export', 'absent.ts'], /^There is no file absent\.ts: give the module that exports the app, as in/],
  [['export', 'a.ts', '--nope'], /^Unknown option '--nope'\.$/],
  [['export', 'a.ts', '--output'], /'-o, --output <value>' argument missing/],
  [['export', 'a.ts', '-o', 'x.doc'], /end it in \.json or \.yaml/],
  [['export', 'a.ts', '--format', 'xml'], /^--format is json or yaml, not "xml"/],
  [['export', 'a.ts', '--openapi', '2.0'], /^--openapi is one of 3\.0, 3\.1, 3\.2, not "2\.0"/],
  [['export', 'a.ts', '--check'], /^--check needs the file/],
  [['routes', 'a.ts', 'b.ts'], /and 2 are given/],
  [['exprot'], /^There is no command "exprot"; there are export, routes, diff, init, new\./],
  [['constructor'], /^There is no command "constructor"/],
  [['help', 'exprot'], /^There is no command "exprot"/],
  [['new', 'resource', 'blog-post'], /such as BlogPost; "blog-post" is none/],
  [['new', 'resource', "x'; process.exit()"], /A resource has the name of a class/],
  [['new', 'resource', 'Álbum'], /such as Album; "Álbum" is none/],
  [
    ['new', 'resource', 'Type'],
    /^"Type" is a name that the file of a resource imports: take another, such as TypeItem\.$/,
  ],
  [['new', 'resource', 'GenericViewSet'], /^"GenericViewSet" is a name that the file/],
  [['new', 'view', 'Item'], /and no "view"/],
  [['new', 'resource'], /takes resource <Name> \[options\], and 1 is given/],
  [['new', 'resource', 'Item', '--dir', '../out'], /--dir is a folder below that of package\.json/],
  [['new', 'resource', 'Item', '--spec-dir', 'C:\\\\specs'], /--spec-dir is a folder below/],
  [['new', 'resource', 'Item', '--path', "/a'b"], /--path is a plain path/],
  [['new', 'resource', 'Item', '--path', '/a/../../b'], /--path is a plain path/],
  [['new', 'resource', 'Item', '--path', './b'], /--path is a plain path/],
])('%j is a fault', async (args, message) => {
  const failed = await Promise.resolve()
    .then(() => run(args))
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  expect(failed).toBeInstanceOf(Fault);
  expect((failed as Fault).message).toMatch(message);
  expect((failed as Fault).message).not.toMatch(/\n/);
});

test('help for all and for each', async () => {
  const { output = '' } = await run(['--help']);
  const names = [...output.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1] as string);
  expect(names).toEqual(['export', 'routes', 'diff', 'init', 'new']);
  for (const args of [[], ['-h'], ['help']]) expect((await run(args)).output).toBe(output);
  for (const name of names) {
    const help = await run([name, '--help']);
    expect(help.output).toMatch(new RegExp(`^Usage: express-viewsets ${name}`));
    expect(help.output).toMatch(/^ {2}-h, --help +\S/m);
    expect(await run(['help', name])).toEqual(help);
    expect(await run([name, '-h'])).toEqual(help);
  }
});

test('the version', async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
  expect((await run(['--version'])).output).toBe(`${version}\n`);
  expect((await run(['-v'])).output).toBe(`${version}\n`);
});
