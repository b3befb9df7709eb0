import { type Dialect, exported, exportsOf, extensionOf, importOf } from './dialect.js';
import type { Names } from './names.js';
import type { Files } from './write-files.js';

export interface ResourcePlace {
  /** The folder of the viewset, such as `src/resources`, and that of its spec. */
  readonly source: string;
  readonly spec: string;
  /** How the spec imports the viewset, without an extension. */
  readonly relative: string;
}

const fromTypeBox = ['Static', 'Type'];
const fromPackage = [
  'Filter',
  'GenericViewSet',
  'MemoryRepository',
  'ModelFilter',
  'OrderingFilter',
  'PaginationFilter',
];

/** Names that a resource can not have, as its file imports them. */
export function isImported({ type }: Names): boolean {
  return [...fromTypeBox, ...fromPackage].some((name) => name === type || name === `${type}ViewSet`);
}

/** What has to be installed for a resource and its spec. */
export function packagesOf({ typescript }: Dialect) {
  return {
    dependencies: ['@sinclair/typebox', 'express', 'express-viewsets'],
    devDependencies: [
      ...(typescript ? ['@types/express', '@types/node', '@types/supertest'] : []),
      'supertest',
    ],
  };
}

/** A viewset with its schemas and a repository, and its spec. */
export function resourceFiles(names: Names, dialect: Dialect, place: ResourcePlace): Files {
  const extension = extensionOf(dialect);
  return {
    [`${place.source}/${names.file}${extension}`]: viewset(names, dialect),
    [`${place.spec}/${names.file}.spec${extension}`]: spec(names, dialect, place),
  };
}

function viewset({ type }: Names, dialect: Dialect): string {
  const { typescript } = dialect;
  const typebox = typescript ? '{ type Static, Type }' : '{ Type }';
  return `${importOf(typebox, '@sinclair/typebox', dialect)}
${importOf(`{ ${fromPackage.join(', ')} }`, 'express-viewsets', dialect)}

${exported(
  `const ${type} = Type.Object(
  {
    id: Type.Integer({ readOnly: true }),
    name: Type.String({ minLength: 1, maxLength: 200 }),
  },
  { $id: '${type}' },
);`,
  dialect,
)}
${typescript ? `export type ${type} = Static<typeof ${type}>;\n` : ''}
/** What a client sends: all but what the server gives. */
const New${type} = Type.Omit(${type}, ['id'], { $id: 'New${type}' });

${exported(
  `class ${type}ViewSet extends GenericViewSet({
  name: '${type}',
  schema: ${type},
  create: New${type},
  update: New${type},
  patch: Type.Partial(New${type}),
  filter: Filter(
    ModelFilter(${type}, { name: ['eq', 'icontains'] }),
    OrderingFilter(['name', 'id']),
    PaginationFilter(),
  ),
})`,
  dialect,
)} {
  /** One for all requests, each of which has a view of its own. */
  static ${typescript ? 'readonly ' : ''}repository = new MemoryRepository${typescript ? `<${type}>` : ''}();
  repository = ${type}ViewSet.repository;
}
${exportsOf([type, `${type}ViewSet`], dialect)}`;
}

function spec({ type, file, path }: Names, dialect: Dialect, { relative }: ResourcePlace): string {
  const { typescript, esm, runner } = dialect;
  const assert =
    typescript || esm
      ? "import assert from 'node:assert/strict';"
      : "const assert = require('node:assert/strict');";
  // Vitest has its functions for ES modules only, also in a project of CommonJS.
  const test = runner === 'vitest' ? "import { test } from 'vitest';" : importOf('{ test }', runner, dialect);
  const lines = [
    assert,
    test,
    importOf('express', 'express', dialect),
    importOf('{ configureApp, ViewRouter }', 'express-viewsets', dialect),
    importOf('request', 'supertest', dialect),
    importOf(`{ ${type}ViewSet }`, `${relative}/${file}`, dialect),
  ];
  return `${lines.join('\n')}

const router = ViewRouter({ prefix: '/${path}' });
router.register(${type}ViewSet);
const app = express();
app.use(router);
configureApp(app, { info: { title: 'Test', version: '1.0.0' } });

test('${type}: one from its creation to its end', async () => {
  const created = await request(app).post('/${path}').send({ name: 'first' }).expect(201);
  const location = \`/${path}/\${created.body.id}\`;
  assert.equal(created.headers.location, location);
  await request(app).get(location).expect(200, { id: created.body.id, name: 'first' });
  await request(app).put(location).send({ name: 'second' }).expect(200);
  await request(app).patch(location).send({ name: 'third' }).expect(200);
  const { body } = await request(app).get('/${path}?name=third').expect(200);
  assert.deepEqual(body.items, [{ id: created.body.id, name: 'third' }]);
  await request(app).delete(location).expect(204);
  await request(app).get(location).expect(404);
});

test('${type}: one without a name is refused', async () => {
  const { body } = await request(app).post('/${path}').send({ name: '' }).expect(400);
  assert.equal(body.errors[0].pointer, '#/name');
});
`;
}
