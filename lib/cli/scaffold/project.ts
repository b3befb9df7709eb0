import { type Dialect, exported, exportsOf, extensionOf, importOf } from './dialect.js';
import { namesOf } from './names.js';
import { resourceFiles } from './resource.js';
import type { Files } from './write-files.js';

/** A project with one resource. It is of ES modules, and tested by node:test. */
export function projectFiles(name: string, typescript: boolean, version: string): Files {
  const dialect: Dialect = { typescript, esm: true, runner: 'node:test' };
  const extension = extensionOf(dialect);
  const place = { source: 'src/resources', spec: 'spec', relative: '../src/resources' };
  return {
    'package.json': manifest(name, typescript, version),
    '.gitignore': 'node_modules/\n',
    'README.md': readme(name, extension, typescript),
    ...(typescript && { 'tsconfig.json': tsconfig }),
    [`src/app${extension}`]: app(name, dialect),
    [`src/server${extension}`]: server(dialect),
    ...resourceFiles(namesOf('Item'), dialect, place),
    [`spec/app.spec${extension}`]: appSpec(dialect),
  };
}

function manifest(name: string, typescript: boolean, version: string): string {
  const loader = typescript ? '--import tsx ' : '';
  const extension = typescript ? 'ts' : 'js';
  const scripts = {
    start: `node ${loader}src/server.${extension}`,
    dev: `node ${loader}--watch src/server.${extension}`,
    test: `node ${loader}--test spec/*.spec.${extension}`,
    ...(typescript && { typecheck: 'tsc' }),
    openapi: `express-viewsets export src/app.${extension} --output openapi.yaml`,
    routes: `express-viewsets routes src/app.${extension}`,
  };
  return `${JSON.stringify(
    {
      name,
      version: '0.1.0',
      private: true,
      type: 'module',
      engines: { node: '>=20.19' },
      scripts,
      dependencies: {
        '@sinclair/typebox': '^0.34.52',
        express: '^5.1.0',
        'express-viewsets': `^${version}`,
        'swagger-ui-dist': '^5.0.0',
        ...(typescript && { tsx: '^4.20.0' }),
      },
      devDependencies: {
        supertest: '^7.1.0',
        ...(typescript && {
          '@types/express': '^5.0.0',
          '@types/node': '^20.19.0',
          '@types/supertest': '^7.2.0',
          typescript: '>=5.4',
        }),
      },
    },
    null,
    2,
  )}\n`;
}

const tsconfig = `${JSON.stringify(
  {
    compilerOptions: {
      module: 'NodeNext',
      target: 'ES2022',
      lib: ['ES2022'],
      types: ['node'],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
    },
    include: ['src', 'spec'],
  },
  null,
  2,
)}\n`;

function app(name: string, dialect: Dialect): string {
  return `${importOf('express', 'express', dialect)}
${importOf('{ configureApp, ViewRouter }', 'express-viewsets', dialect)}
${importOf('{ ItemViewSet }', './resources/item', dialect)}

const router = ViewRouter();
router.register(ItemViewSet, { prefix: '/items' });

${exported('const app = express();', dialect)}
app.use('/api', router);
configureApp(app, { info: { title: '${name}', version: '0.1.0' } });
${exportsOf(['app'], dialect)}`;
}

function server(dialect: Dialect): string {
  return `${importOf('{ gracefulShutdown }', 'express-viewsets', dialect)}
${importOf('{ app }', './app', dialect)}

const port = Number(process.env.PORT ?? 3000);
const server = app.listen(port, () => {
  console.log(\`http://localhost:\${port}/api/items, and http://localhost:\${port}/docs for the documentation\`);
});
// On SIGTERM, requests in flight are finished.
gracefulShutdown(server);
`;
}

function appSpec(dialect: Dialect): string {
  return `import assert from 'node:assert/strict';
${importOf('{ test }', 'node:test', dialect)}
${importOf('request', 'supertest', dialect)}
${importOf('{ app }', '../src/app', dialect)}

test('the app serves its resources, and their document', async () => {
  await request(app).get('/api/items').expect(200);
  const { body } = await request(app).get('/openapi.json').expect(200);
  assert.equal(body.paths['/api/items'].get.operationId, 'list_item');
});
`;
}

function readme(name: string, extension: string, typescript: boolean): string {
  return `# ${name}

An API of [express-viewsets](https://www.npmjs.com/package/express-viewsets).

| command | |
|---|---|
| \`npm start\` | runs it on port 3000, or \`PORT\`; \`npm run dev\` again at every change |
| \`npm test\` | runs the specs |
${typescript ? '| `npm run typecheck` | checks the types |\n' : ''}| \`npm run openapi\` | writes \`openapi.yaml\` |
| \`npm run routes\` | lists the routes |
| \`npx express-viewsets new resource Name\` | adds a resource with its spec |

\`src/app${extension}\` is the app, \`src/resources\` has its resources, \`spec\` their specs. What a resource keeps is in memory, and gone with the
process: give its viewset another repository.
`;
}
