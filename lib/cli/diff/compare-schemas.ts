import type { Json } from '../parse-document.js';
import type { Place } from './changes.js';
import { annotations, limits, others, types, values } from './compare-values.js';
import { type Compare, type Comparison, isOpen, type Pair, type Walk } from './comparison.js';
import { Difference } from './difference.js';
import type { FlatSchema, Schemas } from './flat-schema.js';
import { listOf, membersOf, told } from './json.js';
import { isAnything, isWithin, typesOf } from './keywords.js';
import { alternativesOf, isUnion, matched } from './unions.js';

/** What clients send or are sent: all that differs between two schemas. */
export function compareSchemas(
  before: Json | undefined,
  after: Json | undefined,
  place: Place & { readonly at: string },
  comparison: Comparison,
): void {
  const { direction } = place;
  const into = new Difference();
  compareParts(before, after, place.at, { ...comparison, met: comparison.met[direction], direction, into });
  finish(comparison);
  for (const { rule, at, message } of into.all()) comparison.changes.add(rule, { ...place, at }, message);
}

function finish({ pending }: Pick<Walk, 'pending'>): void {
  for (let compare = pending.pop(); compare; compare = pending.pop()) compare();
}

/** A part that is not there is the schema of anything. */
function compareParts(before: Json | undefined, after: Json | undefined, at: string, walk: Walk): void {
  if (before === undefined && after === undefined) return;
  const [old, now] = [walk.before.resolve(before).name, walk.after.resolve(after).name];
  comparePair([walk.before.flat(before), walk.after.flat(after)], old, now, at, walk);
}

/** A change of a component is told once, and not for each place where it stands. */
function comparePair(
  pair: Pair,
  old: string | undefined,
  now: string | undefined,
  at: string,
  walk: Walk,
): void {
  if (old === undefined && now === undefined) {
    const { open: around } = walk;
    if (!isOpen(pair, walk)) compareFlat(pair, at, { ...walk, open: { pair, around } });
    return;
  }
  const [before, after] = pair;
  const known = walk.met.get(before) ?? new Map<FlatSchema, Difference>();
  walk.met.set(before, known);
  const met = known.get(after);
  const difference = met ?? new Difference();
  walk.into.leadTo(difference);
  if (met) return;
  known.set(after, difference);
  const label = old === now ? (old as string) : at;
  walk.pending.push(() => compareFlat(pair, label, { ...walk, into: difference, open: undefined }));
}

function compareFlat(pair: Pair, at: string, walk: Walk): void {
  const [before, after] = pair;
  annotations(pair, at, walk);
  if (isAnything(before) || isAnything(after)) {
    if (!isAnything(before)) walk.into.add('widened', at, `${told(before)} -> anything`);
    if (!isAnything(after)) walk.into.add('narrowed', at, `anything -> ${told(after)}`);
    return;
  }
  discriminators(pair, at, walk);
  if (isUnion(before) || isUnion(after)) {
    alternatives(pair, at, walk);
    return;
  }
  const [old, now] = [typesOf(before), typesOf(after)];
  const common = old.filter((type) => isWithin(type, now) || now.some((other) => isWithin(other, [type])));
  // Of two lists with values in common all is told by these.
  if (common.length === 0 || before.enum === undefined || after.enum === undefined) types(pair, at, walk);
  // Of a text and an object there is nothing more to compare.
  if (common.length === 0) return;
  for (const compare of [values, limits, others, conditions]) compare(pair, at, walk);
  if (common.includes('object')) for (const compare of [properties, moreProperties]) compare(pair, at, walk);
  if (common.includes('array')) items(pair, at, walk);
}

const properties: Compare = ([before, after], at, walk) => {
  const { into } = walk;
  const [old, now] = [propertiesOf(before, walk, walk.before), propertiesOf(after, walk, walk.after)];
  for (const [name, property] of old) {
    const below = `${at}.${name}`;
    const present = now.get(name);
    if (!present) {
      const isHidden = Object.hasOwn(membersOf(after.properties), name);
      into.add('property-removed', below, isHidden ? `is ${hiddenIn(walk)} now` : 'is gone');
      continue;
    }
    if (present.required && !property.required) into.add('property-required', below, 'is required now');
    if (!present.required && property.required) into.add('property-optional', below, 'is optional now');
    compareParts(property.schema, present.schema, below, walk);
  }
  for (const [name, { required }] of now) {
    if (old.has(name)) continue;
    const rule = required ? 'required-property-added' : 'property-added';
    into.add(rule, `${at}.${name}`, required ? 'is new and required' : 'is new');
  }
};

interface Property {
  readonly schema: Json;
  readonly required: boolean;
}

/** Those that are seen in the direction, and those that are asked for without being described. */
function propertiesOf(schema: FlatSchema, walk: Walk, schemas: Schemas): Map<string, Property> {
  const described = new Map(Object.entries(membersOf(schema.properties)));
  const required = new Set(listOf(schema.required).map(String));
  const all = new Map<string, Property>();
  for (const name of new Set([...described.keys(), ...required])) {
    const property = described.get(name) ?? {};
    const flat = schemas.flat(property);
    if (flat[hiddenIn(walk)] === true) continue;
    // What has a default may be left out by who sends it.
    const isFilled = walk.direction === 'request' && flat.default !== undefined;
    all.set(name, { schema: property, required: required.has(name) && !isFilled });
  }
  return all;
}

