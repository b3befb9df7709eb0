import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Application } from 'express';
import { documentOf } from 'express-viewsets';
import { faultsOf } from '../support/openapi';

const samples = readdirSync(resolve(__dirname, '../../samples'));

test('the document of each sample is valid', async () => {
  expect(samples.length).toBeGreaterThanOrEqual(4);
  const documents = samples.map((name) => {
    const { app } = require(`../../samples/${name}/app`) as { app: Application };
    return JSON.parse(JSON.stringify(documentOf(app)));
  });
  const faults = await faultsOf(documents);
  expect(Object.fromEntries(samples.map((name, index) => [name, faults[index]]))).toEqual(
    Object.fromEntries(samples.map((name) => [name, []])),
  );
});
