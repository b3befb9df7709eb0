import type { TextMatch } from '../../operations/index.js';
import type { Feature } from '../features.js';
import { type CaseDefinition, defineWhere } from '../harness.js';

type Field = 'name' | 'description';

const matchers: Record<TextMatch['op'], (own: string, value: string) => boolean> = {
  contains: (own, value) => own.includes(value),
  starts_with: (own, value) => own.startsWith(value),
  ends_with: (own, value) => own.endsWith(value),
};

function match(
  title: string,
  op: TextMatch['op'],
  field: Field,
  value: string,
  ignoreCase: boolean,
  needs: readonly Feature[] = [],
): CaseDefinition {
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  return defineWhere(
    title,
    { op, field, value, ignoreCase },
    ({ [field]: own }) => own !== null && matchers[op](fold(own), fold(value)),
    { needs },
  );
}

/** Both spellings of "case", as they often take different ways in a store. */
function literal(what: string, op: TextMatch['op'], field: Field, value: string): CaseDefinition[] {
  return [false, true].map((ignoreCase) =>
    match(
      `${what} means itself in "${op}", case ${ignoreCase ? 'ignored' : 'kept'}: ${JSON.stringify(value)} in ${field}`,
      op,
      field,
      value,
      ignoreCase,
    ),
  );
}

export const textCases: readonly CaseDefinition[] = [
  match('"contains" finds a text anywhere, with case', 'contains', 'name', 'pp', false),
  match('"contains" keeps case apart', 'contains', 'name', 'PP', false),
  match('"contains" ignores case where it is told to', 'contains', 'name', 'pP', true),
  match('"starts_with" finds a text at the start, with case', 'starts_with', 'name', 'a', false),
  match('"starts_with" ignores case where it is told to', 'starts_with', 'name', 'aPP', true),
  match('"ends_with" finds a text at the end, with case', 'ends_with', 'name', 'e', false),
  match('"ends_with" ignores case where it is told to', 'ends_with', 'name', 'PLE', true),
  match('a text match does not hold for null', 'contains', 'description', 'e', false),
  match('"contains" of nothing holds for every text, and not for null', 'contains', 'description', '', false),
  match(
    '"starts_with" of nothing holds for every text, and not for null',
    'starts_with',
    'description',
    '',
    true,
  ),
  match(
    '"ends_with" of nothing holds for every text, and not for null',
    'ends_with',
    'description',
    '',
    false,
  ),
  ...literal('a per cent sign', 'contains', 'name', '%'),
  ...literal('a per cent sign', 'ends_with', 'name', '0%'),
  ...literal('a per cent sign', 'starts_with', 'name', '100%'),
  ...literal('an underscore', 'contains', 'name', 'a_b'),
  ...literal('an underscore', 'starts_with', 'name', 'a_'),
  ...literal('an underscore', 'ends_with', 'name', '_b'),
  ...literal('a backslash', 'contains', 'name', '\\'),
  ...literal('a backslash', 'contains', 'name', 'k\\s'),
  ...literal('a backslash', 'ends_with', 'description', '\\'),
  ...literal('a star', 'contains', 'name', '*'),
  ...literal('a star', 'starts_with', 'name', 'star*'),
  ...literal('a dot', 'contains', 'name', 'a.b'),
  ...literal('a question mark', 'contains', 'name', 'a?'),
  ...literal('a bracket', 'contains', 'name', '[a-z]'),
  ...literal('a dollar sign', 'starts_with', 'name', '$'),
  ...literal('a single quote', 'contains', 'name', `'`),
  ...literal('a double quote', 'contains', 'name', '"'),
  ...literal('a line break', 'contains', 'name', 'e\nb'),
  ...literal('text before a line break', 'starts_with', 'name', 'line'),
  ...literal('text after a line break', 'ends_with', 'description', 'lines'),
  ...literal('an emoji', 'contains', 'description', '😀'),
  ...literal('an emoji', 'starts_with', 'name', '😀 '),
  match('"starts_with" does not look behind a line break', 'starts_with', 'description', 'two', false),
  match('letters beyond ASCII are found with their case', 'starts_with', 'name', 'Ä', false),
  match('letters beyond ASCII are found in the other case', 'starts_with', 'name', 'ä', true, [
    'unicodeCase',
  ]),
  match('letters beyond ASCII are found in their own case, case ignored', 'contains', 'name', 'ÄPF', true, [
    'unicodeCase',
  ]),
];
