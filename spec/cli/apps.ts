/* Apps as users write them, in each form that the command line loads. */

const view = (types: boolean) => `
const Item = Type.Object({ id: Type.Integer(), name: Type.String({ minLength: 1 }) }, { $id: 'Item' });
class ItemViewSet extends ReadOnlyAPIViewSet({ name: 'Item', schema: Item }) {
  list() { return [{ id: 1, name: 'tea' }]; }
  retrieve({ id }${types ? ': { id: number }' : ''}) { return id === 1 ? { id, name: 'tea' } : undefined; }
}
const router = ViewRouter({ prefix: '/items' });
router.register(ItemViewSet);
`;

const imports = `import { Type } from '@sinclair/typebox';
import express from 'express';
import { configureApp, ReadOnlyAPIViewSet, ViewRouter } from 'express-viewsets';
`;

const requires = `const { Type } = require('@sinclair/typebox');
const express = require('express');
const { configureApp, ReadOnlyAPIViewSet, ViewRouter } = require('express-viewsets');
`;

const app = `const app = express();
app.use('/api', router);
`;

const configured = `configureApp(app, { info: { title: 'Items', version: '1.0.0' } });
`;

const enumeration = 'enum Kind { A = 1 }\nif (Kind.A !== 1) throw new Error();\n';

/** Each has the same document. */
export const sameApps: Readonly<Record<string, string>> = {
  'named.cjs': `${requires}${view(false)}${app}${configured}module.exports = { app };`,
  'whole.cjs': `${requires}${view(false)}${app}${configured}module.exports = app;`,
  'promise.cjs': `${requires}${view(false)}${app}${configured}module.exports = Promise.resolve(app);`,
  'factory.mjs': `${imports}${view(false)}${app}${configured}export default async () => ({ app });`,
  'default.mjs': `${imports}${view(false)}${app}${configured}export default app;`,
  'typed.ts': `${imports}${enumeration}${view(true)}${app}${configured}export { app };`,
  'typed.mts': `${imports}${enumeration}${view(true)}${app}${configured}export default app;`,
  'typed.cts': `${imports}${enumeration}${view(true)}${app}${configured}export const create = () => app;\nexport default create;`,
  'mapped/tsconfig.json': JSON.stringify({
    compilerOptions: { experimentalDecorators: true, paths: { '@views/*': ['./views/*'] } },
  }),
  'mapped/views/items.ts': `import { Type } from '@sinclair/typebox';
import { ReadOnlyAPIViewSet } from 'express-viewsets';
const mark = (_target: object, _key: string, descriptor: PropertyDescriptor) => void (descriptor.value.marked = true);
const Item = Type.Object({ id: Type.Integer(), name: Type.String({ minLength: 1 }) }, { $id: 'Item' });
export class ItemViewSet extends ReadOnlyAPIViewSet({ name: 'Item', schema: Item }) {
  list() { return []; }
  @mark retrieve({ id }: { id: number }) { return { id, name: '' }; }
}
if (!(ItemViewSet.prototype.retrieve as unknown as { marked?: boolean }).marked) throw new Error('no decorators');
`,
  'mapped/app.ts': `import express from 'express';
import { configureApp, ViewRouter } from 'express-viewsets';
import { ItemViewSet } from '@views/items';
const router = ViewRouter({ prefix: '/items' });
router.register(ItemViewSet);
${app}${configured}export { app };`,
  'esm/package.json': '{ "type": "module" }',
  'esm/app.ts': `${imports}${enumeration}${view(true)}${app}${configured}await null;\nexport { app };`,
  'esm/app.js': `${imports}${view(false)}${app}${configured}export { app };`,
};

export const otherApps: Readonly<Record<string, string>> = {
  'router.cjs': `${requires}${view(false)}module.exports = router;`,
  'unconfigured.cjs': `${requires}${view(false)}${app}exports.server = app;`,
  'listens.cjs': `${requires}${view(false)}${app}${configured}
console.log('noise on standard output');
const server = app.listen(process.env.PORT || 45671, () => {
  const probe = require('node:net').connect(45671, '127.0.0.1');
  probe.on('connect', () => console.log('a port is open'));
  probe.on('error', ({ code }) => console.log('probe', code, server.address().port));
});
setInterval(() => {}, 1000);
exports.app = new Promise((resolve) => setTimeout(resolve, 200, app));`,
  'awaits-listen.mjs': `${imports}${view(false)}${app}${configured}
import { createServer } from 'node:http';
import { once } from 'node:events';
const server = createServer(app).listen(45672);
await once(server, 'listening');
export { app };`,
  'throws-object.cjs': "throw { code: 'E_DB', more: { host: 'db' } };",
  'throws-null.cjs': 'throw null;',
  'throws.cjs': "throw new Error('The database\\nis away');",
  'throws-later.cjs':
    "setTimeout(() => { throw new Error('Lost'); }); exports.app = new Promise(() => setInterval(() => {}, 1000));",
  'exits.cjs': 'process.exit(0);',
  'hangs.cjs': 'setInterval(() => {}, 1000); exports.app = new Promise(() => {});',
  'never.mjs': 'export const app = new Promise(() => {});',
  'nothing.cjs': 'exports.a = 1; exports.b = class {};',
  'syntax.ts': 'const = 1;',
  'syntax.cjs': 'const = 1;',
  'imports-syntax.cjs': "require('./syntax.cjs');",
  'asks.cjs': 'exports.app = (database) => database;',
  'server.cjs': "module.exports = require('node:http').createServer();",
  'rejects.cjs': `${requires}${view(false)}${app}${configured}
Promise.reject(new Error('Lost\\nin thought'));
exports.app = new Promise((resolve) => setTimeout(resolve, 500, app));`,
  'plain.cjs': "module.exports = require('express')();",
  'missing.cjs': "require('./not-there');",
};

/** An app that grew: its own routes, routers in routers, apps in apps, views among them. */
export const oldApp = `${requires}${view(false)}
const app = express();
app.use(express.json());
app.get('/', function home(req, res) { res.send(''); });
app.route('/orders').get(function listOrders() {}).post(function check() {}, function addOrder() {});
app.all('/any', () => {});
app.get(/^\\/old.*/, () => {});
const inner = express.Router();
inner.delete('/:id', function remove() {});
const outer = express.Router();
outer.use('/deep', inner);
app.use('/outer', outer);
app.use('/v1', router);
app.use('/v2', router);
const sub = express();
sub.get('/sub', function inSub() {});
const subRouter = ViewRouter({ prefix: '/items' });
subRouter.register(ItemViewSet);
sub.use(subRouter);
const admin = express();
admin.get('/x', function inAdmin() {});
app.use(/^\\/r[ea]/, inner, router);
app.use('/first', sub);
outer.use('/admin', admin);
module.exports = app;
`;
