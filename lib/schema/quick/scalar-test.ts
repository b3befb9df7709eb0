import { type JSONSchema, typesOf } from '../json-schema.js';
import { says, shapes } from './shapes.js';

/** An expression of a value, of a generated function. */
export interface ScalarTest {
  /** What passes it fits. */
  readonly test: string;
  /** Whether what does not pass it does not fit; else ajv has to be asked. */
  readonly isExact: boolean;
}

/** What a type takes, in the words of JavaScript, as ajv tells it. */
const typeTests: Readonly<Record<string, string>> = {
  string: 'typeof value === "string"',
  number: 'isFinite(value)',
  integer: 'isInteger(value)',
  boolean: 'typeof value === "boolean"',
  null: 'value === null',
};

const ofBounds = new Set([
  'type',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'wellFormed',
  'safeInteger',
]);
const ofConstants = new Set(['type', 'enum', 'const']);

/** How many are compared one after the other. */
const FEW = 16;

/** Whether the schema is one of scalars, and speaks of nothing else. */
export function isScalar(schema: JSONSchema): boolean {
  if (!says(schema, shapes.scalar)) return false;
  if (schema.type !== undefined)
    return typesOf(schema).every((name) => Object.hasOwn(typeTests, name as string));
  const possible = constantsOf(schema);
  return possible?.every((value) => typeof value !== 'object' || value === null) ?? false;
}

/** The test of a schema of scalars as far as it can be told here; nothing where only ajv knows. */
export function scalarTest(schema: JSONSchema): ScalarTest | undefined {
  if (says(schema, ofConstants) && constantsOf(schema)) return constantsTest(schema);
  if (schema.type === undefined || !says(schema, ofBounds)) return undefined;
  const tests = typesOf(schema).map((type) => boundsTest(type as string, schema));
  return { test: tests.join(' || '), isExact: !('minLength' in schema || 'maxLength' in schema) };
}

function constantsOf(schema: JSONSchema): readonly unknown[] | undefined {
  const possible = 'const' in schema ? [schema.const] : schema.enum;
  return Array.isArray(possible) ? possible : undefined;
}

function constantsTest(schema: JSONSchema): ScalarTest | undefined {
  const possible = constantsOf(schema) ?? [];
  const isTold = schema.enum === undefined || !('const' in schema);
  if (
    !isTold ||
    possible.length === 0 ||
    possible.length > FEW ||
    !possible.every((value) => isPlain(value, schema))
  )
    return undefined;
  return { test: possible.map((value) => `value === ${JSON.stringify(value)}`).join(' || '), isExact: true };
}

/** Whether the constant is a scalar that its own schema takes: then nothing has to be said of its type. */
function isPlain(value: unknown, schema: JSONSchema): boolean {
  const types = typesOf(schema);
  const type = value === null ? 'null' : typeof value;
  if (type === 'number')
    return (
      Number.isFinite(value) &&
      (types.length === 0 ||
        types.includes('number') ||
        (types.includes('integer') && Number.isInteger(value)))
    );
  return ['string', 'boolean', 'null'].includes(type) && (types.length === 0 || types.includes(type));
}

/** A length counts characters (JSON Schema Validation section 6.3), of which each takes one or two units of a string: where that matters, ajv counts. */
function boundsTest(type: string, schema: JSONSchema): string {
  const { minLength = 0, maxLength, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const tests = [
    type === 'integer' && schema.safeInteger ? 'isSafeInteger(value)' : (typeTests[type] as string),
  ];
  const add = (test: string, bound: unknown): void => {
    if (bound !== undefined) tests.push(`value${test} ${Number(bound)}`);
  };
  // The keyword is one of all numbers, and may stand beside both types.
  if (type === 'number' && schema.safeInteger) tests.push('(!isInteger(value) || isSafeInteger(value))');
  if (type === 'string') {
    if (Number(minLength) > 0) add('.length >=', 2 * Number(minLength) - 1);
    add('.length <=', maxLength);
    if (schema.wellFormed) tests.push('value.isWellFormed()');
  } else if (type === 'integer' || type === 'number') {
    add(' >=', minimum);
    add(' <=', maximum);
    add(' >', exclusiveMinimum);
    add(' <', exclusiveMaximum);
  }
  return tests.length === 1 ? (tests[0] as string) : `(${tests.join(' && ')})`;
}
