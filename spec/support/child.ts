import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(__dirname, '../..');

export interface Child {
  readonly process: ChildProcess;
  /** What it has written until now. */
  readonly output: () => { readonly stdout: string; readonly stderr: string };
  /** Waits until its output has this. */
  readonly until: (text: string) => Promise<void>;
  readonly exit: Promise<number | NodeJS.Signals | null>;
}

/** A Node process over the sources of the package: `.ts` files run as they are. */
export function child(args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
  const process_ = spawn(process.execPath, ['--import', 'tsx', ...args], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    process_[name]?.setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
      for (const watch of watchers) watch();
    });
  }
  const exit = new Promise<number | NodeJS.Signals | null>((resolve) => {
    process_.on('close', (code, signal) => resolve(code ?? signal));
  });
  const until = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const watch = () => {
        if (!written.stdout.includes(text)) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
      void exit.then(() => reject(new Error(`It ended without "${text}": ${JSON.stringify(written)}`)));
    });
  return { process: process_, output: () => ({ ...written }), until, exit };
}
