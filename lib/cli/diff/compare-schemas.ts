import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject } from '../parse-document.js';
import type { Changes, Place } from './changes.js';
import { type FlatSchema, includes, listOf, type Schemas } from './flat-schema.js';

/** The two documents, and what was found between them. */
export interface Comparison {
  readonly before: Schemas;
  readonly after: Schemas;
  readonly changes: Changes;
}

type Pair = readonly [before: FlatSchema, after: FlatSchema];
type Compare = (pair: Pair, place: Place, comparison: Comparison, seen: Seen) => void;
type Seen = Map<FlatSchema, Set<FlatSchema>>;

/** The schema of anything: one object, as a pair of schemas is known by them. */
const ANY: JsonObject = {};

/** What clients send or are sent: all that differs between two schemas. */
export function compareSchemas(
  before: Json | undefined,
  after: Json | undefined,
  place: Place,
  comparison: Comparison,
  seen: Seen = new Map(),
): void {
  const name = comparison.before.resolve(before).name;
  // A change of a component is told once, and not for each place where it stands.
  const at = name !== undefined && name === comparison.after.resolve(after).name ? name : place.at;
  const pair = [comparison.before.flat(before), comparison.after.flat(after)] as const;
  compareFlat(pair, { ...place, at }, comparison, seen);
}

function compareFlat(pair: Pair, place: Place, comparison: Comparison, seen: Seen): void {
  const [before, after] = pair;
  // A recursive schema comes back to where it began.
  if (seen.get(before)?.has(after)) return;
  seen.set(before, (seen.get(before) ?? new Set()).add(after));
  if (unionOf(before) || unionOf(after)) {
    annotations(pair, place, comparison, seen);
    alternatives(pair, place, comparison, seen);
    return;
  }
  // Of a text and an object there is nothing more to compare.
  const isOther = !typesOf(before).some(
    (type) => isWithin(type, typesOf(after)) || typesOf(after).includes(type),
  );
  for (const compare of isOther ? [types] : comparisons) compare(pair, place, comparison, seen);
}

/** A part that is not there is the schema of anything. */
function compareParts(
  before: Json | undefined,
  after: Json | undefined,
  place: Place,
  comparison: Comparison,
  seen: Seen,
): void {
  if (before !== undefined || after !== undefined)
    compareSchemas(before ?? ANY, after ?? ANY, place, comparison, seen);
}

function below(place: Place, step: string): Place {
  return { ...place, at: `${place.at ?? ''}${step}` };
}

const allTypes: readonly Json[] = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

const types: Compare = ([before, after], place, { changes }) => {
  const [old, now] = [typesOf(before), typesOf(after)];
  const kept = now.every((type) => isWithin(type, old));
  const covered = old.every((type) => isWithin(type, now));
  if (kept && covered) return;
  const message = `type ${told(before.type)} -> ${told(after.type)}`;
  changes.add(kept ? 'narrowed' : covered ? 'widened' : 'changed', place, message);
};

