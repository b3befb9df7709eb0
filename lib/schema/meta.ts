import { applicatorOf, isJSONType, isObject } from './json-schema.js';

type Predicate = (value: unknown) => boolean;

const isText: Predicate = (value) => typeof value === 'string';
const isFlag: Predicate = (value) => typeof value === 'boolean';
const isNumber: Predicate = (value) => Number.isFinite(value);
const isPositive: Predicate = (value) => isNumber(value) && (value as number) > 0;
const isCount: Predicate = (value) => Number.isInteger(value) && (value as number) >= 0;
const isNames: Predicate = (value) =>
  Array.isArray(value) && value.every(isText) && new Set(value).size === value.length;
const isTypes: Predicate = (value) => {
  if (!Array.isArray(value)) return isJSONType(value);
  return value.length > 0 && isNames(value) && value.every(isJSONType);
};
const isAnything: Predicate = () => true;

/** What the meta-schema asks of the values of keywords that hold no schemas. */
const predicates = new Map<string, Predicate>(
  Object.entries({
    $ref: isText,
    $comment: isText,
    title: isText,
    description: isText,
    format: isText,
    pattern: isText,
    contentEncoding: isText,
    contentMediaType: isText,
    deprecated: isFlag,
    readOnly: isFlag,
    writeOnly: isFlag,
    uniqueItems: isFlag,
    minimum: isNumber,
    maximum: isNumber,
    exclusiveMinimum: isNumber,
    exclusiveMaximum: isNumber,
    multipleOf: isPositive,
    minLength: isCount,
    maxLength: isCount,
    minItems: isCount,
    maxItems: isCount,
    minContains: isCount,
    maxContains: isCount,
    minProperties: isCount,
    maxProperties: isCount,
    required: isNames,
    type: isTypes,
    enum: Array.isArray,
    examples: Array.isArray,
    const: isAnything,
    default: isAnything,
    // Unknown to the meta-schema.
    example: isAnything,
    externalDocs: isAnything,
    xml: isAnything,
    discriminator: isAnything,
    errorMessage: isAnything,
    wellFormed: isAnything,
    wellFormedNames: isAnything,
    safeInteger: isAnything,
    jsonValue: isAnything,
    recursive: isAnything,
  }),
);

/**
 * Whether a schema surely fits the meta-schema. Of what it is not sure, ajv tells whether and how it is wrong. Nearly
 * every schema is right, and ajv would take as long to say so as all else that is done for it when it is registered.
 */
export function surelyFits(schema: unknown): boolean {
  if (!isObject(schema)) return typeof schema === 'boolean';
  return Object.keys(schema).every(
    (keyword) => schema[keyword] === undefined || holds(keyword, schema[keyword]),
  );
}

function holds(keyword: string, value: unknown): boolean {
  switch (applicatorOf(keyword)) {
    case 'one':
      return surelyFits(value);
    case 'list':
      return Array.isArray(value) && value.length > 0 && value.every(surelyFits);
    case 'map':
      return isObject(value) && Object.values(value).every(surelyFits);
    default:
      return predicates.get(keyword)?.(value) ?? false;
  }
}
