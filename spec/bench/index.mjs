/*
 * CPU time of the server process per request, as the operating system counts it. Each app has processes of its own, as the same code
 * differs from one to the next; in every round each has its turn, so that a busy machine slows all alike. Ratios of one run mean
 * something; the microseconds are those of the machine.
 *
 *   npm run bench                              all apps, a quarter of an hour
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
import { setTimeout } from 'node:timers/promises';
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

/** In milliseconds. V8 does so after eight seconds. */
const REST = 10_000;

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
  ? { quick, processes: 1, rounds: 6, requests: 1_200, warmUp: 4_000 }
  : { quick, processes: 3, rounds: 14, requests: 2_500, warmUp: 20_000 };
const profile = values['cpu-prof'] ? ['--cpu-prof', `--cpu-prof-dir=${values['cpu-prof']}`] : [];

const samples = Object.fromEntries(
  names.map((name) => [name, Object.fromEntries(Object.keys(cases).map((label) => [label, []]))]),
);
let foreign = 0;
let time = 0;
// One process of each app after the other: with all of them at once each would rest for longer than it works between its turns, and V8
// would make its young generation small again each time.
for (let copy = 0; copy < plan.processes; copy += 1) await measureProcesses();
const report = reportOf(samples, { ...plan, foreign: foreign / time });
console.log(report);
if (values.write) writeReport(report);

/** Starts a process of each app, and adds what each takes in each round to the samples. */
async function measureProcesses() {
  const servers = [];
  try {
    for (const name of names) servers.push(await startServer(name, profile));
    for (const server of servers) await assertBehaviour(server);
    // As in production: V8 tidies up in a process that has nothing to do, and some code is slower for it ever after.
    await setTimeout(REST);
    for (const server of servers) {
      for (const spec of Object.values(cases)) await server.load(spec, plan.warmUp);
    }
    const before = await foreignWork(servers);
    for (let round = 0; round < plan.rounds; round += 1) {
      // In another order each time, so that none always has the same neighbour.
      for (const server of shuffled(servers)) await measure(server);
    }
    const after = await foreignWork(servers);
    foreign += after.cpu - before.cpu;
    time += after.time - before.time;
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function measure(server) {
  for (const [label, spec] of Object.entries(cases)) {
    // After its pause: some that do not count.
    await server.load(spec, 500);
    samples[server.name][label].push(await server.measure(spec, plan.requests));
  }
}

/** A comparison is one of equals: each gives the same answers before it is measured. */
async function assertBehaviour({ name, send }) {
  for (const [label, spec] of Object.entries(cases)) {
    const response = await send(spec);
    const { headers } = response;
    assert.equal(response.status, spec.status, `${name}: status of ${label}`);
    assert.match(headers.get('content-type'), /^application\/json(;|$)/, `${name}: type of ${label}`);
    assert.equal(headers.get('location'), spec.location ?? null, `${name}: Location of ${label}`);
    assert.deepEqual(await response.json(), spec.json, `${name}: body of ${label}`);
  }
  for (const { request, status } of refusals) {
    const response = await send({ request });
    await response.arrayBuffer();
    assert.equal(response.status, status, `${name}: ${request.method} ${request.path} ${request.body ?? ''}`);
  }
}

/** Milliseconds that the processors have worked for anything but this benchmark, by now: whether the machine is quiet. */
async function foreignWork(servers) {
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
