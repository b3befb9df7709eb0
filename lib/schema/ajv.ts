import type { AnySchema, ValidateFunction } from 'ajv';
import Ajv from 'ajv/dist/2020';
import { formatOf } from './formats.js';
import { annotations, type JSONSchema } from './json-schema.js';
import { harmOf } from './json-value.js';
import type { Wire } from './wire.js';

/**
 * One instance for all schemas. It neither coerces nor changes what it checks, and `$data` is off (CVE-2025-69873).
 * `strictNumbers` refuses NaN and the infinities, `ownProperties` keeps `{}` from having a `constructor`.
 */
const ajv = new Ajv({
  allErrors: true,
  strictSchema: true,
  strictNumbers: true,
  ownProperties: true,
  allowUnionTypes: true,
  addUsedSchema: false,
  verbose: false,
});

ajv.addVocabulary([...annotations, 'components'].filter((name) => !ajv.RULES.keywords[name]));

ajv.addKeyword({
  keyword: 'wellFormed',
  type: 'string',
  validate: (_: unknown, value: string) => value.isWellFormed(),
  error: { message: 'must be well-formed Unicode' },
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

/** Compiles a schema as the wire has it. Takes milliseconds: never at a request that has been seen before. */
export function compileWire(wire: Wire, schema: JSONSchema = wire.schema): ValidateFunction {
  for (const format of formatsIn(wire)) {
    if (!(format in ajv.formats)) ajv.addFormat(format, formatOf(format) ?? true);
  }
  const root: JSONSchema = { ...schema };
  if (Object.keys(wire.components.schemas).length > 0) root.components = { schemas: wire.components.schemas };
  return ajv.compile(root as AnySchema);
}

/**
 * What the meta-schema says against a schema, or nothing. Cheap beside compiling, so that it is done when views are
 * registered.
 */
export function metaFaultOf(wire: Wire): string | undefined {
  for (const [name, schema] of [['', wire.schema], ...Object.entries(wire.components.schemas)] as const) {
    if (!ajv.validateSchema(schema as AnySchema))
      return `${name ? `${name}: ` : ''}${ajv.errorsText(ajv.errors)}`;
  }
  return undefined;
}

function formatsIn(wire: Wire): Set<string> {
  const found = new Set<string>();
  JSON.stringify([wire.schema, wire.components.schemas], (key, value) => {
    if (key === 'format' && typeof value === 'string') found.add(value);
    return value;
  });
  return found;
}
