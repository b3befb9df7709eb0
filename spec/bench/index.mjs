/*
 * CPU time of the server process per request, as the operating system counts it. Each app has a process of its own; in
 * every round each has its turn, so that a busy machine slows all alike. Ratios of one run mean something; the
 * microseconds are those of the machine.
 *
 *   npm run bench                              all apps, some minutes
 *   npm run bench -- --quick                   within two minutes
 *   npm run bench -- --only viewsets,express   some of them, by their names in apps.mjs
 *   npm run bench -- --write                   and the figures into docs/benchmarks.md
 *   npm run bench -- --cpu-prof folder         and a profile of each server
 *   npm run bench -- lists --quick             another benchmark, by the name of its file: lists, startup, heap, stream-heap
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { apps } from './apps.mjs';
import { cases, refusals } from './cases.mjs';
import { reportOf, writeReport } from './report.mjs';
import { startServer } from './servers.mjs';

const others = ['lists', 'startup', 'heap', 'stream-heap'];
const [other, ...rest] = process.argv.slice(2);
if (others.includes(other)) {
  const script = path.join(import.meta.dirname, `${other}.mjs`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', script, ...rest], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
    'cpu-prof': { type: 'string' },
  },
});
const names = values.only?.split(',') ?? Object.keys(apps);
const unknown = names.filter((name) => !apps[name]);
assert.equal(unknown.length, 0, `No app "${unknown}": there are ${Object.keys(apps).join(', ')}.`);

const { quick } = values;
const plan = quick
  ? { quick, rounds: 7, requests: 1_000, warmUp: 4_000 }
  : { quick, rounds: 15, requests: 3_000, warmUp: 9_000 };
const profile = values['cpu-prof'] ? ['--cpu-prof', `--cpu-prof-dir=${values['cpu-prof']}`] : [];

const servers = [];
try {
  for (const name of names) servers.push(await startServer(name, profile));
  for (const server of servers) await assertBehaviour(server);
  await warmUp();
  const before = await foreignWork();
  const samples = await measure();
  const after = await foreignWork();
  const foreign = (after.cpu - before.cpu) / (after.time - before.time);
  const report = reportOf(samples, { ...plan, foreign });
  console.log(report);
  if (values.write) writeReport(report);
} finally {
  await Promise.all(servers.map((server) => server.stop()));
}

/** A comparison is one of equals: each gives the same answers before it is measured. */
async function assertBehaviour({ name, send }) {
  for (const [label, spec] of Object.entries(cases)) {
    const { statusCode, headers, body } = await send(spec);
    assert.equal(statusCode, spec.status, `${name}: status of ${label}`);
    assert.match(headers['content-type'], /^application\/json(;|$)/, `${name}: type of ${label}`);
    assert.equal(headers.location, spec.location, `${name}: Location of ${label}`);
    assert.deepEqual(await body.json(), spec.json, `${name}: body of ${label}`);
  }
  for (const { request, status } of refusals) {
    const { statusCode, body } = await send({ request });
    await body.dump();
    assert.equal(statusCode, status, `${name}: ${request.method} ${request.path} ${request.body ?? ''}`);
  }
}

async function warmUp() {
  for (const server of servers) {
    for (const spec of Object.values(cases)) await server.load(spec, plan.warmUp);
  }
}

async function measure() {
  const none = () => Object.fromEntries(Object.keys(cases).map((label) => [label, []]));
  const samples = Object.fromEntries(names.map((name) => [name, none()]));
  for (let round = 0; round < plan.rounds; round += 1) {
    // In another order each time, so that none always has the same neighbour.
    const turns = shuffled(servers);
    for (const server of turns) {
      for (const [label, spec] of Object.entries(cases)) {
        // After its pause: a few that do not count.
        await server.load(spec, 100);
        samples[server.name][label].push(await server.measure(spec, plan.requests));
      }
    }
  }
  return samples;
}

/** Milliseconds that the processors have worked for anything but this benchmark, by now: whether the machine is quiet. */
async function foreignWork() {
  const own = process.cpuUsage();
  let cpu = -(own.user + own.system) / 1_000;
  for (const server of servers) cpu -= (await server.cpu()) / 1_000;
  for (const { times } of os.cpus()) cpu += times.user + times.nice + times.sys + times.irq;
  return { cpu, time: performance.now() };
}

function shuffled(list) {
  const keyed = list.map((value) => ({ value, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
}
