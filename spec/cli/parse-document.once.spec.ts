import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isReplaceable } from '../../lib/cli/parse-document.js';

/* What `export` may write over. */

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'express-viewsets-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function isReplaceableWith(text: string, name = 'openapi.yaml'): boolean {
  const file = join(folder, name);
  writeFileSync(file, text);
  return isReplaceable(file);
}

test.each([
  ['package.json', '{ "name": "mine", "dependencies": { "openapi": "3.0.0" } }'],
  ['app.ts', "export const document = {\n  openapi: '3.1.0',\n};\n"],
  ['other.yaml', 'name: mine\n'],
  ['list.json', '[{ "openapi": "3.1.0" }]'],
  ['notes.md', '# openapi: 3.1.0\n'],
])('%s is none', (name, text) => {
  expect(isReplaceableWith(text, name)).toBe(false);
});

test.each([
  ['an older one', 'openapi: 3.0.0\npaths: {}\n'],
  ['one whose version comes last, in JSON', '{ "paths": {}, "openapi": "3.0.0" }'],
  ['one of Swagger', 'swagger: "2.0"\n'],
  ['one with the marks of a conflict', 'openapi: 3.1.1\n<<<<<<< ours\na: 1\n=======\na: 2\n>>>>>>> theirs\n'],
  ['half of one', '{\n  "openapi": "3.1.1",\n  "info": {'],
  ['an empty file', ''],
])('%s is replaced', (_, text) => {
  expect(isReplaceableWith(text)).toBe(true);
});

test('so is a file that is not there', () => {
  expect(isReplaceable(join(folder, 'none.yaml'))).toBe(true);
});
