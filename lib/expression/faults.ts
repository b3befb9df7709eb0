import { comparatorsOf } from './type-rules.js';
import type {
  ExpressionFault,
  ExpressionFaultCode,
  ExpressionField,
  ExpressionFieldType,
  ExpressionLimits,
} from './types.js';

/** More names than these are for the documentation to tell. */
const MAX_NAMES = 50;

function fault(code: ExpressionFaultCode, position: number, detail: string): ExpressionFault {
  return { detail, code, position };
}

export function tooLong({ maxLength }: ExpressionLimits): ExpressionFault {
  return fault('maxLength', maxLength, `must have at most ${maxLength} characters`);
}

export function tooDeep(position: number, { maxDepth }: ExpressionLimits): ExpressionFault {
  const detail = `must have at most ${maxDepth} parentheses within each other; one more opens at position ${position}`;
  return fault('maxDepth', position, detail);
}

export function tooMany(position: number, { maxNodes }: ExpressionLimits): ExpressionFault {
  const detail = `must have at most ${maxNodes} comparisons, negations and groups of AND or OR; one more is at position ${position}`;
  return fault('maxNodes', position, detail);
}

export function broken(position: number): ExpressionFault {
  const detail = `must be Unicode text without NUL and lone surrogates; one is at position ${position}`;
  return fault('encoding', position, detail);
}

export function missingTerm(position: number): ExpressionFault {
  return fault('syntax', position, `must have a comparison, a negation or "(" at position ${position}`);
}

export function missingSimple(position: number): ExpressionFault {
  return fault(
    'syntax',
    position,
    `must have a comparison or "(" after the negation, at position ${position}`,
  );
}

export function missingEnd(position: number): ExpressionFault {
  const detail = `must have AND or OR, in upper case, or its end at position ${position}; values with spaces need quotes`;
  return fault('syntax', position, detail);
}

export function missingClose(position: number): ExpressionFault {
  const detail = `must have AND or OR, in upper case, or ")" at position ${position}; values with spaces need quotes`;
  return fault('syntax', position, detail);
}

export function unopened(position: number): ExpressionFault {
  return fault('syntax', position, `must have a "(" for the ")" at position ${position}`);
}

export function missingComparator(position: number, field: ExpressionField): ExpressionFault {
  const detail = `must have one of ${comparatorsOf(field).join(' ')} after the field, at position ${position}`;
  return fault('syntax', position, detail);
}

export function missingValue(position: number): ExpressionFault {
  const detail = `must have a value after the comparator, at position ${position}; AND, OR and NOT need quotes to be one`;
  return fault('syntax', position, detail);
}

export function composite(position: number): ExpressionFault {
  const detail = `must have one value at position ${position}; several are compared one by one, joined with OR`;
  return fault('syntax', position, detail);
}

export function unquoted(position: number): ExpressionFault {
  const detail = `must have quotes around a value with any of ( ) < > = ! , " ' \\ in it, as at position ${position}`;
  return fault('syntax', position, detail);
}

export function unclosedQuote(position: number): ExpressionFault {
  return fault('syntax', position, `must have a second quote for the one at position ${position}`);
}

export function unknownEscape(position: number): ExpressionFault {
  const detail = `must have one of \\\\ \\" \\' \\* where there is a backslash, as at position ${position}`;
  return fault('syntax', position, detail);
}

export function literal(position: number): ExpressionFault {
  const detail = `must have a field with a comparator at position ${position}; a value by itself is not looked for`;
  return fault('literal', position, detail);
}

export function call(position: number): ExpressionFault {
  return fault(
    'function',
    position,
    `must have no function, as there is none; one is at position ${position}`,
  );
}

export function unknownField(position: number, names: Iterable<string>): ExpressionFault {
  const all = [...names];
  const shown = all.slice(0, MAX_NAMES).join(', ');
  const more = all.length > MAX_NAMES ? `, and ${all.length - MAX_NAMES} more` : '';
  return fault('field', position, `must have one of these fields at position ${position}: ${shown}${more}`);
}

export function wrongComparator(position: number, field: ExpressionField): ExpressionFault {
  const of = field.many
    ? 'a list'
    : `a field of type ${field.type}${field.freeText === false ? ' with fixed values' : ''}`;
  const detail = `must compare ${of} with ${comparatorsOf(field).join(' ')}, not as at position ${position}`;
  return fault('comparator', position, detail);
}

export function misplacedNull(position: number, field: ExpressionField): ExpressionFault {
  const instead = field.many ? '; a list without values is found by NOT and :*' : '';
  const detail = `must have null only after = or !=, not at position ${position}${instead}; in quotes it is a text`;
  return fault('value', position, detail);
}

const values: Readonly<Record<ExpressionFieldType, string>> = {
  string: 'a text that the field can have',
  integer: 'an integer that the field can have',
  number: 'a number that the field can have',
  boolean: 'true or false',
  'date-time': 'a date and time such as 2024-01-31T12:00:00Z',
  date: 'a date such as 2024-01-31',
};

export function wrongValue(position: number, { type }: ExpressionField): ExpressionFault {
  return fault('value', position, `must have ${values[type]} at position ${position}`);
}

export function misplacedWildcard(position: number): ExpressionFault {
  const detail =
    'must have * as a wildcard only at the start or the end of free text, after = or != (after : for a list); ' +
    `at position ${position}, "\\*" in quotes is the character itself`;
  return fault('wildcard', position, detail);
}
