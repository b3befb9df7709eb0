import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  lstatSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** A folder that takes no new file, a file that is a mount of its own, an owner that only an administrator can give. */
const notBeside = ['EACCES', 'EPERM', 'EROFS', 'EBUSY'];

/**
 * Writes a file whole or not at all: a new one beside it takes its name, with its mode and its owner, when it is complete. A link is
 * followed. What is no regular file, such as a device, is written as it is, and so is a file that none can be put beside.
 *
 * @throws Error of the file system.
 */
export function replaceFile(file: string, text: string): void {
  const known = statSync(file, { throwIfNoEntry: false });
  const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (known ? !known.isFile() : isLink) {
    writeFileSync(file, text);
    return;
  }
  const target = known ? realpathSync(file) : resolve(file);
  // To give its name to another, a file need not be writable.
  if (known) accessSync(target, constants.W_OK);
  const beside = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeFileSync(beside, text, { flag: 'wx', flush: true });
    if (known) {
      chownSync(beside, known.uid, known.gid);
      chmodSync(beside, known.mode);
    }
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    if (!known || !notBeside.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    writeFileSync(target, text);
  }
}
