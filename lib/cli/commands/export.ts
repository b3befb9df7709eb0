import { readFileSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { innerLayers, layersOf } from '../../app/index.js';
import { type Self, selfOf } from '../../self.js';
import { command, Fault, type Result, sentenceOf } from '../command.js';
import { differences } from '../differences.js';
import { findUp, type Loaded, loadApp, loadOptions } from '../load/index.js';
import { isReplaceable, parseDocument } from '../parse-document.js';
import { replaceFile } from '../replace-file.js';

type Format = 'json' | 'yaml';

const versions = ['3.0', '3.1', '3.2'];

export const exportDocument = command({
  usage: 'export <module> [options]',
  summary: 'Write the OpenAPI document of an app or a router, without starting it.',
  details:
    'The module, in TypeScript (through tsx) or JavaScript, exports the app or the router as default, `app` or `router`,\n' +
    'or a promise or a function that gives it. No port is opened. Without configureApp, title and version are those of\n' +
    'package.json, unless given.',
  takes: [1, 1],
  options: {
    output: {
      type: 'string',
      short: 'o',
      value: 'file',
      help: 'Where to write it. Default, and for -: standard output.',
    },
    force: { type: 'boolean', help: 'Overwrite the output file also where it is no OpenAPI document.' },
    format: {
      type: 'string',
      value: 'json|yaml',
      help: 'Default: by the extension of the output, else json.',
    },
    openapi: {
      type: 'string',
      value: versions.join('|'),
      help: 'The version of OpenAPI. Default: that of the app.',
    },
    check: { type: 'boolean', help: 'Write nothing; exit with 1 when the output file differs.' },
    ...loadOptions,
    title: { type: 'string', value: 'text', help: 'The title of the API.' },
    'api-version': { type: 'string', value: 'text', help: 'The version of the API.' },
  },
  async run([module = ''], values) {
    const { check = false, force = false } = values;
    const output = isStandardOutput(values.output) ? undefined : values.output;
    const format = formatOf(values.format, output);
    if (check && output === undefined)
      throw new Fault('--check needs the file to compare with: --output openapi.yaml.');
    if (values.openapi !== undefined && !versions.includes(values.openapi))
      throw new Fault(`--openapi is one of ${versions.join(', ')}, not "${values.openapi}".`);
    if (output !== undefined && !check && !force && !isReplaceable(output))
      throw new Fault(
        `${output} is there and is no OpenAPI document, so it is not overwritten: take another name, or --force.`,
      );
    const loaded = await loadApp(module, values);
    const self = copyOf(loaded.target, module);
    const info = {
      ...infoFor(loaded, self),
      ...given({ title: values.title, version: values['api-version'] }),
    };
    const write = (document: object) => text(self, document, format);
    const document = describe(self, loaded.target, { info, ...given({ version: values.openapi }) }, module);
    if (output === undefined) return { output: write(document) };
    if (check) return compare(output, document, write);
    try {
      replaceFile(output, write(document));
    } catch (error) {
      throw new Fault(`${output} could not be written: ${sentenceOf(error)}`, { cause: error });
    }
    return { notes: [`${output} is written.`] };
  },
});

/** Of the two names that tools have for it, the second can not be opened where it is a socket. */
function isStandardOutput(output: string | undefined): boolean {
  return output === '-' || output === '/dev/stdout';
}

function given(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
}

function formatOf(format: string | undefined, output: string | undefined): Format {
  const name = format ?? (output === undefined ? 'json' : extname(output).slice(1).toLowerCase());
  if (name === 'json') return 'json';
  if (name === 'yaml' || name === 'yml') return 'yaml';
  throw new Fault(
    format === undefined
      ? `The format of ${output} can not be told from its name: end it in .json or .yaml, or give --format.`
      : `--format is json or yaml, not "${format}".`,
  );
}

/** The functions of the copy of this package that the app was made with. */
function copyOf(target: object, label: string): Self {
  const copy = selfOf(target) ?? [...routersBelow(target)].map(selfOf).find(Boolean);
  if (copy) return copy;
  throw new Fault(
    `${label} is not configured by configureApp and has no ViewRouter, so there is nothing to describe.`,
  );
}

function* routersBelow(target: object): Generator<object> {
  for (const layer of layersOf(target)) yield* below(layer);
}

function* below(layer: Parameters<typeof innerLayers>[0]): Generator<object> {
  if (layer.handle) yield layer.handle;
  for (const inner of innerLayers(layer)) yield* below(inner);
}

/** What `configureApp` says, or package.json. */
function infoFor({ file, target }: Loaded, self: Self): object {
  const known = self.infoOf(target);
  if (known) return known;
  const manifest = findUp('package.json', dirname(file));
  const { name, version } = manifest
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, string>)
    : {};
  return { title: name ?? 'API', version: version ?? '0.0.0' };
}

function describe(self: Self, target: object, options: object, label: string): object {
  try {
    return self.documentOf(target, options);
  } catch (error) {
    throw new Fault(`${label} can not be described: ${sentenceOf(error)}`, { cause: error });
  }
}

function text(self: Self, document: object, format: Format): string {
  return format === 'yaml' ? self.toYAML(document) : `${JSON.stringify(document, null, 2)}\n`;
}

/** Both in our own writing, so that line ends, quotes and comments do not count. */
function compare(output: string, document: object, write: (document: object) => string): Result {
  const committed = parseDocument(output);
  if (write(committed) === write(document)) return { notes: [`${output} is up to date.`] };
  const found = differences(committed, JSON.parse(JSON.stringify(document)));
  const shown = found.slice(0, 20);
  return {
    code: 1,
    notes: [
      `${output} differs from the document of the app:`,
      ...(shown.length > 0 ? shown.map((line) => `  ${line}`) : ['  the order of its members']),
      ...(found.length > shown.length ? [`  and ${found.length - shown.length} more`] : []),
    ],
  };
}
