import type { AnySchema, ValidateFunction } from 'ajv';
import Ajv, { type Options } from 'ajv/dist/2020';
import { formatOf } from './formats.js';
import {
  annotations,
  isObject,
  type JSONSchema,
  mapSchemas,
  mapValues,
  type Schemas,
} from './json-schema.js';
import { harmOf } from './json-value.js';
import { surelyFits } from './meta.js';
import type { Wire } from './wire.js';
import { step } from './work.js';

/**
 * Neither coerces nor changes what it checks, and `$data` is off (CVE-2025-69873). `strictNumbers` refuses NaN and the
 * infinities, `ownProperties` keeps `{}` from having a `constructor`.
 */
const common: Options = {
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictNumbers: true,
  ownProperties: true,
  addUsedSchema: false,
};

/** Stops at the first fault: whether a value fits is all that it tells. Schemas have been checked when it compiles them. */
const checker = newAjv({ validateSchema: false });

export function newAjv(options: Options = {}): Ajv {
  const ajv = new Ajv({ ...common, ...options });
  ajv.addVocabulary([...annotations, 'components'].filter((name) => !ajv.RULES.keywords[name]));
  ajv.addKeyword({
    keyword: 'wellFormed',
    type: 'string',
    validate: (_: unknown, value: string) => value.isWellFormed(),
    error: { message: 'must be well-formed Unicode' },
  });
  ajv.addKeyword({
    keyword: 'wellFormedNames',
    type: 'object',
    validate: (_: unknown, value: object) => Object.keys(value).every((name) => name.isWellFormed()),
    error: { message: 'must have names of well-formed Unicode' },
  });
  ajv.addKeyword({
    keyword: 'safeInteger',
    type: 'number',
    // What is no integer at all is the fault of another keyword.
    validate: (_: unknown, value: number) => Number.isSafeInteger(value) || !Number.isInteger(value),
    error: { message: 'must be within the exact integers, -(2^53 - 1) to 2^53 - 1' },
  });
  ajv.addKeyword({
    keyword: 'jsonValue',
    validate: (_: unknown, value: unknown) => harmOf(value) === undefined,
    error: { message: 'must hold finite numbers and well-formed Unicode only' },
  });
  // Ahead of what goes deeper.
  ajv.addKeyword({ keyword: 'recursive', before: '$ref', validate: step });
  return ajv;
}

/** Compiles a schema as the wire has it. Takes milliseconds: never at a request that has been seen before. */
export function compileWire(wire: Wire, schema: JSONSchema = wire.schema): ValidateFunction {
  return compileCheck(schema, wire.components.schemas);
}

/** The check of a schema whose references are to these. */
export function compileCheck(schema: JSONSchema, schemas: Schemas): ValidateFunction {
  return compileWith(checker, quickFirst(schema), mapValues(schemas, quickFirst));
}

export function compileWith(ajv: Ajv, schema: JSONSchema, schemas: Schemas): ValidateFunction {
  const root = Object.keys(schemas).length > 0 ? { ...schema, components: { schemas } } : { ...schema };
  for (const format of formatsIn(root)) {
    if (!(format in ajv.formats)) ajv.addFormat(format, formatOf(format) ?? true);
  }
  const validate = ajv.compile(root as AnySchema);
  // The check is all that is wanted: the cache of ajv would hold on to each schema for ever.
  ajv.removeSchema(root);
  return validate;
}

/** What the meta-schema says against a schema, or nothing: asked when views are registered. */
export function metaFaultOf(wire: Wire): string | undefined {
  for (const [name, schema] of [['', wire.schema] as const, ...wire.components.entries()]) {
    if (!surelyFits(schema) && !checker.validateSchema(schema as AnySchema))
      return `${name ? `${name}: ` : ''}${checker.errorsText(checker.errors)}`;
  }
  return undefined;
}

/**
 * Constants and scalars come before what nests. A branch of a union that is not meant then fails before its depths are
 * gone through, which in a recursive union would take time exponential in the depth.
 */
function quickFirst(schema: JSONSchema): JSONSchema {
  const copy = mapSchemas(schema, quickFirst);
  if (!isObject(copy.properties)) return copy;
  const properties = Object.entries(copy.properties) as [string, JSONSchema][];
  copy.properties = Object.fromEntries(properties.sort(([, a], [, b]) => costOf(a) - costOf(b)));
  return copy;
}

function costOf(schema: JSONSchema): number {
  if ('const' in schema || 'enum' in schema) return 0;
  const { type } = schema;
  return typeof type === 'string' && type !== 'object' && type !== 'array' ? 1 : 2;
}

function formatsIn(schema: JSONSchema): Set<string> {
  const found = new Set<string>();
  JSON.stringify(schema, (key, value) => {
    if (key === 'format' && typeof value === 'string') found.add(value);
    return value;
  });
  return found;
}
