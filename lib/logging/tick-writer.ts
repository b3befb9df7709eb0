import type { Writable } from 'node:stream';

/** Takes lines that end in a line feed. */
export interface LineWriter {
  write(line: string): void;
}

/**
 * Writes the lines of one tick together, at its end: a write for each would cost as much as the line. Those of requests are made in one tick
 * for all of a turn of the event loop. What is left when the process exits is written then. As with `console`, whoever reads them may go
 * away, and nobody is told.
 */
export function tickWriter(output: Writable): LineWriter {
  let lines = '';
  let writing = 0;
  const written = (): void => {
    writing -= 1;
    if (writing === 0) output.off('error', ignore);
  };
  const flush = (): void => {
    const text = lines;
    lines = '';
    if (text === '') return;
    if (writing === 0) output.on('error', ignore);
    writing += 1;
    output.write(text, (error) => {
      // A write that fails tells its callback, and then everybody: it is an exception where nobody listens.
      if (error) setImmediate(written);
      else written();
    });
  };
  process.on('exit', flush);
  return {
    write(line) {
      if (lines === '') process.nextTick(flush);
      lines += line;
    },
  };
}

function ignore(): void {}

let standard: LineWriter | undefined;

/** That of standard output, which all apps of a process share. */
export function standardOutput(): LineWriter {
  standard ??= tickWriter(process.stdout);
  return standard;
}
