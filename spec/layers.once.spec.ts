import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/*
 * Arrows run one way: a room may import what stands before it in its row, and nothing else. `schema` and `errors` know
 * nothing of views; the router and the document read the same action data, and never a mixin, nor each other.
 */
const rooms: Readonly<Record<string, readonly string[]>> = {
  typebox: [],
  inference: ['typebox'],
  tracing: [],
  secrets: [],
  'once-over': [],
  'detached-response': [],
  'header-map': ['detached-response'],
  'end-with': ['detached-response', 'header-map'],
  'hidden-class': [],
  exchange: ['once-over'],
  'shutdown-signal': [],
  'longest-time': [],
  errors: ['end-with', 'header-map', 'secrets', 'tracing', 'typebox'],
  metrics: ['end-with', 'errors', 'exchange'],
  logging: ['errors', 'exchange', 'header-map', 'secrets'],
  operations: [],
  subset: [],
  paths: [],
  allowed: [],
  schema: ['errors', 'typebox'],
  settings: ['errors', 'exchange', 'tracing'],
  health: ['end-with', 'errors', 'longest-time', 'settings', 'shutdown-signal'],
  action: ['errors', 'inference', 'typebox'],
  expiry: ['errors', 'longest-time', 'once-over'],
  places: [],
  limits: ['errors', 'longest-time', 'once-over', 'places'],
  view: ['action', 'errors', 'expiry', 'inference', 'once-over', 'schema'],
  resource: ['errors', 'inference', 'schema', 'typebox', 'view'],
  'shared-fields': ['view'],
  served: ['inference'],
  self: [],
  repository: ['errors', 'inference', 'operations'],
  memory: ['operations', 'repository'],
  expression: ['operations'],
  filters: ['errors', 'expression', 'inference', 'operations', 'schema', 'typebox'],
  pagination: ['inference', 'operations', 'repository', 'typebox'],
  sql: ['errors', 'inference', 'operations', 'repository'],
  kysely: ['operations', 'repository', 'sql'],
  knex: ['operations', 'repository', 'sql'],
  drizzle: ['operations', 'repository', 'sql'],
  prisma: ['operations', 'repository'],
  mongo: ['operations', 'repository'],
  testing: ['errors', 'inference', 'operations', 'repository'],
  mixins: ['inference', 'resource'],
  viewsets: ['inference', 'mixins', 'resource'],
  operation: ['action', 'errors', 'expiry', 'paths', 'resource', 'schema', 'view'],
  streams: [
    'action',
    'errors',
    'expiry',
    'inference',
    'once-over',
    'operation',
    'schema',
    'settings',
    'shutdown-signal',
    'subset',
    'typebox',
    'view',
  ],
  sse: ['action', 'errors', 'inference', 'resource', 'streams', 'typebox'],
  redis: ['sse'],
  generic: [
    'action',
    'errors',
    'filters',
    'header-map',
    'inference',
    'mixins',
    'operation',
    'operations',
    'pagination',
    'repository',
    'resource',
    'schema',
    'subset',
    'typebox',
    'view',
  ],
  problems: ['errors', 'operation'],
  'component-names': ['errors', 'operation', 'problems', 'schema'],
  router: [
    'allowed',
    'component-names',
    'end-with',
    'errors',
    'expiry',
    'header-map',
    'hidden-class',
    'inference',
    'operation',
    'paths',
    'places',
    'schema',
    'self',
    'served',
    'settings',
    'shared-fields',
    'streams',
    'subset',
    'tracing',
    'typebox',
    'view',
  ],
  openapi: [
    'action',
    'component-names',
    'errors',
    'operation',
    'paths',
    'problems',
    'schema',
    'streams',
    'typebox',
  ],
  'docs-page': [],
  server: ['header-map', 'hidden-class'],
  app: [
    'allowed',
    'docs-page',
    'end-with',
    'errors',
    'exchange',
    'expiry',
    'health',
    'hidden-class',
    'limits',
    'logging',
    'metrics',
    'openapi',
    'operation',
    'paths',
    'router',
    'self',
    'server',
    'settings',
  ],
  cli: ['app', 'openapi', 'operation', 'paths', 'router', 'self'],
  opentelemetry: ['app', 'errors', 'secrets', 'tracing'],
};

const lib = resolve(__dirname, '../lib');

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function roomOf(path: string): string {
  return (relative(lib, path).split('/')[0] as string).replace(/\.[cm]?[jt]s$/, '');
}

function importsOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/from '([^']+)'|import\('([^']+)'\)/g)].map(
    (match) => (match[1] ?? match[2]) as string,
  );
}

const files = filesBelow(lib).filter((path) => roomOf(path) !== 'index');

test('every file of lib has a room', () => {
  expect(files.length).toBeGreaterThan(30);
  expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(rooms).sort());
});

test.each(files.map((path) => relative(lib, path)))('%s imports only what stands before it', (name) => {
  const path = join(lib, name);
  const inner = importsOf(path).filter((specifier) => specifier.startsWith('.'));
  const imported = inner
    .map((specifier) => roomOf(resolve(dirname(path), specifier)))
    .filter((room) => room !== roomOf(path));
  const allowed = rooms[roomOf(path)] ?? [];
  expect(imported.filter((room) => !allowed.includes(room))).toEqual([]);
});

test('only the router and the app know Express at run time', () => {
  const runtime = files.filter((path) =>
    /^import (?!type)[^;]*from 'express'/m.test(readFileSync(path, 'utf8')),
  );
  expect(runtime.map(roomOf).filter((room) => room !== 'router')).toEqual([]);
});

test('the rows hold no circle', () => {
  const visit = (room: string, trail: readonly string[]): void => {
    expect(trail).not.toContain(room);
    for (const next of rooms[room] ?? []) visit(next, [...trail, room]);
  };
  for (const room of Object.keys(rooms)) visit(room, []);
});
