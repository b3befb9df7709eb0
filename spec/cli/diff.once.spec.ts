import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type express from 'express';
import { documentOf } from 'express-viewsets';
import { stringify } from 'yaml';
import { Fault } from '../../lib/cli/command.js';
import { compareDocuments } from '../../lib/cli/diff/index.js';
import { rules } from '../../lib/cli/diff/rules.js';
import { app as blog } from '../../samples/blog/app.js';
import { app as generic } from '../../samples/generic/memory.js';
import { app as notes } from '../../samples/generic/notes.js';
import { app as streaming } from '../../samples/streaming/app.js';
import { type Installation, install } from './command-line.js';
import { baseDocument, cases } from './documents.js';

jest.setTimeout(120_000);

const changed = (change: (document: any) => void = () => {}): any => {
  const document = baseDocument();
  change(document);
  return document;
};

const told = (before: any, after: any, level: string) =>
  compareDocuments(before, after)
    .filter((change) => change.level === level)
    .map(({ rule, direction, at }) => (direction && at !== undefined ? `${rule} ${direction}` : rule))
    .sort();

describe('what a change is for clients', () => {
  test.each(Object.entries(cases))('%s', (_, { from, change, breaking = [], harmless = [] }) => {
    const [before, after] = [changed(from), changed(from)];
    change(after);
    expect(told(before, after, 'breaking')).toEqual([...breaking].sort());
    expect(told(before, after, 'harmless')).toEqual([...harmless].sort());
    expect(compareDocuments(after, after)).toEqual([]);
  });

  test('of one kind, what breaks one way is harmless the other way', () => {
    for (const name of ['a tighter limit', 'a value less', 'no null any more', 'an alternative is gone']) {
      const after = changed((cases[name] as (typeof cases)[string]).change);
      const levels = (before: any, now: any) =>
        Object.fromEntries(compareDocuments(before, now).map(({ direction, level }) => [direction, level]));
      expect(levels(baseDocument(), after)).toEqual({ request: 'breaking', response: 'harmless' });
      expect(levels(after, baseDocument())).toEqual({ request: 'harmless', response: 'breaking' });
    }
  });

  test('security: a requirement more, a scope more, another way in', () => {
    const secured = (...security: object[]) =>
      changed((d) => Object.assign(d.paths['/items'].get, { security }));
    const levels = (before: object[], after: object[]) =>
      compareDocuments(secured(...before), secured(...after)).map(({ level }) => level);
    expect(levels([{ oauth: ['a'] }], [{ oauth: ['a', 'b'] }])).toEqual(['breaking']);
    expect(levels([{ oauth: ['a', 'b'] }], [{ oauth: ['a'] }])).toEqual(['harmless']);
    expect(levels([{ oauth: [] }], [{ oauth: [], bearer: [] }])).toEqual(['breaking']);
    expect(levels([{ oauth: [] }], [{ oauth: [] }, { bearer: [] }])).toEqual(['harmless']);
    expect(levels([{ oauth: [] }, { bearer: [] }], [{ bearer: [] }])).toEqual(['breaking']);
    expect(levels([{ bearer: [] }], [])).toEqual(['harmless']);
    expect(levels([], [{}])).toEqual([]);
  });

  test('a change of a component is told once, with all of its operations', () => {
    const after = changed((d) => delete d.components.schemas.Item.properties.note);
    expect(compareDocuments(baseDocument(), after)).toEqual([
      {
        level: 'breaking',
        rule: 'property-removed',
        direction: 'response',
        at: 'Item.note',
        message: 'is gone',
        operations: ['GET /items', 'PUT /items/{id}'],
      },
      {
        level: 'breaking',
        rule: 'property-removed',
        direction: 'request',
        at: 'Item.note',
        message: 'is gone',
        operations: ['PUT /items/{id}'],
      },
    ]);
  });

  test('each rule has a case', () => {
    const seen = new Set(
      Object.values(cases).flatMap(({ breaking = [], harmless = [] }) =>
        [...breaking, ...harmless].map((rule) => rule.split(' ')[0] as string),
      ),
    );
    // These are the other way round of a case above.
    const backwards = Object.values(cases).flatMap(({ from, change }) => {
      const after = changed(from);
      change(after);
      return compareDocuments(after, changed(from)).map(({ rule }) => rule);
    });
    for (const rule of backwards) seen.add(rule);
    seen.add('header-optional').add('header-required');
    expect([...seen].sort()).toEqual(Object.keys(rules).sort());
  });

  test('a header of an answer that is no longer promised', () => {
    const required = changed((d) =>
      Object.assign(d.paths['/items/{id}'].put.responses[200].headers.ETag, { required: true }),
    );
    expect(told(required, baseDocument(), 'breaking')).toEqual(['header-optional response']);
    expect(told(baseDocument(), required, 'harmless')).toEqual(['header-required response']);
  });
});

