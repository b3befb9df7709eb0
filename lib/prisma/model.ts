import type { FieldPath } from '../operations/index.js';

/** What Prisma does not tell at run time about a model, and its queries depend on. */
export interface PrismaModel {
  /**
   * The fields that may be null, and the relations to one that may lead to nothing, as paths: `['price', 'category',
   * 'category.note', 'tags.label']`. Prisma refuses tests for null on all others, and drops null from negations.
   */
  readonly nullable: readonly FieldPath[];
  /** The relations that paths lead through, each as a path: `{ category: 'one', 'category.parent': 'one', tags: 'many' }`. Default: none. */
  readonly relations?: Readonly<Record<FieldPath, 'one' | 'many'>>;
  /**
   * The database. SQLite has no text matches here, as Prisma leaves `%` and `_` in them to mean anything, and their case
   * is ignored; a filter with one is a TypeError. Default `postgresql`.
   */
  readonly provider?: 'postgresql' | 'sqlite';
  /** The types of the fields by path, such as `Int`, as far as they are known. A repository asks its delegate for them. */
  readonly types?: Readonly<Record<FieldPath, string>>;
}

/** A path, taken apart and held against the model. */
export interface ResolvedPath {
  readonly relations: readonly {
    readonly name: string;
    readonly kind: 'one' | 'many';
    readonly nullable: boolean;
  }[];
  readonly name: string;
  readonly nullable: boolean;
  /** The type that Prisma has for the field, where it is known. */
  readonly type: string | undefined;
}

/** Prisma takes these for operators beside the names of fields. */
const operators = new Set(['AND', 'OR', 'NOT']);

/**
 * @throws TypeError when the path leads through what is no relation, or ends in what is no field.
 */
export function resolvePath(field: FieldPath, model: PrismaModel): ResolvedPath {
  const path = findPath(field, model);
  if (path instanceof TypeError) throw path;
  return path;
}

/** The same, or what is wrong with the path. */
export function findPath(
  field: FieldPath,
  { nullable, relations = {}, types }: PrismaModel,
): ResolvedPath | TypeError {
  const names = typeof field === 'string' ? field.split('.') : [];
  const last = names.at(-1);
  if (last === undefined || names.some((name) => !isPlainName(name))) {
    // The name may come from outside, so that it is not repeated.
    return new TypeError('A field was asked for that is none: expected names of Prisma, joined by dots.');
  }
  const steps: ResolvedPath['relations'][number][] = [];
  for (const [index, name] of names.slice(0, -1).entries()) {
    const path = names.slice(0, index + 1).join('.');
    const kind = Object.hasOwn(relations, path) ? relations[path] : undefined;
    if (!kind) {
      return new TypeError(
        'A path leads through what is no relation: name it in `relations`, as "one" or "many".',
      );
    }
    steps.push({ name, kind, nullable: nullable.includes(path) });
  }
  const type = types && Object.hasOwn(types, field) ? types[field] : undefined;
  if (types && steps.length === 0 && type === undefined) {
    return new TypeError('A field was asked for that the model of Prisma does not have.');
  }
  return { relations: steps, name: last, nullable: nullable.includes(field), type };
}

export function isPlainName(name: string): boolean {
  return /^[A-Za-z]\w*$/.test(name) && !operators.has(name);
}
