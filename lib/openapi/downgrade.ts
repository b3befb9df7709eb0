import type * as oas31 from 'openapi3-ts/oas31';
import { isObject, type JSONSchema } from '../schema/index.js';

/**
 * A document of OpenAPI 3.1 in terms of 3.0.4, whose Schema Object is an older dialect: `nullable` for null types,
 * one value for `examples`, flags for exclusive bounds. What 3.0 can not say is left out.
 */
export function toSchema30({ webhooks, ...document }: oas31.OpenAPIObject): oas31.OpenAPIObject {
  const { summary, license, ...info } = document.info as oas31.InfoObject & { summary?: string };
  const { identifier, ...plain } = license ?? { name: '' };
  return walk(
    { ...document, info: { ...info, ...(license && { license: plain }) } },
    false,
  ) as oas31.OpenAPIObject;
}

/** Places that hold a schema, or schemas by name. */
const schemaKeys = new Set(['schema', 'items', 'additionalProperties', 'not']);
const schemaLists = new Set(['allOf', 'anyOf', 'oneOf']);

function walk(value: unknown, isSchema: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => walk(item, isSchema));
  if (!isObject(value)) return value;
  const source = isSchema ? older(value) : value;
  return Object.fromEntries(
    Object.entries(source).map(([key, item]) => {
      if (isSchema && ['default', 'enum', 'example'].includes(key)) return [key, item];
      if (key === 'schemas' || (isSchema && key === 'properties')) return [key, mapOf(item)];
      if (schemaKeys.has(key) || (isSchema && schemaLists.has(key))) return [key, walk(item, true)];
      return [key, walk(item, false)];
    }),
  );
}

function mapOf(schemas: unknown): unknown {
  return Object.fromEntries(
    Object.entries(schemas as object).map(([name, schema]) => [name, walk(schema, true)]),
  );
}

const dropped = [
  'patternProperties',
  'propertyNames',
  'unevaluatedProperties',
  'unevaluatedItems',
  'contains',
  'minContains',
  'maxContains',
  'dependentRequired',
  'dependentSchemas',
  'if',
  'then',
  'else',
  'prefixItems',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  '$comment',
];

/** One schema, without those below it, in terms of 3.0. */
export function older(schema: JSONSchema): JSONSchema {
  const out: JSONSchema = { ...schema };
  // In 3.0 everything beside a reference is ignored.
  if (typeof out.$ref === 'string' && Object.keys(out).length > 1) {
    const { $ref, ...rest } = out;
    return older({ ...rest, allOf: [{ $ref }, ...((rest.allOf as JSONSchema[]) ?? [])] });
  }
  if ('const' in out) {
    out.enum = [out.const];
    delete out.const;
  }
  if (Array.isArray(out.examples)) {
    out.example ??= out.examples[0];
    delete out.examples;
  }
  items(out);
  base64(out);
  nulls(out);
  exclusive(out, 'exclusiveMinimum', 'minimum');
  exclusive(out, 'exclusiveMaximum', 'maximum');
  for (const pattern of Object.values((out.patternProperties as object) ?? {}))
    out.additionalProperties ??= pattern;
  for (const keyword of dropped) delete out[keyword];
  return out;
}

/** In 3.0 an array has one schema for all of its items. */
function items(schema: JSONSchema): void {
  if (Array.isArray(schema.prefixItems)) schema.items = { anyOf: schema.prefixItems };
  else if (schema.type === 'array') schema.items ??= {};
}

function base64(schema: JSONSchema): void {
  if (schema.contentEncoding === 'base64') schema.format ??= 'byte';
}

/** Nothing but null: `nullable` counts beside a type only. */
const onlyNull = { type: 'string', enum: [null], nullable: true };

function nulls(schema: JSONSchema): void {
  if (schema.type === 'null') Object.assign(schema, onlyNull);
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== 'null');
    const nullable = types.length < schema.type.length;
    delete schema.type;
    if (types.length === 1) Object.assign(schema, { type: types[0] }, nullable && { nullable });
    else schema.anyOf = [...types.map((type) => ({ type })), ...(nullable ? [onlyNull] : [])];
  }
  if (schema.nullable && Array.isArray(schema.enum) && !schema.enum.includes(null))
    schema.enum = [...schema.enum, null];
}

function exclusive(schema: JSONSchema, keyword: string, bound: string): void {
  if (typeof schema[keyword] !== 'number') return;
  schema[bound] = schema[keyword];
  schema[keyword] = true;
}
