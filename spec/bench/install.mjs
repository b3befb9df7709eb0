// Installs the peers into this folder, unless those of this lock file are there.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const lock = fs.readFileSync(path.join(import.meta.dirname, 'package-lock.json'), 'utf8');
const mark = path.join(import.meta.dirname, 'node_modules/.installed-lock.json');

if (!fs.existsSync(mark) || fs.readFileSync(mark, 'utf8') !== lock) {
  console.log('Installing the peers into spec/bench/node_modules ...');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: import.meta.dirname,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  fs.writeFileSync(mark, lock);
}
