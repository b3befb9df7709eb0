import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node.js, without a shell. */
export function node(args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((done, fail) => {
    // Jest's own variables would make an app believe that it is under test.
    const { NODE_OPTIONS: _, JEST_WORKER_ID: __, NODE_ENV: ___, ...env } = process.env;
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (chunk) => {
        texts[name] += chunk;
      });
    child.on('error', fail);
    child.on('close', (code) => done({ code, ...texts }));
  });
}

/** A folder with the package, as it is built from the sources of now, and one version of Express. */
export interface Installation {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): void;
  cli(...args: string[]): Promise<Outcome>;
}

/** Installs into `.cache/cli/<name>`; what the package needs is found further up, in this checkout. */
export function install(name: string, express: 'express' | 'express4' = 'express'): Promise<Installation> {
  return installInto(join(root, '.cache/cli', name), express);
}

/** Installs into any folder, with what the package depends on and nothing else. */
export async function installApart(folder: string): Promise<Installation> {
  const installation = await installInto(folder, 'express');
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  }
  return installation;
}

async function installInto(folder: string, express: 'express' | 'express4'): Promise<Installation> {
  const installed = join(folder, 'node_modules/express-viewsets');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  const compiler = join(root, 'node_modules/@typescript/native/bin/tsc');
  const built = await node(
    [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(installed, 'dist')],
    root,
  );
  if (built.code !== 0) throw new Error(`The package could not be built: ${built.stdout}${built.stderr}`);
  cpSync(join(root, 'package.json'), join(installed, 'package.json'));
  symlinkSync(join(root, 'node_modules', express), join(folder, 'node_modules/express'), 'junction');
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  write({ 'package.json': JSON.stringify({ name: 'the-app', version: '4.5.6', private: true }) });
  return { folder, write, cli: (...args) => node([join(installed, 'dist/cli/bin.js'), ...args], folder) };
}
