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
  ? { quick, processes: 1, rounds: 7, requests: 3_000, warmUp: 10_000 }
  : { quick, processes: 3, rounds: 7, requests: 5_000, warmUp: 20_000 };
const profile = values['cpu-prof'] ? ['--cpu-prof', `--cpu-prof-dir=${values['cpu-prof']}`] : [];

const servers = [];
try {
  for (let copy = 0; copy < plan.processes; copy += 1) {
    for (const name of names) servers.push(await startServer(name, profile));
  }
  for (const server of servers) await assertBehaviour(server);
  // As in production: V8 tidies up in a process that has nothing to do, and some code is slower for it ever after.
  await setTimeout(REST);
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

async function warmUp() {
  for (const server of servers) {
    for (const spec of Object.values(cases)) await server.load(spec, plan.warmUp);
  }
}

/** For each app and case what each of its processes has taken in each round, in the order of the processes. */
async function measure() {
  const none = () => Object.fromEntries(Object.keys(cases).map((label) => [label, []]));
  const samples = Object.fromEntries(names.map((name) => [name, none()]));
  for (let round = 0; round < plan.rounds; round += 1) {
    // In another order each time, so that none always has the same neighbour.
    const turns = shuffled([...servers.keys()]);
    for (const place of turns) {
      const server = servers[place];
      const copy = Math.floor(place / names.length);
      for (const [label, spec] of Object.entries(cases)) {
        // After its pause: some that do not count.
        await server.load(spec, 500);
        const time = await server.measure(spec, plan.requests);
        samples[server.name][label][round * plan.processes + copy] = time;
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
