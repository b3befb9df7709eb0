import { UniqueViolation } from '../repository/index.js';
import {
  brokenReference,
  brokenRule,
  incomparable,
  missingValue,
  RefusedValue,
} from '../repository/refusal.js';

interface Model {
  readonly key: readonly string[];
  readonly fields: readonly string[];
  readonly constraints: Readonly<Record<string, readonly string[]>>;
}

/** Too long, out of range, or of another type than the field: https://www.prisma.io/docs/orm/reference/error-reference */
const impossible = new Set<unknown>(['P2000', 'P2005', 'P2006', 'P2007', 'P2020', 'P2033']);
const missing = new Set<unknown>(['P2011', 'P2012']);
const references = new Set<unknown>(['P2003', 'P2014']);

/** What a write has failed with, as the views know it: a `UniqueViolation`, a 400 or a 409, or the error as it is. */
export function translatedWrite(error: unknown, model: Model): unknown {
  const code = codeOf(error);
  if (code === 'P2002') return new UniqueViolation(violatedFields(error, model), { cause: error });
  if (references.has(code)) return brokenReference(error);
  if (missing.has(code)) return missingValue(namedFields(error, model), error);
  if (isImpossible(error))
    return new RefusedValue(undefined, { fields: namedFields(error, model), cause: error });
  return code === 'P2004' || databaseCodeOf(error) === '23514' ? brokenRule(error) : error;
}

/** What a read has failed with: a 400 where a value was asked for that the type of the field can not hold. */
export function translatedRead(error: unknown): unknown {
  return isImpossible(error) ? incomparable(error) : error;
}

export function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | null | undefined)?.code;
}

function isImpossible(error: unknown): boolean {
  const code = codeOf(error);
  // The code for data that is inconsistent is also that of a text that is no UUID.
  if (code === 'P2023')
    return /Error creating UUID|Malformed ObjectID/.test(String((error as Error).message));
  return impossible.has(code) || /^22(?:00[1378]|P02|021)$/.test(String(databaseCodeOf(error)));
}

/** The code of PostgreSQL, where Prisma has none of its own. */
function databaseCodeOf(error: unknown): unknown {
  const thrown = error as
    | { readonly meta?: Meta; readonly cause?: Cause; readonly message?: unknown }
    | null
    | undefined;
  const cause = thrown?.meta?.driverAdapterError?.cause ?? thrown?.cause;
  if (cause?.originalCode !== undefined) return cause.originalCode;
  // The engines of Prisma 6 and before have it in a message: `PostgresError { code: "23514", ...`.
  return /PostgresError \{ code: "(\w{5})"/.exec(String(thrown?.message))?.[1];
}

/** The fields that the error names as those whose value it is about. */
function namedFields(error: unknown, { fields }: Model): string[] {
  const meta = (error as { meta?: Meta }).meta;
  const cause = meta?.driverAdapterError?.cause;
  const names = [meta?.column_name, meta?.constraint, cause?.constraint?.fields, cause?.column].flat();
  return fields.filter((field) => names.includes(field) || names.includes(`"${field}"`));
}

/**
 * The fields that an error P2002 of Prisma is about; none where it does not tell. The engines of Prisma 6 and before have
 * them in `meta.target`, and driver adapters name them, or the index, deep inside.
 */
function violatedFields(error: unknown, model: Model): readonly string[] {
  const meta = (error as { meta?: Meta }).meta;
  const constraint = meta?.driverAdapterError?.cause?.constraint;
  const target = meta?.target ?? constraint?.fields ?? constraint?.index;
  if (Array.isArray(target)) return target.map((name) => String(name).replaceAll('"', ''));
  if (typeof target !== 'string') return [];
  if (Object.hasOwn(model.constraints, target)) return model.constraints[target] ?? [];
  if (target.endsWith('_pkey')) return model.key;
  const names = /^(.*)_key$/.exec(target)?.[1];
  return names === undefined ? [] : fieldsIn(names, model.fields);
}

interface Meta {
  readonly target?: unknown;
  readonly column_name?: unknown;
  readonly constraint?: unknown;
  readonly driverAdapterError?: { readonly cause?: Cause };
}

interface Cause {
  readonly originalCode?: unknown;
  readonly column?: unknown;
  readonly constraint?: { readonly fields?: unknown; readonly index?: unknown };
}

/** Which fields a name ends in, after that of a table: `Item_tenant_name` in `tenant` and `name`; as many as there are. */
function fieldsIn(name: string, fields: readonly string[]): readonly string[] {
  // The longest first: `name_short` is no `short`.
  const last = fields.filter((field) => name.endsWith(`_${field}`)).sort((a, b) => b.length - a.length)[0];
  return last === undefined ? [] : [...fieldsIn(name.slice(0, -last.length - 1), fields), last];
}