describe('schemas that are hard to read', () => {
  const tree = (schema: object) =>
    changed((d) => {
      d.components.schemas.Item = schema;
    });

  test('recursive ones, that differ deep inside', () => {
    const node = (type: string) =>
      changed((d) => {
        d.components.schemas.Item = {
          type: 'object',
          properties: { left: { $ref: '#/components/schemas/Other' } },
        };
        d.components.schemas.Other = {
          anyOf: [
            { $ref: '#/components/schemas/Item' },
            { type: 'array', items: { $ref: '#/components/schemas/Other' } },
            { type },
          ],
        };
      });
    expect(compareDocuments(node('string'), node('string'))).toEqual([]);
    expect(told(node('string'), node('boolean'), 'breaking')).toEqual([
      'changed request',
      'changed response',
    ]);
    const any = tree({});
    expect(told(any, node('string'), 'breaking')).not.toEqual([]);
    expect(told(node('string'), any, 'breaking')).not.toEqual([]);
  });

  test('a schema that is all of itself, and references that lead nowhere, are faults', () => {
    const circle = tree({ allOf: [{ $ref: '#/components/schemas/Item' }] });
    expect(() => compareDocuments(circle, circle)).toThrow(Fault);
    const loop = tree({ $ref: '#/components/schemas/Item' });
    expect(() => compareDocuments(loop, loop)).toThrow(/leads in a circle/);
    const nowhere = tree({ $ref: '#/components/schemas/constructor' });
    expect(() => compareDocuments(nowhere, nowhere)).toThrow(/leads nowhere/);
    const file = tree({ $ref: './other.yaml#/Item' });
    expect(() => compareDocuments(file, file)).toThrow(/another file: bundle/);
  });

  test('boolean schemas, tuples, patterns of names', () => {
    const narrower = [
      [true, false],
      [
        { type: 'array', prefixItems: [{ type: 'number' }] },
        { type: 'array', prefixItems: [{ type: 'integer' }] },
      ],
      [
        { type: 'array', items: { type: 'number' } },
        { type: 'array', items: { type: 'integer' } },
      ],
      [
        { patternProperties: { '^x': { type: 'number' } } },
        { patternProperties: { '^x': { type: 'integer' } } },
      ],
      [{ additionalProperties: { type: 'number' } }, { additionalProperties: { type: 'integer' } }],
      [{ additionalProperties: true }, { additionalProperties: { type: 'integer' } }],
      [{ propertyNames: {} }, { propertyNames: { maxLength: 3 } }],
      [{ allOf: [{ minimum: 1 }, { minimum: 2 }] }, { minimum: 3 }],
      [
        { type: 'integer', exclusiveMinimum: 1 },
        { type: 'integer', minimum: 3 },
      ],
      [{ items: {} }, { items: {}, uniqueItems: true }],
    ] as const;
    for (const [before, after] of narrower) {
      expect([before, told(tree(before as object), tree(after as object), 'breaking')]).toEqual([
        before,
        ['narrowed request'],
      ]);
      expect([before, told(tree(after as object), tree(before as object), 'breaking')]).toEqual([
        before,
        ['widened response'],
      ]);
    }
    expect(
      told(tree({ type: 'integer', exclusiveMinimum: 1 }), tree({ type: 'integer', minimum: 2 }), 'breaking'),
    ).toEqual([]);
  });

  test.each([
    ['blog', blog],
    ['streaming', streaming],
    ['generic', generic],
    ['notes', notes],
  ])('an app has the same API in OpenAPI 3.0, 3.1 and 3.2: %s', (_, app) => {
    const document = (version: '3.0' | '3.1' | '3.2') =>
      JSON.parse(JSON.stringify(documentOf(app as unknown as express.Application, { version })));
    for (const before of ['3.0', '3.1', '3.2'] as const)
      for (const after of ['3.0', '3.1', '3.2'] as const)
        expect([before, after, compareDocuments(document(before), document(after))]).toEqual([
          before,
          after,
          [],
        ]);
  });

  test('null as OpenAPI 3.0 says it, and as later versions do', () => {
    const parts = { Kind: { type: 'string', enum: ['a', 'b'] }, Box: { type: 'object' } };
    const old = changed((d) => {
      d.openapi = '3.0.3';
      delete d.webhooks;
      d.components.schemas = {
        ...parts,
        Item: {
          type: 'object',
          properties: {
            text: { type: 'string', nullable: true },
            kind: { type: 'string', nullable: true, enum: ['a', 'b'] },
            box: { allOf: [{ $ref: '#/components/schemas/Box' }], nullable: true },
            named: { allOf: [{ $ref: '#/components/schemas/Kind' }], nullable: true },
            either: { oneOf: [{ type: 'string' }, { type: 'integer' }], nullable: true },
            above: { type: 'number', minimum: 0, exclusiveMinimum: true },
          },
        },
      };
      delete d.components.responses;
      delete d.paths['/items/{id}'].put.responses[404];
    });
    const now = structuredClone(old);
    now.openapi = '3.1.0';
    now.components.schemas.Item.properties = {
      text: { type: ['string', 'null'] },
      kind: { type: ['string', 'null'], enum: ['a', 'b', null] },
      box: { anyOf: [{ $ref: '#/components/schemas/Box' }, { type: 'null' }] },
      named: { anyOf: [{ $ref: '#/components/schemas/Kind' }, { type: 'null' }] },
      either: { type: ['string', 'integer', 'null'] },
      above: { type: 'number', exclusiveMinimum: 0 },
    };
    expect(compareDocuments(old, now)).toEqual([]);
    expect(compareDocuments(now, old)).toEqual([]);
  });

  test('a chain of 2,000 components, each of which has operations: what changes at its end is theirs', () => {
    const count = 2000;
    const document = (type: string) => {
      const ref = (index: number) => ({ $ref: `#/components/schemas/S${index % count}` });
      const numbers = Array.from({ length: count }, (_, index) => index);
      return {
        openapi: '3.1.0',
        paths: Object.fromEntries(
          numbers.map((index) => [
            `/s${index}`,
            { get: { responses: { 200: { content: { 'application/json': { schema: ref(index) } } } } } },
          ]),
        ),
        components: {
          schemas: Object.fromEntries(
            numbers.map((index) => [
              `S${index}`,
              {
                properties: {
                  a: ref(index + 1),
                  b: ref(index * 7),
                  leaf: { type: index === 1 ? type : 'string' },
                },
              },
            ]),
          ),
        },
      };
    };
    const changes = compareDocuments(document('integer'), document('number'));
    expect(changes.map(({ rule, at, operations }) => [rule, at, operations.length])).toEqual([
      ['widened', 'S1.leaf', count],
    ]);
  });

  test('parts that are not what they should be', () => {
    const odd = (value: unknown) =>
      changed((d) => {
        const item = d.paths['/items'];
        Object.assign(item.get, { parameters: value, responses: value, security: value, servers: value });
        item.post = {
          requestBody: value,
          responses: { 200: value, 400: { content: value, headers: value } },
        };
        item.put = value;
        item.patch = { responses: { 200: { content: { 'application/json': value } } } };
        Object.assign(d.components.schemas.Item, {
          properties: value,
          required: value,
          enum: value,
          anyOf: value,
          allOf: value,
          patternProperties: value,
          discriminator: value,
        });
        d.components.securitySchemes = value;
        d.webhooks = value;
      });
    for (const value of [null, 3, 'text', [null, 3], { a: null }]) {
      expect(compareDocuments(odd(value), odd(value))).toEqual([]);
      expect(compareDocuments(baseDocument(), odd(value)).length).toBeGreaterThan(0);
      expect(compareDocuments(odd(value), baseDocument()).length).toBeGreaterThan(0);
    }
  });
});

