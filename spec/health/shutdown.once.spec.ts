import { Agent, createServer, get } from 'node:http';
import { connect } from 'node:net';
import express from 'express';
import { gracefulShutdown } from 'express-viewsets';
import { child } from '../support/child.js';

jest.setTimeout(60_000);

async function start(env: Record<string, string> = {}, path = 'spec/health/program.ts') {
  const program = child([path], env);
  await program.until(';');
  const port = Number(/port (\d+);/.exec(program.output().stdout)?.[1]);
  return { ...program, port, base: `http://127.0.0.1:${port}` };
}

test('what is in flight is finished, streams end politely, and the process ends with 0', async () => {
  const program = await start();
  const slow = fetch(`${program.base}/slow`).then((response) => response.text());
  const stream = fetch(`${program.base}/stream`).then((response) => response.text());
  await program.until('slow began');
  await program.until('stream began');
  program.process.kill('SIGTERM');
  expect(await stream).toBe('data: first\n\ndata: bye\n\n');
  expect(await slow).toBe('whole');
  expect(await program.exit).toBe(0);
  expect(program.output().stdout).toContain('closed');
});

test('during the delay it serves, and is not ready; afterwards nobody is let in', async () => {
  const program = await start({ DELAY: '1500' });
  expect((await fetch(`${program.base}/readyz`)).status).toBe(200);
  program.process.kill('SIGTERM');
  let ready = await fetch(`${program.base}/readyz`);
  while (ready.status === 200) ready = await fetch(`${program.base}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({ status: 'shutting down', checks: {} });
  expect((await fetch(`${program.base}/healthz`)).status).toBe(200);
  expect(await program.exit).toBe(0);
  await expect(fetch(`${program.base}/readyz`)).rejects.toThrow();
});

test('an idle connection that is kept alive does not hold it', async () => {
  const program = await start();
  const agent = new Agent({ keepAlive: true });
  await new Promise((resolve) =>
    get({ agent, port: program.port, host: '127.0.0.1', path: '/healthz' }, (response) =>
      response.resume().on('end', resolve),
    ),
  );
  // And one that never asked for anything.
  const silent = connect(program.port, '127.0.0.1');
  await new Promise((resolve) => silent.once('connect', resolve));
  program.process.kill('SIGTERM');
  expect(await program.exit).toBe(0);
  agent.destroy();
  silent.destroy();
});

test('what does not end is cut at the deadline, and the process ends with 1', async () => {
  const program = await start({ DEADLINE: '500' });
  const endless = fetch(`${program.base}/endless`).then((response) => response.text());
  await program.until('endless began');
  program.process.kill('SIGTERM');
  await expect(endless).rejects.toThrow();
  expect(await program.exit).toBe(1);
  expect(program.output().stderr).toContain('The server was cut');
  expect(program.output().stdout).toContain('closed');
});

test('a second signal does not wait', async () => {
  const program = await start({ DEADLINE: '50000' });
  const endless = fetch(`${program.base}/endless`).then((response) => response.text());
  endless.catch(() => {});
  await program.until('endless began');
  program.process.kill('SIGTERM');
  const probe = async () =>
    fetch(`${program.base}/healthz`).then(
      () => true,
      () => false,
    );
  while (await probe());
  program.process.kill('SIGINT');
  expect(await program.exit).toBe(1);
});

test.each([
  [
    'the deadline',
    { DEADLINE: '500' },
    'The server was cut: requests were still open 500 ms after the signal.',
  ],
  ['a second signal', {}, 'The server was cut: requests were still open at a second signal.'],
])('a request that %s cuts has its line, and the cut has one', async (_, env, message) => {
  const program = await start({ LOGS: '1', ...env });
  const endless = fetch(`${program.base}/endless`).then((response) => response.text());
  endless.catch(() => {});
  await program.until('endless began');
  program.process.kill('SIGTERM');
  if (!('DEADLINE' in env)) {
    const answers = () => fetch(`${program.base}/healthz`).then(Boolean, () => false);
    while (await answers());
    program.process.kill('SIGINT');
  }
  expect(await program.exit).toBe(1);
  const { stdout, stderr } = program.output();
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 50, msg: message },
    { level: 30, path: '/endless', aborted: true, msg: 'request aborted' },
  ]);
  expect(stderr).not.toContain('was cut');
});

test('of several servers each has its time', async () => {
  const program = await start({}, 'spec/health/two-servers.ts');
  const slow = fetch(`${program.base}/slow`).then((response) => response.text());
  await program.until('slow began');
  program.process.kill('SIGTERM');
  expect(await slow).toBe('whole');
  expect(await program.exit).toBe(0);
  expect(program.output().stdout).toContain('idle closed');
  expect(program.output().stdout).toContain('busy closed');
});

test('what fails at the end is told', async () => {
  const program = await start({ FAIL: '1' });
  program.process.kill('SIGTERM');
  expect(await program.exit).toBe(1);
  expect(program.output().stderr).toContain('can not close');
});

test('without an exit it says whether all ended by itself', async () => {
  const server = createServer(express()).listen(0);
  const { shutdown } = gracefulShutdown(server, { exit: false });
  expect(await shutdown()).toBe(true);
  expect(server.listening).toBe(false);
  expect(process.listeners('SIGTERM')).toHaveLength(0);
});

test('mistakes are told at once', () => {
  const server = createServer(express());
  expect(() => gracefulShutdown(server, { deadline: 0 })).toThrow(/deadline/);
  expect(() => gracefulShutdown(server, { delay: 5, deadline: 5 })).toThrow(/deadline/);
  // A timer would be over at once.
  for (const deadline of [2 ** 31, Number.POSITIVE_INFINITY, Number.NaN])
    expect(() => gracefulShutdown(server, { deadline })).toThrow(/deadline/);
  expect(() => gracefulShutdown(createServer(() => {}))).toThrow(/can not tell which app/);
});
