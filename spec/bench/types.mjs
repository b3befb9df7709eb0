// What views cost the type checker: writes projects of 25 to 200 viewsets, each with a schema of its own, five
// actions and a decorated one, and checks them against the built package. Usage, after `npm run build`:
//
//   node spec/bench/types.mjs
//
// Time and instantiations per view have to stay level: whatever adds up types over a router shows as growth here.
// A project of plain classes with the same schemas and methods tells what is TypeBox's and TypeScript's own.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const modules = path.join(root, 'node_modules');
const sizes = [1, 25, 50, 100, 200];
const compilers = { 'TypeScript 5.9': 'typescript59/bin/tsc', 'TypeScript 7': '@typescript/native/bin/tsc' };

const schemaOf = (name) => `
const ${name} = Type.Object({
  id: Type.String({ format: 'uuid' }),
  name: Type.String({ minLength: 1 }),
  price: Type.Integer({ minimum: 0 }),
  state: Type.Union([Type.Literal('draft'), Type.Literal('${name}')]),
  tags: Type.Array(Type.String()),
  note: Type.Optional(Type.String()),
  created_at: Type.String({ format: 'date-time' }),
  size: Type.Object({ width: Type.Number(), height: Type.Number() }),
}, { $id: '${name}' });
type ${name} = Static<typeof ${name}>;
const items = new Map<string, ${name}>();
`;

const methodsOf = (name, decorator) => `
  list() { return items.values(); }
  create(item: ${name}) { items.set(item.id, item); return item; }
  retrieve({ id }: Pick<${name}, 'id'>) { return items.get(id); }
  async update({ id }: Pick<${name}, 'id'>, item: ${name}) { items.set(id, item); return item; }
  destroy({ id }: Pick<${name}, 'id'>) { items.delete(id); }
  ${decorator} async publish({ id }: Pick<${name}, 'id'>) { return items.get(id); }
`;

const withViews = (name) => `
import { type Static, Type } from '@sinclair/typebox';
import { APIViewSet, post } from 'express-viewsets';
${schemaOf(name)}
export class ${name}ViewSet extends APIViewSet({ name: '${name}', schema: ${name} }) {
${methodsOf(name, `@post({ detail: true, response: ${name}, notFound: true })`)}
}`;

const withoutViews = (name) => `
import { type Static, Type } from '@sinclair/typebox';
${schemaOf(name)}
export class ${name}ViewSet {
${methodsOf(name, '')}
}`;

function writeProject(size, source, isPlain) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'viewsets-types-'));
  const installed = path.join(dir, 'node_modules');
  // Linked one by one, and the package itself copied: its imports then resolve as in an application.
  fs.mkdirSync(path.join(installed, 'express-viewsets'), { recursive: true });
  fs.cpSync(path.join(root, 'dist'), path.join(installed, 'express-viewsets/dist'), {
    recursive: true,
  });
  fs.copyFileSync(path.join(root, 'package.json'), path.join(installed, 'express-viewsets/package.json'));
  for (const name of fs.readdirSync(modules))
    fs.symlinkSync(path.join(modules, name), path.join(installed, name));

  const names = Array.from({ length: size }, (_, index) => `Item${index}`);
  for (const name of names) fs.writeFileSync(path.join(dir, `${name}.ts`), source(name));
  const imports = names.map((name) => `import { ${name}ViewSet } from './${name}.js';`);
  const app = isPlain
    ? ["import express from 'express';", 'void express();', ...names.map((name) => `new ${name}ViewSet();`)]
    : [
        "import { ViewRouter } from 'express-viewsets';",
        'const router = ViewRouter();',
        ...names.map((name) => `router.register(${name}ViewSet, { prefix: '/${name}' });`),
      ];
  fs.writeFileSync(path.join(dir, 'app.ts'), [...imports, ...app].join('\n'));
  fs.writeFileSync(path.join(dir, 'package.json'), '{ "type": "module" }');
  const compilerOptions = {
    module: 'NodeNext',
    target: 'ES2022',
    lib: ['ES2022'],
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  fs.writeFileSync(path.join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  return dir;
}

/** The best of three runs: the time spent checking, and how many types were instantiated. */
function measure(compiler, dir) {
  const runs = [1, 2, 3].map(() => {
    const args = [path.join(modules, compiler), '-p', dir, '--extendedDiagnostics'];
    const output = execFileSync(process.execPath, args, { encoding: 'utf8' });
    const read = (label) => Number.parseFloat(new RegExp(`^${label}:\\s+([\\d.]+)`, 'm').exec(output)?.[1]);
    return { ms: read('Check time') * 1000, instantiations: read('Instantiations') };
  });
  return runs.reduce((best, run) => (run.ms < best.ms ? run : best));
}

function report(compiler, source, isPlain) {
  let first;
  for (const size of sizes) {
    const dir = writeProject(size, source, isPlain);
    const { ms, instantiations } = measure(compiler, dir);
    fs.rmSync(dir, { recursive: true, force: true });
    const views = size - 1;
    const each = first
      ? `${((ms - first.ms) / views).toFixed(2)} ms and ${Math.round((instantiations - first.instantiations) / views)} instantiations for each further view`
      : '';
    first ??= { ms, instantiations };
    console.log(`  ${String(size).padStart(3)}: ${ms.toFixed(0).padStart(5)} ms  ${each}`);
  }
}

console.log(`Node ${process.version}, ${os.cpus().length} x ${os.cpus()[0]?.model}`);
for (const [label, compiler] of Object.entries(compilers)) {
  console.log(`${label}, viewsets`);
  report(compiler, withViews, false);
  console.log(`${label}, plain classes`);
  report(compiler, withoutViews, true);
}
