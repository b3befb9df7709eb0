import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../parse-document.js';
import type { Compare } from './comparison.js';
import type { FlatSchema } from './flat-schema.js';
import { includes, told } from './json.js';
import { isWithin, typesOf } from './keywords.js';

/* What of a schema does not lead to others. */

export const types: Compare = ([before, after], at, { into }) => {
  const [old, now] = [typesOf(before), typesOf(after)];
  const kept = now.every((type) => isWithin(type, old));
  const covered = old.every((type) => isWithin(type, now));
  if (kept && covered) return;
  into.add(
    kept ? 'narrowed' : covered ? 'widened' : 'changed',
    at,
    `type ${told(before.type)} -> ${told(after.type)}`,
  );
};

export const values: Compare = ([before, after], at, { into }) => {
  const [old, now] = [before.enum, after.enum];
  if (!Array.isArray(old) || !Array.isArray(now)) {
    if (old === now) return;
    into.add(now ? 'narrowed' : 'widened', at, now ? `enum ${told(now)} is new` : 'enum is gone');
    return;
  }
  const removed = old.filter((value) => !includes(now, value));
  const added = now.filter((value) => !includes(old, value));
  if (removed.length > 0) into.add('narrowed', at, `enum loses ${removed.map(told).join(', ')}`);
  if (added.length > 0) into.add('widened', at, `enum gains ${added.map(told).join(', ')}`);
};

interface Bound {
  readonly value: number;
  readonly open: boolean;
}

/** One side of what is allowed; its exclusive form; which way is narrower; the value where it is not there. */
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
  ['minContains', undefined, 1, 1],
  ['maxContains', undefined, -1, Number.POSITIVE_INFINITY],
  ['minProperties', undefined, 1, 0],
  ['maxProperties', undefined, -1, Number.POSITIVE_INFINITY],
];

export const limits: Compare = ([before, after], at, { into }) => {
  for (const [keyword, exclusive, sign, none] of bounds) {
    const [old, now] = [before, after].map((schema) => boundOf(schema, keyword, exclusive, sign, none)) as [
      Bound,
      Bound,
    ];
    const order = sign * (now.value - old.value) || Number(now.open) - Number(old.open);
    // Of two that are infinite the difference is no number.
    if (Number.isNaN(order) || order === 0) continue;
    into.add(order > 0 ? 'narrowed' : 'widened', at, `${keyword} ${boundText(old)} -> ${boundText(now)}`);
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
  'dependentRequired',
];

export const others: Compare = ([before, after], at, { into }) => {
  for (const keyword of demands) {
    const [old, now] = [before[keyword], after[keyword]].map((value) =>
      value === false ? undefined : value,
    );
    if (isDeepStrictEqual(old, now)) continue;
    const isNarrower = old === undefined || (now !== undefined && fits(keyword, now, old));
    const isWider = now === undefined || (old !== undefined && fits(keyword, old, now));
    into.add(
      isNarrower ? 'narrowed' : isWider ? 'widened' : 'changed',
      at,
      `${keyword} ${told(old)} -> ${told(now)}`,
    );
  }
};

const widerFormats: Readonly<Record<string, string>> = { int32: 'int64', float: 'double' };

/** Whether all that fits the one fits the other. */
function fits(keyword: string, one: Json, other: Json): boolean {
  if (keyword === 'format') return widerFormats[String(one)] === other;
  // 0.2 is twice 0.1, but for the last digits.
  return keyword === 'multipleOf' && Math.abs(quotient(one, other) - Math.round(quotient(one, other))) < 1e-9;
}

function quotient(one: Json, other: Json): number {
  return Number(one) / Number(other);
}

export const annotations: Compare = ([before, after], at, { into }) => {
  const [old, now] = [before.deprecated === true, after.deprecated === true];
  if (now && !old) into.add('deprecated', at, 'is deprecated now');
  if (old && !now) into.add('undeprecated', at, 'is deprecated no more');
  if (isDeepStrictEqual(before.default, after.default)) return;
  into.add(
    before.default === undefined ? 'default-added' : 'default-changed',
    at,
    `default ${told(before.default)} -> ${told(after.default)}`,
  );
};