function typesOf({ type, enum: values }: FlatSchema): readonly Json[] {
  if (type !== undefined) return listOf(type);
  return Array.isArray(values) ? [...new Set(values.map(typeOf))] : allTypes;
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function isWithin(type: Json, types: readonly Json[]): boolean {
  return types.includes(type) || (type === 'integer' && types.includes('number'));
}

const values: Compare = ([before, after], place, { changes }) => {
  const [old, now] = [before.enum, after.enum];
  if (!Array.isArray(old) || !Array.isArray(now)) {
    if (old === now) return;
    changes.add(now ? 'narrowed' : 'widened', place, now ? `enum ${told(now)} is new` : 'enum is gone');
    return;
  }
  const removed = old.filter((value) => !includes(now, value));
  const added = now.filter((value) => !includes(old, value));
  if (removed.length > 0) changes.add('narrowed', place, `enum loses ${removed.map(told).join(', ')}`);
  if (added.length > 0) changes.add('widened', place, `enum gains ${added.map(told).join(', ')}`);
};

interface Bound {
  readonly value: number;
  readonly open: boolean;
}

const bounds: readonly (readonly [
  keyword: string,
  exclusive: string | undefined,
  sign: 1 | -1,
  none: number,
])[] = [
  ['minimum', 'exclusiveMinimum', 1, Number.NEGATIVE_INFINITY],
  ['maximum', 'exclusiveMaximum', -1, Number.POSITIVE_INFINITY],
  ['minLength', undefined, 1, 0],
  ['maxLength', undefined, -1, Number.POSITIVE_INFINITY],
  ['minItems', undefined, 1, 0],
  ['maxItems', undefined, -1, Number.POSITIVE_INFINITY],
  ['minProperties', undefined, 1, 0],
  ['maxProperties', undefined, -1, Number.POSITIVE_INFINITY],
];

const limits: Compare = ([before, after], place, { changes }) => {
  for (const [keyword, exclusive, sign, none] of bounds) {
    const [old, now] = [before, after].map((schema) => boundOf(schema, keyword, exclusive, sign, none)) as [
      Bound,
      Bound,
    ];
    const order = sign * (now.value - old.value) || Number(now.open) - Number(old.open);
    // Of two that are infinite the difference is no number.
    if (Number.isNaN(order) || order === 0) continue;
    changes.add(
      order > 0 ? 'narrowed' : 'widened',
      place,
      `${keyword} ${boundText(old)} -> ${boundText(now)}`,
    );
  }
};

function boundOf(
  schema: FlatSchema,
  keyword: string,
  exclusive: string | undefined,
  sign: 1 | -1,
  none: number,
): Bound {
  const closed = typeof schema[keyword] === 'number' ? schema[keyword] : none;
  const open = exclusive === undefined ? undefined : schema[exclusive];
  if (typeof open !== 'number' || sign * open < sign * closed) return { value: closed, open: false };
  return typesOf(schema).includes('number')
    ? { value: open, open: true }
    : { value: open + sign, open: false };
}

function boundText({ value, open }: Bound): string {
  return Number.isFinite(value) ? `${value}${open ? ' (excluded)' : ''}` : 'none';
}

/** Keywords that either ask for something, or are not there. */
const demands = [
  'pattern',
  'format',
  'multipleOf',
  'uniqueItems',
  'contentEncoding',
  'contentMediaType',
  'unevaluatedProperties',
  'unevaluatedItems',
  'dependentRequired',
  'dependentSchemas',
  'contains',
  'not',
  'if',
  'then',
  'else',
  'allOf',
];

const others: Compare = ([before, after], place, { changes }) => {
  for (const keyword of demands) {
    const [old, now] = [before[keyword], after[keyword]].map((value) =>
      value === false ? undefined : value,
    );
    if (isDeepStrictEqual(old, now)) continue;
    const rule = old === undefined ? 'narrowed' : now === undefined ? 'widened' : 'changed';
    changes.add(rule, place, `${keyword} ${told(old)} -> ${told(now)}`);
  }
};

const annotations: Compare = ([before, after], place, { changes }) => {
  if (after.deprecated === true && before.deprecated !== true)
    changes.add('deprecated', place, 'is deprecated now');
  if (before.default !== undefined && !isDeepStrictEqual(before.default, after.default))
    changes.add('default-changed', place, `default ${told(before.default)} -> ${told(after.default)}`);
};

const properties: Compare = ([before, after], place, comparison, seen) => {
  const { changes } = comparison;
  const old = propertiesOf(before, place, comparison.before);
  const now = propertiesOf(after, place, comparison.after);
  for (const [name, property] of old) {
    const at = below(place, `.${name}`);
    const present = now.get(name);
    if (!present) {
      changes.add('property-removed', at, 'is gone');
      continue;
    }
    if (present.required && !property.required) changes.add('property-required', at, 'is required now');
    if (!present.required && property.required) changes.add('property-optional', at, 'is optional now');
    compareSchemas(property.schema, present.schema, at, comparison, seen);
  }
  for (const [name, property] of now) {
    if (old.has(name)) continue;
    const isDemanded = property.required && comparison.after.flat(property.schema).default === undefined;
    const rule = isDemanded ? 'required-property-added' : 'property-added';
    changes.add(rule, below(place, `.${name}`), isDemanded ? 'is new and required' : 'is new');
  }
};

interface Property {
  readonly schema: Json;
  readonly required: boolean;
}

/** Those that are seen in the direction, and those that are asked for without being described. */
function propertiesOf(schema: FlatSchema, { direction }: Place, schemas: Schemas): Map<string, Property> {
  const hidden = direction === 'request' ? 'readOnly' : 'writeOnly';
  const described = (schema.properties ?? {}) as JsonObject;
  const required = (schema.required ?? []) as string[];
  const names = new Set([...Object.keys(described), ...required]);
  return new Map(
    [...names]
      .map((name) => [name, { schema: described[name] ?? ANY, required: required.includes(name) }] as const)
      .filter(([, property]) => schemas.flat(property.schema)[hidden] !== true),
  );
}

const moreProperties: Compare = ([before, after], place, comparison, seen) => {
  const [old = true, now = true] = [before.additionalProperties, after.additionalProperties];
  if (now === false && old !== false)
    comparison.changes.add('properties-closed', place, 'takes no other properties any more');
  else if (old === false && now !== false)
    comparison.changes.add('properties-opened', place, 'has other properties now');
  else if (isObject(old) || isObject(now)) compareParts(old, now, below(place, '.*'), comparison, seen);
  const [patterns, nowPatterns] = [before.patternProperties ?? {}, after.patternProperties ?? {}] as [
    JsonObject,
    JsonObject,
  ];
  for (const pattern of new Set([...Object.keys(patterns), ...Object.keys(nowPatterns)]))
    compareParts(patterns[pattern], nowPatterns[pattern], below(place, `.{${pattern}}`), comparison, seen);
  compareParts(before.propertyNames, after.propertyNames, below(place, ' (names)'), comparison, seen);
};

const items: Compare = ([before, after], place, comparison, seen) => {
  const [first, nowFirst] = [listOf(before.prefixItems), listOf(after.prefixItems)];
  for (let index = 0; index < Math.max(first.length, nowFirst.length); index += 1) {
    const [old, now] = [first[index] ?? before.items, nowFirst[index] ?? after.items];
    compareParts(old, now, below(place, `[${index}]`), comparison, seen);
  }
  compareParts(before.items, after.items, below(place, '[]'), comparison, seen);
};

const comparisons: readonly Compare[] = [
  types,
  values,
  limits,
  others,
  annotations,
  properties,
  moreProperties,
  items,
];

function unionOf({ anyOf, oneOf }: FlatSchema): Json[] | undefined {
  const union = anyOf ?? oneOf;
  return Array.isArray(union) ? union : undefined;
}

/** Alternatives that are the same go together, then those that look alike; the rest came or went. */
const alternatives: Compare = ([before, after], place, comparison, seen) => {
  const old = alternativesOf(before, comparison.before);
  const now = alternativesOf(after, comparison.after);
  const likenesses: ((a: Alternative, b: Alternative) => boolean)[] = [
    (a, b) => a.name !== undefined && a.name === b.name,
    (a, b) => isDeepStrictEqual(a.schema, b.schema),
    (a, b) => signature(a.schema) === signature(b.schema),
    () => old.length === 1 && now.length === 1,
  ];
  for (const isLike of likenesses) {
    for (const one of [...old]) {
      const match = now.find((other) => isLike(one, other));
      if (!match) continue;
      old.splice(old.indexOf(one), 1);
      now.splice(now.indexOf(match), 1);
      const at = one.name !== undefined && one.name === match.name ? one.name : place.at;
      compareFlat([one.schema, match.schema], { ...place, at }, comparison, seen);
    }
  }
  for (const { schema, name } of old)
    comparison.changes.add(
      'alternative-removed',
      place,
      `loses the alternative ${name ?? signature(schema)}`,
    );
  for (const { schema, name } of now)
    comparison.changes.add('alternative-added', place, `gains the alternative ${name ?? signature(schema)}`);
};

interface Alternative {
  readonly schema: FlatSchema;
  readonly name?: string | undefined;
}

const unions = new WeakMap<FlatSchema, readonly Alternative[]>();

/** Those of a union, each with what stands beside it; else one for each type. */
function alternativesOf(schema: FlatSchema, schemas: Schemas): Alternative[] {
  const known = unions.get(schema);
  if (known) return [...known];
  const { anyOf, oneOf, ...base } = schema;
  const union = unionOf(schema);
  const shared = Object.keys(base).some(
    (keyword) => !['discriminator', 'description', 'title', 'default'].includes(keyword),
  );
  const made = union
    ? union.flatMap((one): Alternative[] => {
        const name = schemas.resolve(one).name;
        const flat = shared ? schemas.flat({ ...base, allOf: [one] } as JsonObject) : schemas.flat(one);
        if (name !== undefined || !unionOf(flat))
          return name === undefined ? byType(flat) : [{ schema: flat, name }];
        return alternativesOf(flat, schemas);
      })
    : byType(base as FlatSchema);
  unions.set(schema, made);
  return [...made];
}

function byType(schema: FlatSchema): Alternative[] {
  const list = listOf(schema.type);
  if (list.length < 2) return [{ schema }];
  return list.map((type) => ({ schema: { ...schema, type } }));
}

function signature(schema: FlatSchema): string {
  const kinds = typesOf(schema).join(' or ');
  const known = Object.entries((schema.properties ?? {}) as JsonObject).find(
    ([, property]) => isObject(property) && property.const !== undefined,
  );
  return known ? `${kinds} with ${known[0]} ${told((known[1] as JsonObject).const)}` : kinds;
}

function told(value: Json | undefined): string {
  if (value === undefined) return 'none';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
