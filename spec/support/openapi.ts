import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import express from 'express';
import { type AppOptions, configureApp, documentOf, ViewRouter } from 'express-viewsets';
import { info } from './app';

/** As its readers have it: plain JSON, of whatever shape it turns out to be. */
export type Document = any;
type Registered = Parameters<ViewRouter['register']>[0];

/** The document of an app with these views, or with these routers. It is checked when the spec is through. */
export function describeApp(
  parts: readonly (Registered | ViewRouter)[],
  options: Partial<AppOptions> = {},
): Document {
  const app = express();
  for (const part of parts) app.use('stack' in part ? part : ViewRouter().register(part));
  configureApp(app, { info, ...options });
  return checked(JSON.parse(JSON.stringify(documentOf(app))));
}

const documents: { label: string; document: Document }[] = [];

/** Has a document checked by `everyDocumentIsValid`. */
export function checked(document: Document): Document {
  documents.push({ label: expect.getState().currentTestName ?? '', document });
  return document;
}

/** The last test of a spec. One run of Redocly takes as long as all of its rules, so it gets all documents at once. */
export function everyDocumentIsValid(): void {
  test('every document above is valid', async () => {
    expect(documents.length).toBeGreaterThan(0);
    const faults = await faultsOf(documents.map(({ document }) => document));
    expect(faults.flatMap((some, index) => some.map((fault) => [documents[index]?.label, fault]))).toEqual(
      [],
    );
  });
}

/** What is wrong with documents: the errors of Redocly's recommended rules, and components that ajv can not compile. */
export async function faultsOf(list: readonly Document[]): Promise<string[][]> {
  const linted = await lint(list);
  return list.map((document, index) => [...(linted[index] ?? ['was not checked']), ...uncompiled(document)]);
}

interface Report {
  readonly problems: readonly {
    readonly severity: string;
    readonly ruleId: string;
    readonly message: string;
    readonly location: readonly { readonly pointer?: string }[];
  }[];
}

const redocly = resolve(__dirname, '../../node_modules/@redocly/cli/bin/cli.js');

async function lint(list: readonly Document[]): Promise<string[][]> {
  const cwd = await mkdtemp(join(tmpdir(), 'documents-'));
  const names = list.map((_, index) => `${index}.json`);
  await Promise.all(
    list.map((document, index) => writeFile(join(cwd, names[index] as string), JSON.stringify(document))),
  );
  const args = [redocly, 'lint', ...names, '--extends=recommended', '--format=json'];
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  // It exits with 1 where there are errors, and writes one JSON text after the other.
  const output = await new Promise<string>((done) => {
    execFile(process.execPath, args, { cwd, env, maxBuffer: 2 ** 26 }, (_, stdout) => done(stdout));
  });
  await rm(cwd, { recursive: true });
  const reports = JSON.parse(`[${output.replaceAll('\n}{\n', '\n},{\n')}]`) as Report[];
  return reports.map(({ problems }) =>
    problems
      .filter(({ severity }) => severity === 'error')
      .map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
  );
}

function uncompiled(document: Document): string[] {
  // The schemas of OpenAPI 3.0 are of an older dialect.
  if (document.openapi.startsWith('3.0')) return [];
  const ajv = new Ajv({ strictSchema: true, allowUnionTypes: true });
  addFormats(ajv);
  ajv.addVocabulary(['components', 'discriminator', 'example', 'externalDocs', 'xml', 'x-owner']);
  const { schemas = {} } = document.components ?? {};
  return Object.keys(schemas).flatMap((name) => {
    try {
      ajv.compile({ $ref: `#/components/schemas/${name}`, components: { schemas } });
      return [];
    } catch (error) {
      return [`${name}: ${(error as Error).message}`];
    }
  });
}
