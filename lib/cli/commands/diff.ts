import { command, Fault, sentenceOf } from '../command.js';
import { type Change, compareDocuments } from '../diff/index.js';
import { parseDocument } from '../parse-document.js';

const failures = ['breaking', 'any', 'never'] as const;

export const diff = command({
  usage: 'diff <old> <new> [options]',
  summary: 'Tell what a new OpenAPI document changes for clients of the old one: breaking or harmless.',
  details:
    'Both are files of OpenAPI 3.0, 3.1 or 3.2, in JSON or YAML, and one may be -, standard input. What clients send may be\n' +
    'taken in more forms, what they are sent may come in fewer; the other way round is breaking.',
  takes: [2, 2],
  options: {
    json: { type: 'boolean', help: 'As JSON.' },
    'fail-on': {
      type: 'string',
      value: failures.join('|'),
      help: 'What to exit with 1 for. Default: breaking.',
    },
  },
  run([before = '', after = ''], values) {
    const failOn = values['fail-on'] ?? 'breaking';
    if (!failures.some((name) => name === failOn))
      throw new Fault(`--fail-on is one of ${failures.join(', ')}, not "${failOn}".`);
    const changes = compare(before, after);
    const breaking = changes.filter(({ level }) => level === 'breaking');
    const failed = failOn === 'any' ? changes.length > 0 : failOn === 'breaking' && breaking.length > 0;
    const counts = { breaking: breaking.length, harmless: changes.length - breaking.length };
    return {
      output: values.json ? `${JSON.stringify({ ...counts, changes }, null, 2)}\n` : report(changes),
      code: failed ? 1 : 0,
    };
  },
});

function compare(before: string, after: string): Change[] {
  const [old, now] = [parseDocument(before), parseDocument(after)];
  try {
    return compareDocuments(old, now);
  } catch (error) {
    if (error instanceof Fault) throw error;
    // That of the stack, which each level of a schema takes some of.
    const why = error instanceof RangeError ? 'their schemas are nested too deeply.' : sentenceOf(error);
    throw new Fault(`${before} and ${after} can not be compared: ${why}`, { cause: error });
  }
}

function report(changes: readonly Change[]): string {
  if (changes.length === 0) return 'No changes for clients.\n';
  const sections = (['breaking', 'harmless'] as const).map((level) => {
    const some = changes.filter((change) => change.level === level);
    return some.length === 0
      ? []
      : [`${some.length} ${level}:`, ...some.map((change) => `  ${line(change)}`)];
  });
  return `${sections.flat().join('\n')}\n`;
}

function line({ direction, at, message, operations: [first, ...more], rule }: Change): string {
  const where = more.length > 0 ? `${first} and ${more.length} more` : first;
  const side = direction && at !== undefined ? ` (${direction})` : '';
  return `${where}: ${at === undefined ? '' : `${at} `}${message}${side} [${rule}]`;
}
