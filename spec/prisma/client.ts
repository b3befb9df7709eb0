import { type ExecFileException, execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrismaDelegate } from 'express-viewsets/prisma';

/** As much of the generated client as specs use; that the real types fit is told by `typed`. */
export interface Client {
  readonly product: PrismaDelegate;
  readonly category: PrismaDelegate;
  readonly order: PrismaDelegate;
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>;
  $transaction<T>(work: (tx: Client) => Promise<T>): Promise<T>;
  $disconnect(): Promise<void>;
}

/** Makes a client of a database, the tables of which are in one schema. */
export type OpenClient = (url: string, schema: string, connections: number) => Client;

/** Installs Prisma where that is not done yet, and generates the client. */
export async function generateClient(): Promise<OpenClient> {
  await install();
  // The engine for migrations, which Prisma would download otherwise, is not needed.
  await execute(
    { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
    process.execPath,
    'node_modules/prisma/build/index.js',
    'generate',
  );
  const { PrismaClient } = require(join(__dirname, '.cache/client/client.ts'));
  const { PrismaPg } = require(join(__dirname, 'node_modules/@prisma/adapter-pg'));
  return (connectionString, schema, max) =>
    new PrismaClient({ adapter: new PrismaPg({ connectionString, max }, { schema }) });
}

/** `npm ci`, where the lock file is not what is installed. */
async function install(): Promise<void> {
  const lock = readFileSync(join(__dirname, 'package-lock.json'), 'utf8');
  const mark = join(__dirname, 'node_modules/.installed');
  if (readText(mark) === lock) return;
  await execute({}, 'npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund');
  writeFileSync(mark, lock);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Runs a command in the package of this spec, and returns what it prints. */
export function execute(env: NodeJS.ProcessEnv, command: string, ...args: string[]): Promise<string> {
  return new Promise((done, fail) => {
    const options = { cwd: __dirname, env: { ...process.env, ...env } };
    execFile(command, args, options, (error: ExecFileException | null, stdout, stderr) => {
      if (error) fail(new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`));
      else done(stdout);
    });
  });
}
