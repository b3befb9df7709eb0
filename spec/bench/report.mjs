import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { apps, bases } from './apps.mjs';
import { ours } from './schema.mjs';

/** What was measured: for each app and case, the microseconds of each round. */
export function reportOf(samples, { processes, rounds, requests, quick, foreign }) {
  const names = Object.keys(samples);
  const cases = Object.keys(Object.values(samples)[0]);
  const label = (name) => apps[name].label;

  /** One of each process. */
  const quartiles = (name, spec) =>
    Array.from({ length: processes }, (_, place) =>
      lowerQuartile(samples[name][spec].slice(place * rounds, (place + 1) * rounds)),
    );
  /**
   * Of the lower quartiles, as what else the machine does makes a round slower, and none faster; in brackets the least and the most of one
   * process of each.
   */
  const ratio = (name, base, spec) => {
    const [own, others] = [quartiles(name, spec), quartiles(base, spec)];
    const all = sum(own) / sum(others);
    const each = own.map((time, place) => time / others[place]);
    const range = `${Math.min(...each).toFixed(2)}-${Math.max(...each).toFixed(2)}`;
    return processes === 1 ? all.toFixed(2) : `${all.toFixed(2)} (${range})`;
  };
  const table = (rows) => tableOf(['app', ...cases], rows);

  const parts = [
    `Node ${process.version}, ${os.cpus()[0]?.model}, ${os.platform()} ${os.arch()}; ${versions()}.`,
    `${quick ? 'A quick run: ' : ''}${processes} ${processes === 1 ? 'process' : 'processes'} of each app, ${rounds} rounds of ${requests.toLocaleString('en')} requests of each kind to each, meanwhile all else on the machine took about ${Math.max(foreign, 0).toFixed(1)} of its ${os.cpus().length} processors${os.availableParallelism() < os.cpus().length ? `; client and servers had ${os.availableParallelism()} of them` : ''}.`,
    '### Microseconds of CPU per request: median (min-max)',
    table(names.map((name) => [label(name), ...cases.map((spec) => summary(samples[name][spec]))])),
  ];
  for (const [base, heading] of Object.entries(bases)) {
    if (!samples[base]) continue;
    parts.push(
      `### Ratios to ${heading}`,
      table(names.map((name) => [label(name), ...cases.map((spec) => ratio(name, base, spec))])),
    );
  }
  const pairs = names.filter((name) => samples[apps[name].pair]);
  if (pairs.length > 0) {
    parts.push(
      '### Ratios of pairs',
      table(
        pairs.map((name) => [
          `${label(name)} : ${label(apps[name].pair)}`,
          ...cases.map((spec) => ratio(name, apps[name].pair, spec)),
        ]),
      ),
    );
  }
  return parts.join('\n\n');
}

/** Replaces what stands between the two marks of docs/benchmarks.md. */
export function writeReport(report) {
  const file = path.resolve(import.meta.dirname, '../../docs/benchmarks.md');
  const text = fs.readFileSync(file, 'utf8');
  const marked = /(<!-- figures -->\n)[\s\S]*(<!-- \/figures -->)/;
  if (!marked.test(text)) throw new Error(`${file} has no place for the figures.`);
  fs.writeFileSync(
    file,
    text.replace(marked, (_, start, end) => `${start}\n${report}\n\n${end}`),
  );
}

function sortedCopy(numbers) {
  return [...numbers].sort((a, b) => a - b);
}

function lowerQuartile(numbers) {
  return sortedCopy(numbers)[Math.floor(numbers.length / 4)];
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

function summary(numbers) {
  const sorted = sortedCopy(numbers);
  const [low, middle, high] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return `${middle.toFixed(1)} (${low.toFixed(1)}-${high.toFixed(1)})`;
}

function tableOf(headings, rows) {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column].length)),
  );
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [
    line(headings),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...rows.map(line),
  ].join('\n');
}

function versions() {
  const peers = ['fastify', 'hono', '@hono/node-server', 'tsoa', 'express-zod-api', 'zod'];
  const places = [
    ...['express', 'express4', 'ajv', '@sinclair/typebox'].map((name) => [name, '../../node_modules']),
    ...peers.map((name) => [name, 'node_modules']),
  ];
  const read = ([name, folder]) => {
    const file = path.resolve(import.meta.dirname, folder, name, 'package.json');
    const { name: own, version } = JSON.parse(fs.readFileSync(file, 'utf8'));
    return `${own} ${version}`;
  };
  return [`express-viewsets ${ours('./package.json').version}`, ...places.map(read)].join(', ');
}
