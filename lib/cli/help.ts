import type { Command, OptionSpecs } from './command.js';

export const common = {
  help: { type: 'boolean', short: 'h', help: 'Show this help.' },
  debug: { type: 'boolean', help: 'Show the stack of a fault.' },
} as const satisfies OptionSpecs;

export function helpOf({ usage, summary, details, options }: Command): string {
  const rows = Object.entries<OptionSpecs[string]>({ ...options, ...common }).map(([name, option]) => [
    `${option.short ? `-${option.short}, ` : '    '}--${name}${option.value ? ` <${option.value}>` : ''}`,
    option.help,
  ]);
  return [
    `Usage: express-viewsets ${usage}`,
    '',
    summary,
    ...(details ? ['', details] : []),
    '',
    'Options:',
    ...columns(rows),
    '',
  ].join('\n');
}

export function overview(commands: Readonly<Record<string, Command>>): string {
  const rows = Object.values(commands).map(({ usage, summary }) => [usage, summary]);
  return [
    'Usage: express-viewsets <command> [options]',
    '',
    'Commands:',
    ...columns(rows),
    '',
    'Options:',
    ...columns([
      ['-h, --help', 'Show this help, or that of a command.'],
      ['-v, --version', 'Show the version.'],
      ['    --debug', 'Show the stack of a fault.'],
    ]),
    '',
    'Exit codes: 0 done; 1 a check says no (the file differs, a change is breaking); 2 a fault, told in one sentence.',
    '',
  ].join('\n');
}

function columns(rows: readonly (readonly string[])[]): string[] {
  return table(rows).map((line) => `  ${line}`);
}

/** Rows in columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
