import type { ErrorObject } from 'ajv';
import type { Fault } from '../errors/index.js';
import { pointerOf } from './json-schema.js';

/** Where an input comes from. */
export type Source = 'body' | 'path' | 'query' | 'header';

/** More faults than these help nobody, and are not worth their making. */
export const MAX_FAULTS = 50;
const MAX_NAME_LENGTH = 64;

/** What ajv found, as faults: no value of the input is repeated, and a union is one fault. */
export function faultsOf(errors: readonly ErrorObject[], source: Source): Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const error of collapseUnions(errors)) {
    const fault = faultOf(error, source);
    const mark = JSON.stringify(fault);
    if (seen.has(mark)) continue;
    seen.add(mark);
    faults.push(fault);
    if (faults.length === MAX_FAULTS) break;
  }
  return faults;
}

export function fault(source: Source, tokens: readonly string[], detail: string, code: string): Fault {
  if (source === 'body') return { detail, pointer: pointerOf(tokens), code };
  return { detail, in: source, parameter: tokens[0] ?? '', code };
}

function faultOf(error: ErrorObject, source: Source): Fault {
  const tokens = error.instancePath
    .split('/')
    .slice(1)
    .map((token) => token.replace(/~1/g, '/').replace(/~0/g, '~'));
  const extra = memberOf(error);
  if (extra !== undefined) tokens.push(extra);
  return fault(source, tokens, detailOf(error), error.keyword);
}

/** ajv reports these at the object; the fault is at the property. */
function memberOf({ keyword, params }: ErrorObject): string | undefined {
  if (keyword === 'required' || keyword === 'dependentRequired') return params.missingProperty;
  if (keyword === 'additionalProperties') return shortName(params.additionalProperty);
  if (keyword === 'unevaluatedProperties') return shortName(params.unevaluatedProperty);
  return undefined;
}

function shortName(name: string): string | undefined {
  return name.length <= MAX_NAME_LENGTH && name.isWellFormed() ? name : undefined;
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
    case 'oneOf':
      return 'must match one of the allowed schemas';
    case 'propertyNames':
      return 'has a property name that is not allowed';
    default:
      return message ?? 'is not valid';
  }
}

function listOf(values: readonly unknown[]): string {
  const shown = values.slice(0, 20).map((value) => JSON.stringify(value));
  return values.length > shown.length ? `${shown.join(', ')}, ...` : shown.join(', ');
}

/**
 * ajv tells each branch's errors and then that of the union. Where all but one branch fail at their type or at a
 * constant, the errors of that one say what is wrong; else the union is one fault.
 */
function collapseUnions(errors: readonly ErrorObject[]): ErrorObject[] {
  let left = [...errors];
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  // Innermost first: ajv reports a union after its branches, so an inner union comes before an outer one.
  for (const union of unions) {
    if (!left.includes(union)) continue;
    const before = left.slice(0, left.indexOf(union));
    const inside = before.filter(
      (error) => error.schemaPath.startsWith(`${union.schemaPath}/`) || isBelow(error, union),
    );
    const best = bestBranch(inside, union);
    left = left.filter((error) =>
      best ? error !== union && (!inside.includes(error) || best.includes(error)) : !inside.includes(error),
    );
  }
  return left;
}

/** Errors of a component have a schema path of their own, yet the value is the union's or inside it. */
function isBelow(error: ErrorObject, union: ErrorObject): boolean {
  const inside =
    error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`);
  return (
    inside && !error.schemaPath.startsWith('#/properties') && error.schemaPath.startsWith('#/components')
  );
}

function bestBranch(errors: readonly ErrorObject[], union: ErrorObject): ErrorObject[] | undefined {
  const branches = new Map<string, ErrorObject[]>();
  for (const error of errors) {
    const rest = error.schemaPath.startsWith(`${union.schemaPath}/`)
      ? (error.schemaPath.slice(union.schemaPath.length + 1).split('/', 1)[0] as string)
      : error.schemaPath.split('/').slice(0, 4).join('/');
    branches.set(rest, [...(branches.get(rest) ?? []), error]);
  }
  const candidates = [...branches.values()].filter(
    (branch) => !branch.some((error) => rulesOut(error, union)),
  );
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** A branch whose type, or whose discriminating constant, is another was not meant. */
function rulesOut(error: ErrorObject, union: ErrorObject): boolean {
  if (error.keyword === 'type') return error.instancePath === union.instancePath;
  const depth = error.instancePath.slice(union.instancePath.length).split('/').length - 1;
  return error.keyword === 'const' && depth <= 1;
}
