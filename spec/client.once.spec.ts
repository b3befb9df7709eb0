import { type ExecFileException, execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import request from 'supertest';
import { app } from '../samples/quick-start/app';

/* The document of the quick start is good enough for a typed client: generated, checked, and run against the app. */

const folder = join(__dirname, 'client');
const server = createServer(app);
let url: string;
/** The complaints of the compiler: file, line and message. */
let complaints: { readonly file: string; readonly line: number; readonly message: string }[];

beforeAll(async () => {
  await install();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { text } = await request(server).get('/openapi.json').expect(200);
  mkdirSync(join(folder, '.cache'), { recursive: true });
  writeFileSync(join(folder, '.cache/openapi.json'), text);
  await run('openapi-typescript/bin/cli.js', '.cache/openapi.json', '--output', '.cache/api.d.ts');
  const report = await run('typescript/bin/tsc', '--project', '.', '--pretty', 'false').catch(
    ({ message }: Error) => message,
  );
  complaints = [...report.matchAll(/^(\S+)\((\d+),\d+\): (.*)$/gm)].map(
    ([, file = '', line, message = '']) => ({ file, line: Number(line), message }),
  );
}, 180_000);

afterAll(() => new Promise((done) => server.close(done)));

test('a client compiles, and reaches every operation', async () => {
  expect(complaints.filter(({ file }) => file !== 'wrong-use.ts')).toEqual([]);
  const item = { id: '3f2b1c9e-5d3a-4b1e-9a3f-0d6c7b8a9e10', name: 'Lamp', price: 20 };
  expect(JSON.parse(await execute(process.execPath, '.cache/program.js', url))).toEqual({
    statuses: [201, 200, 200, 200, 204, 404, 400],
    location: `/api/items/${item.id}`,
    created: item,
    updated: { ...item, price: 25 },
    items: [{ ...item, price: 25 }],
    price: 20,
    nothing: null,
    title: 'Not Found',
    codes: ['minLength', 'minimum'],
  });
});

test('wrong uses are refused', () => {
  const lines = readFileSync(join(folder, 'wrong-use.ts'), 'utf8').split('\n');
  const marked = lines.flatMap((line, index) => (line.endsWith('// refused') ? [index + 1] : []));
  const refused = complaints.flatMap(({ file, line }) => (file === 'wrong-use.ts' ? [line] : []));
  expect(marked).toHaveLength(9);
  expect([...new Set(refused)]).toEqual(marked);
});

/** `npm ci`, where the lock file is not what is installed. */
async function install(): Promise<void> {
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  const mark = join(folder, 'node_modules/.installed');
  if (readText(mark) === lock) return;
  await execute('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund');
  writeFileSync(mark, lock);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Runs a tool of the client's own packages. */
function run(tool: string, ...args: string[]): Promise<string> {
  return execute(process.execPath, join('node_modules', tool), ...args);
}

function execute(command: string, ...args: string[]): Promise<string> {
  return new Promise((done, fail) => {
    execFile(command, args, { cwd: folder }, (error: ExecFileException | null, stdout, stderr) => {
      if (error) fail(new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`));
      else done(stdout);
    });
  });
}
