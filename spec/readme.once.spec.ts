import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(__dirname, '..');
const readme = readFileSync(resolve(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({
  language: match[1],
  code: match[2] as string,
}));
const examples = blocks.filter(({ language }) => language === 'ts' || language === 'js');

test('the quick start of the README is the whole sample', () => {
  const [first] = examples;
  expect(first?.code.replace(/^.*\n/, '')).toBe(
    readFileSync(resolve(root, 'samples/quick-start/app.ts'), 'utf8'),
  );
});

test.each(examples.map(({ code }) => [code.split('\n', 1)[0] as string, code] as const))(
  'the example of %s stands in it',
  (head, code) => {
    const file = /^\/\/ (\S+)$/.exec(head)?.[1];
    expect(file).toBeDefined();
    const text = readFileSync(resolve(root, file as string), 'utf8');
    expect(text).toContain(code.slice(head.length + 1));
  },
);

test('every link leads somewhere', () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] as string);
  expect(links.length).toBeGreaterThan(4);
  expect(links.filter((link) => !existsSync(resolve(root, link)))).toEqual([]);
});

test('every script that is named is there', () => {
  const { scripts } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1] as string);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
