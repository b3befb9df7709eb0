import type { Fault } from '../errors/index.js';
import type { ObjectSchema, Schema } from '../typebox.js';
import { compileWire } from './ajv.js';
import { checkedWire, perWire } from './checked-wire.js';
import { type ParameterReader, readerOf } from './coerce.js';
import { compileExplain } from './explain.js';
import { fault, faultsOf, type Source } from './faults.js';
import type { JSONSchema } from './json-schema.js';
import { MAX_DEPTH, sizeWithin } from './json-value.js';
import { wireName } from './naming.js';
import { once } from './once.js';
import type { Naming, UnknownProperties } from './options.js';
import { compileProject } from './project.js';
import { aliasesOf, isCommaSeparated, splitAtCommas } from './query-keywords.js';
import { compileQuickInput } from './quick/index.js';
import type { Wire } from './wire.js';
import { TooComplex, withinSteps } from './work.js';

export interface InputOptions {
  readonly source: Source;
  /** What the schema belongs to, for sentences about its mistakes. */
  readonly hint: string;
  readonly unknown?: UnknownProperties | undefined;
  readonly naming?: Naming | undefined;
  readonly partial?: boolean | undefined;
}

/** Checks one input of a request: what it returns is what the action gets; faults are added to the list. */
export type CheckInput = (raw: unknown, faults: Fault[]) => unknown;

/** What was sent under a name: a text, or several. */
export type Sent = string | string[];

/** What was sent, by name. A `Map` is one. */
export type Parameters = Pick<ReadonlyMap<string, Sent>, 'get' | 'keys'>;

/**
 * Prepares the check of a body. Mistakes of the schema are thrown now; the validator is compiled at its first use.
 *
 * @throws TypeError for a schema that JSON or JSON Schema has no form for.
 */
export function bodyInput(schema: Schema, options: InputOptions): CheckInput {
  const wire = wireOf(schema, options);
  const check = inputCheck(wire, options.source);
  return (raw, faults) => {
    if (raw === undefined) {
      faults.push(fault(options.source, [], 'a body is required', 'required'));
      return undefined;
    }
    const size = wire.unbounded ? sizeWithin(raw) : 0;
    if (size === undefined) {
      faults.push(fault(options.source, [], `must not nest deeper than ${MAX_DEPTH} levels`, 'maxDepth'));
      return undefined;
    }
    return check(raw, size, faults);
  };
}

/**
 * Prepares the check of path, query or header parameters, whose texts are read as the types of their schemas by
 * strict rules: `1e3`, ` 3` and `0x10` are no integers.
 *
 * @throws TypeError for a parameter that text has no form for.
 */
export function parameterInput(schema: Schema, options: InputOptions): CheckInput {
  const wire = wireOf(schema, options);
  const readers = readersOf(wire, schema, options);
  const named = [...readers];
  const check = inputCheck(wire, options.source);
  // There are always headers that are not the action's.
  const strict =
    options.source !== 'header' &&
    (options.unknown === 'forbid' || wire.schema.additionalProperties === false);
  return (raw, faults) => {
    const texts = raw as Parameters;
    const values: Record<string, unknown> = {};
    const found: Fault[] = [];
    for (const [name, reader] of named) {
      const sent = sentAs(reader.names, texts);
      if (sent === undefined) continue;
      if (reader.list) {
        const items = reader.split(typeof sent === 'string' ? [sent] : sent, reader.maxItems + 1);
        if (items.length > reader.maxItems) found.push(tooMany(options.source, name, reader.maxItems));
        else values[name] = items.map(reader.coerce);
      } else if (typeof sent === 'string') values[name] = reader.coerce(sent);
      else found.push(fault(options.source, [name], 'must be sent once', 'duplicate'));
    }
    if (strict) faults.push(...strangers(texts, readers, options.source));
    if (found.length > 0) {
      faults.push(...found);
      return undefined;
    }
    return check(values, 0, faults);
  };
}

/** What each visit of a recursive schema may cost, for each object and list of the value. */
const STEPS = 200;

const compiledInput = perWire((wire) => ({
  quick: compileQuickInput(wire),
  /** Knows what is wrong, and schemas that no code is generated for. */
  long: once(() => {
    const validate = compileWire(wire);
    return { validate, explain: compileExplain(wire, validate), project: compileProject(wire, 'in') };
  }),
}));

