import type { ErrorObject } from 'ajv';
import type { Fault } from '../errors/index.js';
import { pointerOf, unescapeToken } from './json-schema.js';

/** Where an input comes from. */
export type Source = 'body' | 'path' | 'query' | 'header';

/** More faults than these help nobody, and are not worth their making. */
export const MAX_FAULTS = 50;
const MAX_NAME_LENGTH = 64;

/** What a check found, as faults: no value of the input is repeated. */
export function faultsOf(errors: readonly ErrorObject[], source: Source): Fault[] {
  const faults = new Map<string, Fault>();
  for (const error of errors) {
    // ajv tells so of a condition whose branch has told more.
    if (error.keyword === 'if') continue;
    const found = faultOf(error, source);
    faults.set(JSON.stringify(found), found);
    if (faults.size === MAX_FAULTS) break;
  }
  return [...faults.values()];
}

export function fault(source: Source, tokens: readonly string[], detail: string, code: string): Fault {
  if (source === 'body') return { detail, pointer: pointerOf(tokens), code };
  return { detail, in: source, parameter: tokens[0] ?? '', code };
}

function faultOf(error: ErrorObject, source: Source): Fault {
  return fault(source, placeOf(error), detailOf(error), codes[error.keyword] ?? error.keyword);
}

/** One rule has one code, however the schema that has it is composed. */
const codes: Readonly<Record<string, string>> = { unevaluatedProperties: 'additionalProperties' };

/** A fault in a sentence, for logs. */
export function sentenceOf(error: ErrorObject): string {
  return `${pointerOf(placeOf(error))} ${detailOf(error)}`;
}

/** Names come from the client where any name may: what is below one that is too long or broken is told of the object. */
function placeOf(error: ErrorObject): string[] {
  const tokens = error.instancePath.split('/').slice(1).map(unescapeToken);
  const member = memberOf(error);
  if (member !== undefined) tokens.push(member);
  const end = tokens.findIndex((token) => token.length > MAX_NAME_LENGTH || !token.isWellFormed());
  return end < 0 ? tokens : tokens.slice(0, end);
}

/** ajv reports these at the object; the fault is at the property. */
function memberOf({ keyword, params }: ErrorObject): string | undefined {
  if (keyword === 'required' || keyword === 'dependentRequired') return params.missingProperty;
  if (keyword === 'additionalProperties') return params.additionalProperty;
  if (keyword === 'unevaluatedProperties') return params.unevaluatedProperty;
  return undefined;
}

function detailOf({ keyword, params, message }: ErrorObject): string {
  switch (keyword) {
    case 'required':
    case 'dependentRequired':
      return 'is required';
    case 'additionalProperties':
    case 'unevaluatedProperties':
    case 'false schema':
      return 'is not a known property';
    case 'enum':
      return `must be one of ${listOf(params.allowedValues)}`;
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`;
    case 'type':
      return `must be ${[params.type].flat().join(' or ')}`;
    case 'anyOf':
      return 'must match one of the allowed schemas';
    case 'oneOf':
      return 'must match exactly one of the allowed schemas';
    case 'contains':
      return 'does not hold the items that it must';
    case 'propertyNames':
      return 'has a property name that is not allowed';
    case 'not':
      return 'is not allowed';
    default:
      return message ?? 'is not valid';
  }
}

function listOf(values: readonly unknown[]): string {
  const shown = values.slice(0, 20).map((value) => JSON.stringify(value));
  return values.length > shown.length ? `${shown.join(', ')}, ...` : shown.join(', ');
}
