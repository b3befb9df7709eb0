/** A JSON Schema of draft 2020-12, as a plain object. */
export interface JSONSchema {
  [keyword: string]: unknown;
}

/** Schemas by name. */
export type Schemas = Readonly<Record<string, JSONSchema>>;

/** Where schemas stand inside a schema: keywords of one, of a list, and of a map of schemas. */
export const applicators = {
  one: [
    'items',
    'contains',
    'additionalProperties',
    'unevaluatedProperties',
    'unevaluatedItems',
    'propertyNames',
    'not',
    'if',
    'then',
    'else',
  ],
  list: ['prefixItems', 'allOf', 'anyOf', 'oneOf'],
  map: ['properties', 'patternProperties', 'dependentSchemas'],
} as const;

const kinds = new Map<unknown, keyof typeof applicators>(
  (['one', 'list', 'map'] as const).flatMap((kind) =>
    applicators[kind].map((keyword) => [keyword, kind] as const),
  ),
);

/** What stands at a keyword: one schema, a list or a map of them; nothing of the kind. */
export function applicatorOf(keyword: unknown): keyof typeof applicators | undefined {
  return kinds.get(keyword);
}

/** Keywords that check scalars. */
export const scalarAssertions = [
  'type',
  'enum',
  'const',
  'multipleOf',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'format',
] as const;

/** Keywords that say nothing of other schemas. */
const assertions = [
  ...scalarAssertions,
  'maxItems',
  'minItems',
  'uniqueItems',
  'maxContains',
  'minContains',
  'maxProperties',
  'minProperties',
  'required',
  'dependentRequired',
];

/** Keywords that describe and do not check; OpenAPI's are among them. */
export const annotations = [
  'title',
  'description',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  'examples',
  'example',
  'externalDocs',
  'xml',
  'discriminator',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  'errorMessage',
  '$comment',
];

const known = new Set<unknown>([
  ...kinds.keys(),
  ...assertions,
  ...annotations,
  '$id',
  '$ref',
  '$defs',
  '$schema',
]);

export function isKnownKeyword(keyword: string): boolean {
  return known.has(keyword) || keyword.startsWith('x-');
}

const jsonTypes = new Set<unknown>(['null', 'boolean', 'object', 'array', 'number', 'integer', 'string']);

export function isJSONType(type: unknown): boolean {
  return jsonTypes.has(type);
}

/** The types that a schema names: one, several or none. */
export function typesOf({ type }: JSONSchema): readonly unknown[] {
  if (type === undefined) return none;
  return Array.isArray(type) ? type : [type];
}

const none: readonly unknown[] = [];

export function isObject(value: unknown): value is JSONSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy of a schema with each schema that stands in it replaced. */
export function mapSchemas(schema: JSONSchema, map: (inner: JSONSchema) => JSONSchema): JSONSchema {
  const copy = { ...schema };
  const one = (value: unknown): unknown => (isObject(value) ? map(value) : value);
  for (const keyword of applicators.one) if (keyword in copy) copy[keyword] = one(copy[keyword]);
  for (const keyword of applicators.list) {
    const list = copy[keyword];
    if (Array.isArray(list)) copy[keyword] = list.map(one);
  }
  for (const keyword of applicators.map) {
    const named = copy[keyword];
    if (isObject(named)) copy[keyword] = mapValues(named, one);
  }
  return copy;
}

const own = { enumerable: true, writable: true, configurable: true };

export function mapValues<From, To>(
  named: Readonly<Record<string, From>>,
  map: (value: From, name: string) => To,
): Record<string, To> {
  const mapped: Record<string, To> = {};
  for (const name of Object.keys(named)) {
    const value = map(named[name] as From, name);
    // To assign to this one would be to change the prototype.
    if (name === '__proto__') Object.defineProperty(mapped, name, { ...own, value });
    else mapped[name] = value;
  }
  return mapped;
}

/** `#/a~1b/c`, of its tokens (RFC 6901 section 6). */
export function pointerOf(tokens: readonly (string | number)[]): string {
  const written = tokens.map((token) => `/${escapeToken(String(token))}`);
  return `#${encodeURI(written.join('').toWellFormed()).replace(/#/g, '%23')}`;
}

/** A token of a JSON Pointer as it is written, and as it is meant (RFC 6901 section 3). */
export function escapeToken(token: string): string {
  return token.replace(/~/g, '~0').replace(/\//g, '~1');
}

export function unescapeToken(token: string): string {
  return token.replace(/~1/g, '/').replace(/~0/g, '~');
}