describe('diff', () => {
  let at: Installation;

  beforeAll(async () => {
    at = await install('diff');
    const write = (name: string, document: unknown) =>
      writeFileSync(
        join(at.folder, name),
        name.endsWith('.json') ? JSON.stringify(document) : stringify(document),
      );
    write('old.yaml', baseDocument());
    write('same.json', baseDocument());
    write(
      'harmless.yaml',
      changed((d) => Object.assign(d.paths['/items'].get, { deprecated: true })),
    );
    write(
      'breaking.yaml',
      changed((d) => delete d.paths['/items']),
    );
    write('swagger.yaml', { swagger: '2.0' });
    write('text.yaml', 'text');
    write(
      'away.yaml',
      changed((d) => Object.assign(d.components.schemas, { Item: { $ref: 'x.yaml' } })),
    );
    const levels = Array.from(
      { length: 9 },
      (_, level) => `x-${level + 1}: &${level + 1} [${`*${level},`.repeat(9)}]`,
    );
    at.write({
      'bad.yaml': '{ a: [',
      'bad.json': '{ "openapi": ',
      'twice.yaml': 'openapi: 3.1.0\npaths: {}\npaths: {}\n',
      'bomb.yaml': `openapi: 3.1.0\nx-0: &0 [a]\n${levels.join('\n')}\n`,
      'tagged.yaml': 'openapi: 3.1.0\ninfo: !!js/function "() => process.exit()"\n',
      'deep.json': `{ "openapi": "3.1.0", "paths": { "/": { "get": { "responses": { "200": { "content": { "a/b": { "schema": ${'{ "items": '.repeat(1e4)}{}${'}'.repeat(1e4)} } } } } } } } }`,
    });
  });

  test('exit codes: 0 without changes and for harmless ones, 1 for breaking ones', async () => {
    expect(await at.cli('diff', 'old.yaml', 'same.json')).toEqual({
      code: 0,
      stdout: 'No changes for clients.\n',
      stderr: '',
    });
    expect(await at.cli('diff', 'old.yaml', 'harmless.yaml')).toEqual({
      code: 0,
      stdout: '1 harmless:\n  GET /items: is deprecated now [deprecated]\n',
      stderr: '',
    });
    expect(await at.cli('diff', 'old.yaml', 'breaking.yaml')).toEqual({
      code: 1,
      stdout: '1 breaking:\n  GET /items: is gone [operation-removed]\n',
      stderr: '',
    });
  });

  test('- is standard input, as of what git shows', () => {
    const bin = join(at.folder, 'node_modules/express-viewsets/dist/cli/bin.js');
    const input = stringify(baseDocument());
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'diff', '-', 'breaking.yaml'], {
      cwd: at.folder,
      input,
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '1 breaking:\n  GET /items: is gone [operation-removed]\n',
      stderr: '',
    });
  });

  test('a tag of YAML makes nothing', async () => {
    expect(await at.cli('diff', 'tagged.yaml', 'tagged.yaml')).toEqual({
      code: 0,
      stdout: 'No changes for clients.\n',
      stderr: '',
    });
  });

  test('--fail-on and --json', async () => {
    expect(await at.cli('diff', 'old.yaml', 'harmless.yaml', '--fail-on', 'any')).toMatchObject({ code: 1 });
    expect(await at.cli('diff', 'old.yaml', 'same.json', '--fail-on', 'any')).toMatchObject({ code: 0 });
    const { code, stdout } = await at.cli(
      'diff',
      'old.yaml',
      'breaking.yaml',
      '--fail-on',
      'never',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      breaking: 1,
      harmless: 0,
      changes: [
        { level: 'breaking', rule: 'operation-removed', message: 'is gone', operations: ['GET /items'] },
      ],
    });
  });

  test.each([
    [['old.yaml'], /and 1 is given/],
    [['old.yaml', 'none.yaml'], /^express-viewsets: There is no file none\.yaml\.$/m],
    [['old.yaml', '.'], /could not be read/],
    [['old.yaml', 'bad.yaml'], /bad\.yaml is neither JSON nor YAML/],
    [['bad.json', 'old.yaml'], /bad\.json is neither JSON nor YAML/],
    [
      ['old.yaml', 'twice.yaml'],
      /twice\.yaml is neither JSON nor YAML: Map keys must be unique at line 3, column 1\.$/m,
    ],
    [['old.yaml', 'bomb.yaml'], /bomb\.yaml is neither JSON nor YAML: Excessive alias count/],
    [
      ['deep.json', 'deep.json'],
      /deep\.json and deep\.json can not be compared: their schemas are nested too deeply\.$/m,
    ],
    [['old.yaml', 'swagger.yaml'], /no OpenAPI document of a version 3/],
    [['text.yaml', 'old.yaml'], /no OpenAPI document of a version 3/],
    [['old.yaml', 'away.yaml'], /bundle the document first/],
    [['old.yaml', 'old.yaml', '--fail-on', 'all'], /one of breaking, any, never, not "all"/],
  ])('%j is a fault: one sentence, exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await at.cli('diff', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^express-viewsets: [^\n]+\n$/);
    expect(stderr).toMatch(message);
  });
});
