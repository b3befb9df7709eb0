import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/*
 * Instrumentation takes hold when a module is loaded, so that it is only seen in a process of its own, over the built package,
 * next to an Express that has its own name.
 */
jest.setTimeout(120_000);

const run = promisify(execFile);
const root = resolve(__dirname, '../..');
const scratch = join(root, '.cache/opentelemetry');

interface Span {
  trace: string;
  id: string;
  parent?: string;
  kind: number;
  name: string;
  scope: string;
  status: { code: number };
  attributes: Record<string, unknown>;
  events: [string, string][];
}
interface Traced {
  answers: Record<string, { status: number; body: string }>;
  traces: Record<string, string>;
  spans: Span[];
  lines: Record<string, unknown>[];
}

const SERVER = 1;
const CLIENT = 2;
const ERROR = 2;

beforeAll(async () => {
  rmSync(scratch, { recursive: true, force: true });
  for (const version of ['express5', 'express4']) {
    const place = join(scratch, version);
    const built = join(place, 'node_modules/express-viewsets');
    mkdirSync(built, { recursive: true });
    // A package of its own, else the name would be that of the sources.
    writeFileSync(join(place, 'package.json'), '{ "name": "traced", "private": true }');
    cpSync(join(root, 'package.json'), join(built, 'package.json'));
    if (version === 'express5')
      await run(process.execPath, [
        join(root, 'node_modules/@typescript/native/bin/tsc'),
        ...['-p', join(root, 'tsconfig.build.json'), '--outDir', join(built, 'dist')],
      ]);
    else
      cpSync(join(scratch, 'express5/node_modules/express-viewsets/dist'), join(built, 'dist'), {
        recursive: true,
      });
    cpSync(
      join(root, 'node_modules', version === 'express4' ? 'express4' : 'express'),
      join(place, 'node_modules/express'),
      {
        recursive: true,
      },
    );
    for (const program of ['program.cjs', 'program.mjs', 'beside.cjs', 'beside.mjs'])
      cpSync(join(__dirname, program), join(place, program));
  }
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function traced(
  version: string,
  kind: 'cjs' | 'mjs',
  {
    env = {},
    preloads = ['express-viewsets/opentelemetry'],
  }: { env?: Record<string, string>; preloads?: readonly string[] } = {},
): Promise<Traced> {
  const flag = kind === 'cjs' ? '--require' : '--import';
  const { stdout } = await run(
    process.execPath,
    [...preloads.flatMap((preload) => [flag, preload]), `program.${kind}`],
    {
      cwd: join(scratch, version),
      env: { ...process.env, NODE_OPTIONS: '', ...env },
    },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Traced;
}

describe.each([
  ['express5', 'cjs'],
  ['express5', 'mjs'],
  ['express4', 'cjs'],
  ['express4', 'mjs'],
] as const)('%s, %s', (version, kind) => {
  let result: Traced;
  beforeAll(async () => {
    result = await traced(version, kind);
  });
  const serverSpan = (name: string): Span => {
    const found = result.spans.filter((span) => span.kind === SERVER && span.trace === result.traces[name]);
    expect(found).toHaveLength(1);
    return found[0] as Span;
  };
  const exceptionsOf = (name: string) =>
    result.spans.filter(({ trace }) => trace === result.traces[name]).flatMap(({ events }) => events);

  test('a span has the template, the action and the operation id', () => {
    const span = serverSpan('view');
    expect(span.name).toBe('GET /tenants/:tenant/items/:id');
    expect(span.attributes).toMatchObject({
      'http.route': '/tenants/:tenant/items/:id',
      'express_viewsets.action': 'retrieve',
      'express_viewsets.operation_id': 'retrieve_items',
    });
    expect(serverSpan('old')).toMatchObject({
      name: 'GET /old/:id',
      attributes: { 'http.route': '/old/:id' },
    });
    // Refused for its method, it has that of its path, and no action took it.
    const refused = serverSpan('method');
    expect(refused.name).toBe('POST /tenants/:tenant/fails');
    expect(refused.attributes).not.toHaveProperty('express_viewsets.action');
    // Express is instrumented too: the layers have spans.
    expect(result.spans.some(({ name }) => name === 'middleware - viewRouter')).toBe(true);
  });

  test('no secret of a query or of an error is in a span', () => {
    expect(serverSpan('view').attributes['url.query']).toBe('secret=[redacted]&page=2');
    const client = result.spans.find((span) => span.kind === CLIENT && span.trace === result.traces.calls);
    expect(client?.attributes['url.full']).toMatch(/\/\?token=\[redacted\]$/);
    expect(JSON.stringify(result.spans)).not.toContain('hunter2');
  });

  test('the trace of the caller goes on, and goes on from here', () => {
    expect(serverSpan('view').parent).toBe('00f067aa0ba902b7');
    const client = result.spans.find((span) => span.kind === CLIENT && span.trace === result.traces.calls);
    expect(result.answers.calls?.body).toContain(`00-${result.traces.calls}-${client?.id}-01`);
  });

  test.each(['invalid', 'fails', 'later', 'missing', 'method', 'unknown', 'oldFails', 'childFails'])(
    'the problem of %s has the trace id, and so have its lines',
    (name) => {
      const trace = result.traces[name];
      expect(JSON.parse(result.answers[name]?.body as string)).toMatchObject({
        status: result.answers[name]?.status,
        correlation_id: trace,
      });
      const lines = result.lines.filter(({ correlation_id }) => correlation_id === trace);
      expect(lines.map(({ level }) => level).sort()).toEqual(
        (result.answers[name]?.status as number) >= 500 ? ['error', 'info'] : ['info'],
      );
    },
  );

  test.each([
    ['fails', 'broken, with password=[redacted]'],
    ['later', 'broken later'],
    ['oldFails', 'old broken, with password=[redacted]'],
    ['childFails', 'child broken'],
  ])('the exception of %s is recorded once', (name, message) => {
    expect(serverSpan(name).status.code).toBe(ERROR);
    expect(exceptionsOf(name)).toEqual([['exception', message]]);
  });

  test.each(['invalid', 'missing', 'unknown', 'method'])('%s is no failure of the server', (name) => {
    expect(serverSpan(name).status.code).not.toBe(ERROR);
    expect(exceptionsOf(name)).toEqual([]);
  });
});

/* In either order, what somebody else has instrumented is traced once, by their instrumentation and with their options. */
describe.each([
  ['express5', 'cjs', 'before', ['./beside.cjs', 'express-viewsets/opentelemetry']],
  ['express5', 'cjs', 'after', ['express-viewsets/opentelemetry', './beside.cjs']],
  ['express5', 'mjs', 'before', ['./beside.mjs', 'express-viewsets/opentelemetry']],
  ['express5', 'mjs', 'after', ['express-viewsets/opentelemetry', './beside.mjs']],
  ['express5', 'cjs', 'with the views alone', ['express-viewsets/opentelemetry/views', './beside.cjs']],
  ['express5', 'mjs', 'with the views alone', ['./beside.mjs', 'express-viewsets/opentelemetry/views']],
  ['express4', 'cjs', 'before', ['./beside.cjs', 'express-viewsets/opentelemetry']],
  ['express4', 'mjs', 'after', ['express-viewsets/opentelemetry', './beside.mjs']],
] as const)('%s, %s, an instrumentation of your own, %s', (version, kind, _name, preloads) => {
  let result: Traced;
  beforeAll(async () => {
    result = await traced(version, kind, { preloads });
  });
  const spansOf = (name: string) => result.spans.filter(({ trace }) => trace === result.traces[name]);

  test('each request is one span, and so is each call of another server', () => {
    for (const name of ['view', 'fails', 'old', 'unknown'])
      expect(spansOf(name).filter(({ kind }) => kind === SERVER)).toHaveLength(1);
    // The other server is of the same process.
    expect(spansOf('calls').filter(({ kind }) => kind === SERVER)).toHaveLength(2);
    expect(spansOf('calls').filter(({ kind }) => kind === CLIENT)).toHaveLength(1);
    expect(spansOf('view').filter(({ name }) => name === 'middleware - viewRouter')).toHaveLength(1);
  });

  test('it is theirs, and has what views know', () => {
    for (const span of result.spans) expect(span.attributes).toMatchObject({ beside: true });
    const span = spansOf('view').find(({ kind }) => kind === SERVER);
    expect(span).toMatchObject({
      name: 'GET /tenants/:tenant/items/:id',
      attributes: {
        'express_viewsets.action': 'retrieve',
        'express_viewsets.operation_id': 'retrieve_items',
      },
    });
    expect(JSON.parse(result.answers.missing?.body as string).correlation_id).toBe(result.traces.missing);
  });

  test.each(['fails', 'oldFails', 'childFails'])('the exception of %s is recorded once', (name) => {
    expect(spansOf(name).flatMap(({ events }) => events)).toHaveLength(1);
  });
});

test('a trace that is not sampled is the correlation id all the same', async () => {
  const { answers, traces, spans, lines } = await traced('express5', 'cjs', { env: { UNSAMPLED: '1' } });
  expect(spans).toEqual([]);
  for (const name of ['invalid', 'fails', 'missing', 'method', 'unknown'])
    expect(JSON.parse(answers[name]?.body as string).correlation_id).toBe(traces[name]);
  expect(new Set(lines.map(({ correlation_id }) => correlation_id))).toEqual(new Set(Object.values(traces)));
});

test('what is not installed is named, with the command', async () => {
  const place = join(scratch, 'express5');
  const hide = `const { _resolveFilename } = require('module'); require('module')._resolveFilename = function (name, ...rest) {
    if (name.startsWith('@opentelemetry/instrumentation-')) throw Object.assign(new Error('x'), { code: 'MODULE_NOT_FOUND' });
    return _resolveFilename.call(this, name, ...rest); };
    try { require('express-viewsets/opentelemetry'); } catch (error) { console.log(error.message); }`;
  const { stdout } = await run(process.execPath, ['-e', hide], { cwd: place });
  expect(stdout).toMatch(/^Traces need OpenTelemetry: npm install @opentelemetry\/api/);
});
