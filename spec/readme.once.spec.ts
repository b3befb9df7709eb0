import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const root = resolve(__dirname, '..');
const pages = ['README.md', ...readdirSync(resolve(root, 'docs')).map((name) => `docs/${name}`)].map(
  (name) => ({
    name,
    text: readFileSync(resolve(root, name), 'utf8'),
  }),
);
const examples = pages.flatMap(({ name, text }) =>
  [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, language]) => language === 'ts' || language === 'js')
    .map(([, , code]) => ({
      page: name,
      code: code as string,
      head: (code as string).split('\n', 1)[0] as string,
    })),
);

test('the quick start of the README is the whole sample', () => {
  const [first] = examples;
  expect(first?.page).toBe('README.md');
  expect(first?.code.replace(/^.*\n/, '')).toBe(
    readFileSync(resolve(root, 'samples/quick-start/app.ts'), 'utf8'),
  );
});

test.each(examples.map(({ page, head, code }) => [page, head, code] as const))(
  '%s: the example of %s stands in it',
  (_page, head, code) => {
    const file = /^\/\/ (\S+)$/.exec(head)?.[1];
    expect(file).toBeDefined();
    const text = readFileSync(resolve(root, file as string), 'utf8');
    expect(text).toContain(code.slice(head.length + 1));
  },
);

describe.each(pages.map(({ name, text }) => [name, text] as const))('%s', (name, text) => {
  test('every link leads somewhere', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] as string);
    if (name === 'README.md') expect(links.length).toBeGreaterThan(4);
    expect(links.filter((link) => !leads(link, name))).toEqual([]);
  });

  test('every script that is named is there', () => {
    const { scripts } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1] as string);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

/** To a file, and to a heading of it where one is named. */
function leads(link: string, from: string): boolean {
  if (/^https?:/.test(link)) return true;
  const [path = '', heading] = link.split('#');
  const file = path ? resolve(root, dirname(from), path) : resolve(root, from);
  if (!existsSync(file)) return false;
  if (heading === undefined) return true;
  const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map((match) => match[1] as string);
  return headings.some((text) => anchorOf(text) === heading);
}

/** As GitHub makes it of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}
