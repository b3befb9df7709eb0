import { inspect } from 'node:util';

interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** What stands for the value in the help; of a string. */
  readonly value?: string;
  readonly help: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export type Values<O extends OptionSpecs> = {
  readonly [Name in keyof O]?: O[Name]['type'] extends 'boolean' ? boolean : string;
};

/** What a command answers. It goes to standard output, the notes to standard error. */
export interface Result {
  readonly output?: string;
  readonly notes?: readonly string[];
  /** 1: the answer of a check is no. Default 0. A fault is thrown, and makes it 2. */
  readonly code?: 0 | 1;
}

export interface Command {
  /** What follows the name of the program. */
  readonly usage: string;
  readonly summary: string;
  /** More lines of the help. */
  readonly details?: string;
  /** How many arguments it takes, at least and at most. */
  readonly takes: readonly [least: number, most: number];
  readonly options: OptionSpecs;
  run(positionals: readonly string[], values: Readonly<Record<string, unknown>>): Result | Promise<Result>;
}

/** Types the values of a command by its options. */
export function command<const O extends OptionSpecs>(
  definition: Omit<Command, 'options' | 'run'> & {
    readonly options: O;
    run(positionals: readonly string[], values: Values<O>): Result | Promise<Result>;
  },
): Command {
  return definition as unknown as Command;
}

/** Something that the user can mend: one sentence, and exit code 2. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** The message of whatever was thrown, in one line. */
export function messageOf(error: unknown): string {
  const message = isErrorLike(error) ? `${error.message}${placeOf(error)}` : asText(error);
  // What follows is a list of the modules that asked for a missing one.
  const [text = ''] = message.split(/\nRequire stack:/);
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 500)}...` : line;
}

function isErrorLike(error: unknown): error is { message: string } {
  return typeof (error as { message?: unknown } | null)?.message === 'string';
}

function asText(value: unknown): string {
  return typeof value === 'object' ? inspect(value, { depth: 1, breakLength: Infinity }) : String(value);
}

/** Node.js writes where a module of CommonJS can not be read in front of the stack. */
function placeOf(error: unknown): string {
  if (!(error instanceof SyntaxError)) return '';
  const [first = ''] = (error.stack ?? '').split('\n');
  return /^\S.*:\d+$/.test(first) ? ` (${first})` : '';
}

/** As `messageOf`, ready to be followed by another sentence. */
export function sentenceOf(error: unknown): string {
  const message = messageOf(error);
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