/** Checks a value of a known size and projects it; what takes too many steps for its size is refused. */
function inputCheck(wire: Wire, source: Source): (raw: unknown, size: number, faults: Fault[]) => unknown {
  const compiled = compiledInput(wire);
  const check = (raw: unknown, faults: Fault[]): unknown => {
    const { quick, long } = compiled();
    const copy = quick?.(raw);
    if (copy !== undefined) return copy;
    const { validate, explain, project } = long();
    if (validate(raw)) return project(raw);
    faults.push(...faultsOf(explain(raw), source));
    return undefined;
  };
  // Without recursion the work is as large as the schema and the value.
  if (!wire.unbounded) return (raw, _, faults) => check(raw, faults);
  return (raw, size, faults) => {
    try {
      return withinSteps(STEPS * (size + 10), () => check(raw, faults));
    } catch (error) {
      if (!(error instanceof TooComplex)) throw error;
      faults.push(fault(source, [], 'is too complex to be checked', 'complexity'));
      return undefined;
    }
  };
}

/** In the words of ajv. To read and to explain thousands of items would cost far more than the request. */
function tooMany(source: Source, name: string, maxItems: number): Fault {
  const items = maxItems === 1 ? 'item' : 'items';
  return fault(source, [name], `must NOT have more than ${maxItems} ${items}`, 'maxItems');
}

/** A list in a header is one text with commas, and empty members do not count (RFC 9110 section 5.6.1). */
function headerList(sent: readonly string[]): readonly string[] {
  return sent.flatMap((text) => text.split(',').map((item) => item.trim())).filter((item) => item !== '');
}

function asSent(sent: readonly string[]): readonly string[] {
  return sent;
}

function commaList(sent: readonly string[], most: number): readonly string[] {
  const items: string[] = [];
  for (const text of sent) {
    if (items.length >= most) break;
    items.push(...splitAtCommas(text, most - items.length));
  }
  return items;
}

/** A reader of a parameter by each of its names. */
interface NamedReader extends ParameterReader {
  readonly names: readonly string[];
  /** The most items that its list may have; `Infinity` where the schema does not say. */
  readonly maxItems: number;
  /** @param most So many items are enough. */
  readonly split: (sent: readonly string[], most: number) => readonly string[];
}

function sentAs(names: readonly string[], texts: Parameters): Sent | undefined {
  if (names.length === 1) return texts.get(names[0] as string);
  const sent = names.flatMap((name) => texts.get(name) ?? []);
  return sent.length > 1 ? sent : sent[0];
}

function strangers(texts: Parameters, readers: ReadonlyMap<string, NamedReader>, source: Source): Fault[] {
  const names = new Set([...readers.values()].flatMap((reader) => reader.names));
  const known = [...readers.keys()].join(', ') || 'none';
  return [...texts.keys()]
    .filter((name) => !names.has(name))
    .slice(0, 10)
    .map((name) =>
      fault(
        source,
        [name.slice(0, 64).toWellFormed()],
        `is not a known parameter (known: ${known})`,
        'unknown',
      ),
    );
}

function readersOf(
  wire: Wire,
  given: Schema,
  { source, hint, naming }: InputOptions,
): Map<string, NamedReader> {
  const properties = wire.schema.properties as Record<string, JSONSchema> | undefined;
  if (!properties) throw new TypeError(`The ${source} schema of ${hint} has to be a Type.Object({ ... }).`);
  const sources = wire.sources.get(wire.schema);
  const originals = (given as Partial<ObjectSchema>).properties ?? {};
  const readers = new Map<string, NamedReader>();
  for (const [name, schema] of Object.entries(properties)) {
    const reader = readerOf(schema, wire);
    if (typeof reader === 'string')
      throw new TypeError(`The ${source} parameter "${name}" of ${hint} ${reader}.`);
    const original = (originals[sources?.get(name) ?? name] ?? {}) as JSONSchema;
    const aliases = aliasesOf(original).map((alias) => wireName(alias, naming));
    const isHeader = source === 'header';
    readers.set(name, {
      ...reader,
      maxItems: typeof schema.maxItems === 'number' ? schema.maxItems : Number.POSITIVE_INFINITY,
      names: [name, ...aliases].map((text) => (isHeader ? text.toLowerCase() : text)),
      split: isHeader ? headerList : isCommaSeparated(original) ? commaList : asSent,
    });
  }
  return readers;
}

function wireOf(schema: Schema, { source, hint, unknown, naming, partial }: InputOptions): Wire {
  return checkedWire(schema, {
    mode: 'input',
    role: source,
    hint,
    // The names of headers are not the program's to choose.
    naming: source === 'header' ? 'as_is' : naming,
    unknown: source === 'body' ? unknown : undefined,
    partial,
    nameless: source !== 'body',
  });
}