function hiddenIn({ direction }: Walk): 'readOnly' | 'writeOnly' {
  return direction === 'request' ? 'readOnly' : 'writeOnly';
}

const moreProperties: Compare = ([before, after], at, walk) => {
  for (const keyword of ['additionalProperties', 'unevaluatedProperties']) {
    const [old = true, now = true] = [before[keyword], after[keyword]];
    if (now === false && old !== false)
      walk.into.add('properties-closed', at, 'takes no other properties any more');
    else if (old === false && now !== false)
      walk.into.add('properties-opened', at, 'has other properties now');
    else compareParts(old, now, `${at}.*`, walk);
  }
  compareMembers(before.patternProperties, after.patternProperties, (pattern) => `${at}.{${pattern}}`, walk);
  compareParts(before.propertyNames, after.propertyNames, `${at} (names)`, walk);
};

/** Schemas by name, of which one that is not there lets anything pass. */
function compareMembers(
  before: Json | undefined,
  after: Json | undefined,
  at: (name: string) => string,
  walk: Walk,
): void {
  const [old, now] = [membersOf(before), membersOf(after)].map((all) => new Map(Object.entries(all))) as [
    Map<string, Json>,
    Map<string, Json>,
  ];
  for (const name of new Set([...old.keys(), ...now.keys()]))
    compareParts(old.get(name), now.get(name), at(name), walk);
}

const items: Compare = ([before, after], at, walk) => {
  const [first, nowFirst] = [listOf(before.prefixItems), listOf(after.prefixItems)];
  for (let index = 0; index < Math.max(first.length, nowFirst.length); index += 1)
    compareParts(first[index] ?? before.items, nowFirst[index] ?? after.items, `${at}[${index}]`, walk);
  compareParts(before.items, after.items, `${at}[]`, walk);
  compareParts(before.unevaluatedItems, after.unevaluatedItems, `${at}[] (more)`, walk);
  compareParts(before.contains, after.contains, `${at} (contains)`, walk);
};

const conditions: Compare = ([before, after], at, walk) => {
  compareParts(before.contentSchema, after.contentSchema, `${at} (content)`, walk);
  compareMembers(before.dependentSchemas, after.dependentSchemas, (name) => `${at} (with ${name})`, walk);
  for (const keyword of ['not', 'if']) whole(before[keyword], after[keyword], keyword, at, walk);
  if (before.if !== undefined && after.if !== undefined)
    for (const keyword of ['then', 'else'])
      compareParts(before[keyword], after[keyword], `${at} (${keyword})`, walk);
  // What could not be put together.
  const [old, now] = [listOf(before.allOf), listOf(after.allOf)];
  for (let index = 0; index < Math.max(old.length, now.length); index += 1)
    whole(old[index], now[index], 'allOf', at, walk);
};

/** Where it can not be said which of two lets more pass. */
function whole(
  before: Json | undefined,
  after: Json | undefined,
  keyword: string,
  at: string,
  walk: Walk,
): void {
  if (before !== undefined && after !== undefined) {
    const into = new Difference();
    compareParts(before, after, at, { ...walk, into });
    finish(walk);
    if (!into.all().next().done) walk.into.add('changed', at, `${keyword} ${told(before)} -> ${told(after)}`);
  } else if (before !== undefined || after !== undefined)
    walk.into.add(
      before === undefined ? 'narrowed' : 'widened',
      at,
      `${keyword} ${told(before)} -> ${told(after)}`,
    );
}

const alternatives: Compare = ([before, after], at, walk) => {
  const { both, removed, added } = matched(
    alternativesOf(before, walk.before),
    alternativesOf(after, walk.after),
  );
  for (const [old, now] of both) comparePair([old.schema, now.schema], old.name, now.name, at, walk);
  for (const { name, kind } of removed)
    walk.into.add('alternative-removed', at, `loses the alternative ${name ?? kind}`);
  for (const { name, kind } of added)
    walk.into.add('alternative-added', at, `gains the alternative ${name ?? kind}`);
};

/** The property by which alternatives are told apart, and those of a schema that has no union. */
const discriminators: Compare = ([before, after], at, walk) => {
  const [{ propertyName: old }, { propertyName: now }] = [before, after].map(({ discriminator }) =>
    membersOf(discriminator),
  ) as [Record<string, Json>, Record<string, Json>];
  if (old !== undefined && now !== undefined && old !== now)
    walk.into.add(
      'discriminator-changed',
      at,
      `alternatives are told apart by ${told(now)}, not by ${told(old)}`,
    );
  if (isUnion(before) || isUnion(after)) return;
  const [heirs, nowHeirs] = [new Map(walk.before.heirsOf(before)), new Map(walk.after.heirsOf(after))];
  if (heirs.size === 0 || nowHeirs.size === 0) return;
  for (const [value, heir] of heirs) {
    const present = nowHeirs.get(value);
    if (present) compareParts(heir, present, `${at} (${value})`, walk);
    else walk.into.add('alternative-removed', at, `loses the alternative ${told(value)}`);
  }
  for (const value of nowHeirs.keys())
    if (!heirs.has(value)) walk.into.add('alternative-added', at, `gains the alternative ${told(value)}`);
};
