import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Whether, after a full collection, one of the objects is alive that ticks made while this code ran. */
async function keepsOne(code: string): Promise<boolean> {
  const script = `
    const { createHook } = require('node:async_hooks');
    const express = require('express');
    const { createServer } = require('express-viewsets/server');
    const app = express();
    const made = [];
    const hook = createHook({
      init(id, type, trigger, resource) {
        if (type === 'TickObject') made.push(new WeakRef(resource));
      },
    });
    setTimeout(() => {
      hook.enable();
      ${code};
      process.nextTick(() => {});
      // Weak references hold until the end of the turn that made or read them.
      setTimeout(() => {
        hook.disable();
        setTimeout(() => {
          gc();
          const alive = made.some((reference) => reference.deref() !== undefined);
          console.log(made.length > 0, alive);
        }, 10);
      }, 10);
    }, 10);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--eval', script]);
  const [ticked, alive] = stdout.trim().split(' ');
  expect(ticked).toBe('true');
  return alive === 'true';
}

// V8 gives up on the code that makes them where none is alive at a full collection: see lib/server/tick-class.ts.
test('a server keeps one of the objects that ticks make', async () => {
  await expect(keepsOne('createServer(app)')).resolves.toBe(true);
});

test('by themselves, none is kept', async () => {
  await expect(keepsOne('')).resolves.toBe(false);
});
