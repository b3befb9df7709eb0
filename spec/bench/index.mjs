import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { apps, item } from './apps.mjs';

/*
 * CPU time of the server process per request, of each app in turn and in several rounds, so that a busy machine
 * slows all alike. Ratios of one run mean something; the microseconds are those of the machine.
 */
const { values } = parseArgs({ options: { quick: { type: 'boolean' } } });
const rounds = values.quick ? 3 : 7;
const requests = values.quick ? 3_000 : 10_000;
const agent = new Agent({ keepAlive: true, maxSockets: 32 });

const body = JSON.stringify(item);
const cases = {
  retrieve: { method: 'GET', path: '/items/1', status: 200 },
  'list of 100': { method: 'GET', path: '/items', status: 200 },
  create: {
    method: 'POST',
    path: '/items',
    status: 201,
    body,
    headers: { 'content-type': 'application/json', 'content-length': body.length },
  },
};

const servers = new Map();
for (const name of Object.keys(apps)) {
  const child = fork(new URL('./server.mjs', import.meta.url), [name]);
  const [{ port }] = await once(child, 'message');
  servers.set(name, { child, port });
}

await checkSame();
const table = {};
for (const [label, spec] of Object.entries(cases)) {
  const samples = Object.fromEntries([...servers.keys()].map((name) => [name, []]));
  for (const { port } of servers.values()) await load(port, spec, requests);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { child, port }] of servers) {
      const before = await cpuOf(child);
      await load(port, spec, requests);
      samples[name].push(((await cpuOf(child)) - before) / requests);
    }
  }
  const peer = median(samples['hand-written Express']);
  table[label] = Object.fromEntries(
    Object.entries(samples).map(([name, times]) => [
      name,
      `${median(times).toFixed(1)} us (${(median(times) / peer).toFixed(2)})`,
    ]),
  );
}
for (const { child } of servers.values()) child.kill();
agent.destroy();

console.log(
  `Node ${process.version}, ${os.cpus()[0]?.model}; CPU per request, median of ${rounds} rounds of ${requests}, in brackets the ratio to hand-written Express`,
);
console.table(table);

/** A comparison is one of equals: each answers the same before it is measured. */
async function checkSame() {
  for (const spec of Object.values(cases)) {
    const answers = await Promise.all([...servers.values()].map(({ port }) => send(port, spec)));
    for (const answer of answers) {
      assert.equal(answer.status, spec.status);
      assert.deepEqual(JSON.parse(answer.text), JSON.parse(answers[0].text));
    }
  }
  for (const [path, status] of [
    ['/items/x', 400],
    ['/items/999', 404],
  ]) {
    for (const { port } of servers.values())
      assert.equal((await send(port, { method: 'GET', path })).status, status);
  }
}

async function load(port, spec, count) {
  let left = count;
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (left-- > 0) await send(port, spec);
    }),
  );
}

function send(port, { method, path, headers, body: text }) {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', agent, method, path, headers }, (response) => {
      let received = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        received += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, text: received }));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

async function cpuOf(child) {
  child.send('cpu');
  const [{ cpu }] = await once(child, 'message');
  return cpu;
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
