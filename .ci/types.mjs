// Checks spec/types/*.types.ts as a consumer of the built package would compile them: with each supported
// TypeScript (some options with the oldest and the newest alone), against the types of Express 5 and of Express 4, both
// as CommonJS and as an ES module. Declarations are emitted, as those are where mixins fail.
//
// The package is copied, not linked: a link resolves back to this checkout, where @types/express is always 5.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const modules = path.join(root, 'node_modules');
const specs = path.join(root, 'spec/types');

const compilers = {
  'TypeScript 5.4': 'typescript54/bin/tsc',
  'TypeScript 5.9': 'typescript59/bin/tsc',
  'TypeScript 6': 'typescript/bin/tsc6',
  'TypeScript 7': '@typescript/native/bin/tsc',
};
/** Specs that also hold with `experimentalDecorators`. */
const legacySpecs = ['actions.types.mts', 'actions.types.cts'];
/** Specs that read the declarations of stores, some of which do not compile by themselves. */
const storeSpecs = ['stores.types.mts', 'stores.types.cts'];
const expressTypes = { express5: '@types/express', express4: '@types/express4' };

if (!fs.existsSync(path.join(root, 'dist/index.d.mts'))) {
  console.error('There is no complete dist/: run `npm run build` first.');
  process.exit(1);
}
const specFiles = fs.readdirSync(specs).filter((name) => name.endsWith('.types.ts'));
if (specFiles.length === 0) {
  console.error('There is no *.types.ts in spec/types.');
  process.exit(1);
}

/** Lays out an application that has the built package and one version of the Express types installed. */
function layOutConsumer(name, types) {
  const dir = path.join(root, '.cache/types', name);
  const installed = path.join(dir, 'node_modules/express-viewsets');
  fs.rmSync(dir, { recursive: true, force: true });
  fs.mkdirSync(path.join(dir, 'node_modules/@types'), { recursive: true });
  fs.cpSync(path.join(root, 'dist'), path.join(installed, 'dist'), { recursive: true });
  fs.copyFileSync(path.join(root, 'package.json'), path.join(installed, 'package.json'));
  // Everything else is found further up, in the node_modules of this checkout.
  fs.symlinkSync(path.join(modules, types), path.join(dir, 'node_modules/@types/express'));
  for (const file of specFiles) {
    for (const extension of ['.cts', '.mts']) {
      fs.copyFileSync(path.join(specs, file), path.join(dir, file.replace(/\.ts$/, extension)));
    }
  }
  const compilerOptions = {
    module: 'NodeNext',
    target: 'ES2022',
    lib: ['ES2022'],
    types: ['node'],
    strict: true,
    declaration: true,
    emitDeclarationOnly: true,
    skipLibCheck: false,
  };
  fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify({ private: true }));
  fs.writeFileSync(
    path.join(dir, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['*.cts', '*.mts'], exclude: storeSpecs }),
  );
  fs.writeFileSync(
    path.join(dir, 'tsconfig.legacy.json'),
    JSON.stringify({
      compilerOptions: { ...compilerOptions, experimentalDecorators: true, skipLibCheck: true },
      include: legacySpecs,
    }),
  );
  fs.writeFileSync(
    path.join(dir, 'tsconfig.exact.json'),
    JSON.stringify({
      compilerOptions: { ...compilerOptions, exactOptionalPropertyTypes: true },
      include: ['*.mts'],
      exclude: storeSpecs,
    }),
  );
  fs.writeFileSync(
    path.join(dir, 'tsconfig.stores.json'),
    JSON.stringify({ compilerOptions: { ...compilerOptions, skipLibCheck: true }, include: storeSpecs }),
  );
  return dir;
}

function compile(compiler, dir, project) {
  return new Promise((resolve) => {
    const outDir = path.join('out', path.dirname(compiler), project);
    const options = ['-p', project, '--outDir', outDir, '--pretty', 'false', '--listFiles'];
    const child = spawn(process.execPath, [path.join(modules, compiler), ...options], {
      cwd: dir,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
    child.on('close', (code) => resolve({ code, lines: output.split('\n').filter(Boolean) }));
  });
}

/** A pass is worth nothing when the compiler read other declarations than the ones under test. */
function misread(files, dir, types) {
  const wanted = [
    path.join(dir, 'node_modules/express-viewsets/dist/index.d.ts'),
    path.join(dir, 'node_modules/express-viewsets/dist/index.d.mts'),
    path.join(modules, types, 'index.d.ts'),
  ];
  const others = Object.values(expressTypes)
    .filter((other) => other !== types)
    .map((other) => path.join(modules, other, 'index.d.ts'));
  return [
    ...wanted.filter((file) => !files.includes(file)).map((file) => `was not read: ${file}`),
    ...others.filter((file) => files.includes(file)).map((file) => `should not have been read: ${file}`),
  ];
}

async function check({ label, compiler, dir, types, project }) {
  const started = Date.now();
  const { code, lines } = await compile(compiler, dir, project);
  const files = lines.filter((line) => path.isAbsolute(line));
  const problems = lines.filter((line) => !path.isAbsolute(line));
  if (code === 0) problems.push(...misread(files, dir, types));
  const failed = code !== 0 || problems.length > 0;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${failed ? 'FAIL' : 'ok  '} ${label} (${seconds} s)`);
  for (const problem of problems) console.log(`     ${problem}`);
  return failed;
}

const [oldest] = Object.keys(compilers);
const newest = Object.keys(compilers).at(-1);
const queue = Object.entries(expressTypes).flatMap(([name, types]) => {
  const dir = layOutConsumer(name, types);
  return Object.entries(compilers).flatMap(([version, compiler]) => {
    const job = { label: `${version}, ${types}`, compiler, dir, types, project: 'tsconfig.json' };
    const legacy = { label: `${job.label}, experimentalDecorators`, project: 'tsconfig.legacy.json' };
    const stores = { label: `${job.label}, stores`, project: 'tsconfig.stores.json' };
    const exact = { label: `${job.label}, exactOptionalPropertyTypes`, project: 'tsconfig.exact.json' };
    // What holds with the oldest compiler and with the newest holds between them, but for the specs as they are.
    const isBetween = version !== oldest && version !== newest;
    if (name === 'express4') return isBetween ? [] : [job, { ...job, ...legacy }];
    if (isBetween) return [job];
    // Stores have nothing to do with Express, and neither has that option, which adds what the newest compiler can tell.
    return [
      job,
      { ...job, ...legacy },
      { ...job, ...stores },
      ...(version === newest ? [{ ...job, ...exact }] : []),
    ];
  });
});

async function worker() {
  let failures = 0;
  for (let job = queue.shift(); job; job = queue.shift()) failures += (await check(job)) ? 1 : 0;
  return failures;
}
const failures = await Promise.all([worker(), worker()]);
process.exitCode = failures.some(Boolean) ? 1 : 0;
