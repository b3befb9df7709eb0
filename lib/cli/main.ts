import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Command, Fault, messageOf, type Result, sentenceOf } from './command.js';
import { diff } from './commands/diff.js';
import { exportDocument } from './commands/export.js';
import { init } from './commands/init.js';
import { newResource } from './commands/new.js';
import { routes } from './commands/routes.js';
import { common, helpOf, overview } from './help.js';
import { packageVersion } from './package-version.js';

const commands: Readonly<Record<string, Command>> = {
  export: exportDocument,
  routes,
  diff,
  init,
  new: newResource,
};

/** Runs a command line, and ends the process, whatever an app that was loaded has opened. */
export async function main(args: readonly string[]): Promise<void> {
  // What the app prints while it is loaded is no part of the answer.
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough goes, as `head` does.
    if (error.code === 'EPIPE') process.exit();
    fail(new Fault(`The answer could not be written: ${sentenceOf(error)}`, { cause: error }));
  });
  const fail = (error: unknown): never => {
    console.error(args.includes('--debug') ? error : `express-viewsets: ${messageOf(error)}`);
    done = true;
    return process.exit(2);
  };
  let done = false;
  process.on('uncaughtException', (error) =>
    fail(new Fault(`The app failed while it was loaded: ${sentenceOf(error)}`, { cause: error })),
  );
  process.on('exit', () => {
    if (done) return;
    console.error(
      'express-viewsets: The app ended the process while it was loaded, or waits for something that never comes.',
    );
    process.exitCode = 2;
  });
  try {
    const { output = '', notes = [], code = 0 } = await run(args);
    for (const note of notes) console.error(note);
    done = true;
    // Also for a reader that goes before it has read all.
    process.exitCode = code;
    write(output, (error) => {
      if (!error) process.exit(code);
    });
  } catch (error) {
    fail(error);
  }
}

/** @throws Fault for what is asked for wrongly, or can not be done. */
export function run([name, ...rest]: readonly string[]): Result | Promise<Result> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return helpFor(rest[0]);
  if (name === '--version' || name === '-v') return { output: `${packageVersion()}\n` };
  const command = commandOf(name);
  const { positionals, values } = parse(command, rest);
  if (values.help) return { output: helpOf(command) };
  const [least, most] = command.takes;
  if (positionals.length < least || positionals.length > most) {
    throw new Fault(
      `\`${name}\` takes ${command.usage.replace(/^\S+ /, '')}, and ${positionals.length} ${positionals.length === 1 ? 'is' : 'are'} given: see \`express-viewsets ${name} --help\`.`,
    );
  }
  return command.run(positionals, values);
}

function helpFor(name: string | undefined): Result {
  return { output: name === undefined ? overview(commands) : helpOf(commandOf(name)) };
}

function commandOf(name: string): Command {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command) return command;
  throw new Fault(`There is no command "${name}"; there are ${Object.keys(commands).join(', ')}.`);
}

interface Parsed {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

function parse(command: Command, args: readonly string[]): Parsed {
  const options = { ...command.options, ...common } as ParseArgsConfig['options'];
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node goes on to tell how a file with such a name would be given.
    throw new Fault(sentenceOf(error).replace(/\. To specify .*$/s, '.'));
  }
}
