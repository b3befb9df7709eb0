// Completes package-lock.json after `npm install`, so that `npm ci` accepts it.
//
// Tools with native code list a package per platform as optional dependencies. Where a registry lacks some of
// them, npm leaves them out of the lock file and then refuses its own lock file (npm/cli issue 9846). Each
// is pinned to an exact version by the package that wants it, and its name says which platform it is for:
// that is enough for an entry that `npm ci` passes over on any other platform. Needed when a tool is added or
// upgraded, as `npm run lock`; npm keeps the entries otherwise.

import fs from 'node:fs';
import path from 'node:path';

const file = path.resolve(import.meta.dirname, '../package-lock.json');
const lock = JSON.parse(fs.readFileSync(file, 'utf8'));
const { packages } = lock;

/** Whether the lock file has an entry that a package at this place would find under this name. */
function isLocked(place, name) {
  for (let at = place; ; at = at.slice(0, Math.max(at.lastIndexOf('/node_modules/'), 0))) {
    if (packages[path.posix.join(at, 'node_modules', name)]) return true;
    if (at === '') return false;
  }
}

const platforms =
  /[-/](android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)\b/;
const added = [];

for (const [place, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const platform = platforms.exec(name);
    if (!platform || !/^\d+\.\d+\.\d+$/.test(version) || isLocked(place, name)) continue;
    const libc = /musl/.test(name) ? { libc: ['musl'] } : /-gnu/.test(name) ? { libc: ['glibc'] } : {};
    const [, os, cpu] = platform;
    packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(dev ? { dev } : {}),
      ...(os === 'linux' ? libc : {}),
      optional: true,
      os: [os],
    };
    added.push(name);
  }
}

if (added.length > 0) {
  lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(`package-lock.json: added ${added.length} packages for other platforms.`);
