// Checks the package as it would be published: what the tarball holds, whether its entry points resolve for
// every kind of consumer, and that CommonJS and ES modules share one core. It needs a built dist/.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const work = path.join(root, '.cache/package');
const windows = process.platform === 'win32';

const run = (command, args, options = {}) =>
  execFileSync(command, args, { cwd: root, stdio: 'inherit', shell: windows, ...options });
const tool = (name, ...args) => run(path.join(root, 'node_modules/.bin', name), args);

function step(title, action) {
  console.log(`- ${title}`);
  return action();
}

fs.rmSync(work, { recursive: true, force: true });
fs.mkdirSync(work, { recursive: true });

const tarball = step('npm pack', () => {
  const args = ['pack', '--json', '--pack-destination', work];
  const [packed] = JSON.parse(run('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
  const files = packed.files.map((file) => file.path);
  const allowed =
    /^(dist\/.+\.(js|mjs|d\.ts|d\.mts|map)|docs\/.+\.md|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/;
  assert.deepEqual(
    files.filter((file) => !allowed.test(file)),
    [],
    'The tarball holds files that do not belong in it.',
  );
  for (const file of [
    'dist/index.js',
    'dist/index.d.ts',
    'dist/index.mjs',
    'dist/index.d.mts',
    'dist/cli/bin.js',
    'LICENSE',
  ]) {
    assert.ok(files.includes(file), `The tarball lacks ${file}.`);
  }
  return path.join(work, packed.filename);
});

step('publint --strict', () => tool('publint', '--strict', tarball));
step('attw --profile node16', () => tool('attw', '--profile', 'node16', tarball));

// An application that installed the tarball. Dependencies are found further up, in this checkout.
const app = path.join(work, 'app');
const installed = path.join(app, 'node_modules/express-viewsets');
fs.mkdirSync(installed, { recursive: true });
run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
fs.writeFileSync(path.join(app, 'package.json'), JSON.stringify({ private: true }));

/** The public entry points: the keys of "exports" that stand for code. */
const { exports } = JSON.parse(fs.readFileSync(path.join(installed, 'package.json'), 'utf8'));
const entries = Object.keys(exports)
  .filter((key) => typeof exports[key] === 'object')
  .map((key) => path.posix.join('express-viewsets', key));

fs.writeFileSync(
  path.join(app, 'names.cjs'),
  `const assert = require('node:assert/strict');
   // What Node.js itself adds to a CommonJS module, or TypeScript to its output.
   const added = ['__esModule', 'default', 'module.exports'];
   const names = (module) => Object.keys(module).filter((name) => !added.includes(name)).sort();
   (async () => {
     for (const entry of ${JSON.stringify(entries)}) {
       const required = require(entry);
       const imported = await import(entry);
       assert.notEqual(names(required).length, 0, entry + ' exports nothing');
       assert.deepEqual(names(imported), names(required), entry);
       for (const name of names(required)) assert.equal(imported[name], required[name], entry + ' ' + name);
     }
   })();`,
);
fs.writeFileSync(
  path.join(app, 'plugin.mjs'),
  `import { View } from 'express-viewsets';
   export { View };
   export class PluginView extends View {}`,
);
fs.writeFileSync(
  path.join(app, 'app.cjs'),
  `const assert = require('node:assert/strict');
   const { View } = require('express-viewsets');
   import('./plugin.mjs').then((plugin) => {
     assert.equal(plugin.View, View);
     assert.ok(plugin.PluginView.prototype instanceof View);
   });`,
);
step('import and require() give the same names', () => run(process.execPath, ['names.cjs'], { cwd: app }));
step('a CommonJS app and its ESM plug-in share View', () => run(process.execPath, ['app.cjs'], { cwd: app }));

// The command of the tarball, in an application in CommonJS, on each Express.
const { bin, version } = JSON.parse(fs.readFileSync(path.join(installed, 'package.json'), 'utf8'));
const command = (...args) =>
  run(process.execPath, [path.join(installed, bin['express-viewsets']), ...args], {
    cwd: app,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: false,
  });
fs.writeFileSync(
  path.join(app, 'api.cjs'),
  `const express = require('express');
   const { configureApp, get, View, ViewRouter } = require('express-viewsets');
   class Health extends View {
     static actions = { ping: get('/ping') };
     ping() { this.response.send('pong'); }
   }
   const app = express();
   app.use('/api', ViewRouter().register(Health));
   configureApp(app, { info: { title: 'Packed', version: '1.0.0' } });
   app.listen(0);
   module.exports = { app };`,
);
step('express-viewsets --version', () => assert.equal(command('--version'), `${version}\n`));
for (const express of ['express', 'express4']) {
  const link = path.join(app, 'node_modules/express');
  fs.rmSync(link, { recursive: true, force: true });
  fs.symlinkSync(path.join(root, 'node_modules', express), link, 'junction');
  step(`express-viewsets export and routes, on ${express}`, () => {
    const document = JSON.parse(command('export', 'api.cjs'));
    assert.deepEqual(Object.keys(document.paths), ['/api/ping']);
    assert.match(command('routes', 'api.cjs'), /^GET +\/api\/ping +Health\.ping +ping_health$/m);
  });
}
