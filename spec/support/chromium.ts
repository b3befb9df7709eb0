import { existsSync } from 'node:fs';

/** The path of a Chromium, where there is one; specs in a browser run only there. */
export function findChromium(): string | undefined {
  return [process.env.CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path));
}

/** Arguments for one that talks to nobody but the page's server. */
export const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--no-first-run',
];
