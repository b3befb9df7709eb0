import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault, sentenceOf } from '../command.js';

/** Texts by path, relative to a folder, with `/` on every platform. */
export type Files = Readonly<Record<string, string>>;

/**
 * Writes all of the files or none of them.
 *
 * @throws Fault when one of them is there already, or can not be written.
 */
export function writeFiles(folder: string, files: Files): void {
  const taken = Object.keys(files).filter((path) => existsSync(join(folder, path)));
  if (taken.length > 0) {
    const are = taken.length > 1 ? 'are' : 'is';
    throw new Fault(`${taken.join(', ')} ${are} there already in ${folder}, so nothing is written.`);
  }
  const written: string[] = [];
  try {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, path);
      // The topmost folder that is made new is taken away again with all that is in it.
      const made = mkdirSync(dirname(file), { recursive: true });
      if (made !== undefined) written.push(made);
      writeFileSync(file, text, { flag: 'wx' });
      written.push(file);
    }
  } catch (error) {
    for (const path of written.reverse()) rmSync(path, { recursive: true, force: true });
    throw new Fault(`The files could not be written, so none is: ${sentenceOf(error)}`, { cause: error });
  }
}
