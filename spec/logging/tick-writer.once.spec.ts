import { Writable } from 'node:stream';
import { tickWriter } from '../../lib/logging/tick-writer.js';
import { child } from '../support/child.js';

const tick = () => new Promise<void>((resolve) => process.nextTick(resolve));
const turn = () => new Promise((resolve) => setImmediate(resolve));

function memory() {
  const writes: string[] = [];
  const output = new Writable({
    decodeStrings: false,
    write(text, _encoding, done) {
      writes.push(text);
      done();
    },
  });
  return { output, writes };
}

test('the lines of one tick are written together, in their order, at its end', async () => {
  const { output, writes } = memory();
  const writer = tickWriter(output);
  writer.write('a\n');
  writer.write('b\n');
  expect(writes).toEqual([]);
  await tick();
  expect(writes).toEqual(['a\nb\n']);
  writer.write('c\n');
  await tick();
  expect(writes).toEqual(['a\nb\n', 'c\n']);
  expect(output.listenerCount('error')).toBe(0);
});

test('a reader who has gone is no exception', async () => {
  const errors: unknown[] = [];
  let broken = true;
  const output = new Writable({
    write(_text, _encoding, done) {
      done(broken ? new Error('EPIPE') : null);
    },
    // As standard output, which can not be destroyed.
    destroy(error, done) {
      done(error);
      (this as unknown as { _undestroy(): void })._undestroy();
    },
  });
  const writer = tickWriter(output);
  for (let line = 0; line < 20; line += 1) {
    writer.write('a\n');
    await turn();
    await turn();
  }
  await turn();
  expect(output.listenerCount('error')).toBe(0);
  output.on('error', (error) => errors.push(error));
  broken = false;
  writer.write('b\n');
  await turn();
  expect(errors).toEqual([]);
});

test.each([
  ['jsonLogger', 'exits', 'process.exit()'],
  ['usualLogger', 'exits', 'process.exit()'],
  ['usualLogger', 'comes to its end', ''],
  [
    'jsonLogger',
    'fails',
    'process.on("uncaughtException", () => process.exit(1)); throw new Error("on purpose")',
  ],
])('what %s is given is written when the process %s', async (name, _, end) => {
  const script = `const logger = require('./lib/logging/logger.ts').${name}();
    logger.info({ a: 1 }, 'one'); logger.info({}, 'two'); ${end}`;
  const { exit, output } = child(['-e', script]);
  await exit;
  const lines = output().stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ a: 1, msg: 'one' }, { msg: 'two' }]);
});

test('the line of a request is written that is over when the process exits', async () => {
  const script = `
    const express = require('express');
    const { configureApp } = require('./lib/index.ts');
    const app = express();
    app.get('/last', (req, res) => {
      res.on('close', () => process.exit());
      res.send('bye');
    });
    configureApp(app, { info: { title: 'a', version: '1' }, logs: true });
    const server = app.listen(0, () => fetch('http://127.0.0.1:' + server.address().port + '/last').catch(() => {}));`;
  const { exit, output } = child(['-e', script]);
  await exit;
  expect(JSON.parse(output().stdout)).toMatchObject({ path: '/last', status: 200, msg: 'request completed' });
});
