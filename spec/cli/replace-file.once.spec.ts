import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from '../../lib/cli/replace-file.js';

/* What a file system may do while a file is written. */

let folder: string;
let file: string;

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'express-viewsets-'));
  file = join(folder, 'openapi.yaml');
  fs.writeFileSync(file, 'old');
});

afterEach(() => {
  jest.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

function failing(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}

test('a disk that is full leaves the old file as it was, and no half of the new one', () => {
  const write = fs.writeFileSync;
  jest.spyOn(fs, 'writeFileSync').mockImplementation((path, _, options) => {
    write(path, 'ha', options);
    failing('ENOSPC')();
  });
  expect(() => replaceFile(file, 'half')).toThrow('ENOSPC');
  expect(() => replaceFile(join(folder, 'new.yaml'), 'half')).toThrow('ENOSPC');
  expect(fs.readFileSync(file, 'utf8')).toBe('old');
  expect(fs.readdirSync(folder)).toEqual(['openapi.yaml']);
});

test.each([
  ['chownSync', 'EPERM'],
  ['renameSync', 'EBUSY'],
] as const)('where none can take its place (%s: %s), it is written as it is', (name, code) => {
  jest.spyOn(fs, name).mockImplementation(failing(code));
  replaceFile(file, 'new');
  expect(fs.readFileSync(file, 'utf8')).toBe('new');
  expect(fs.readdirSync(folder)).toEqual(['openapi.yaml']);
});

test('a file that may not be written is not replaced', () => {
  jest.spyOn(fs, 'accessSync').mockImplementation(failing('EACCES'));
  expect(() => replaceFile(file, 'new')).toThrow('EACCES');
  expect(fs.readFileSync(file, 'utf8')).toBe('old');
});

test('other faults are told', () => {
  jest.spyOn(fs, 'renameSync').mockImplementation(failing('EIO'));
  expect(() => replaceFile(file, 'new')).toThrow('EIO');
  expect(fs.readdirSync(folder)).toEqual(['openapi.yaml']);
  expect(() => replaceFile(join(folder, 'no/such/folder.yaml'), 'new')).toThrow('ENOENT');
});
