import type { FieldPath, Sort } from '../operations/index.js';
import { findPath, isPlainName, type PrismaModel, resolvePath } from './model.js';

/** One step of the `orderBy` of a query of Prisma. */
export type PrismaOrderBy = Readonly<Record<string, unknown>>;

/** The `select` of a query of Prisma. */
export interface PrismaSelect {
  readonly [field: string]: true | { readonly select: PrismaSelect };
}

/**
 * The `orderBy` of a list. PostgreSQL has null where it is to be; SQLite is told, which Prisma takes for fields that may
 * be null only.
 *
 * @throws TypeError when a path does not fit the model, or leads through a relation to many, or on SQLite through one
 * that may lead to nothing.
 */
export function toPrismaOrderBy(sort: readonly Sort[], model: PrismaModel): PrismaOrderBy[] {
  return sort.map(({ field, direction }) => {
    const { relations, name, nullable } = resolvePath(field, model);
    if (relations.some(({ kind }) => kind === 'many')) {
      throw new TypeError('A list cannot be sorted by a path through a relation to many.');
    }
    const sqlite = model.provider === 'sqlite';
    if (sqlite && !nullable && relations.some((relation) => relation.nullable)) {
      throw new TypeError(
        'Prisma cannot sort by a relation that may lead to nothing, with that last, on SQLite.',
      );
    }
    const order: unknown =
      sqlite && nullable ? { sort: direction, nulls: direction === 'asc' ? 'last' : 'first' } : direction;
    return relations.reduceRight<PrismaOrderBy>((inner, relation) => ({ [relation.name]: inner }), {
      [name]: order,
    });
  });
}

/**
 * The `select` of fields, and of fields of relations. Where a relation is asked for as a whole, it is: with its own
 * fields, and none of its relations. None where one of the fields is none of the model, as far as that is known: an extension of
 * the client may make it of any others, so that all are needed.
 */
export function toPrismaSelect(fields: readonly FieldPath[], model: PrismaModel): PrismaSelect | undefined {
  type Tree = Map<string, Tree | true>;
  const tree: Tree = new Map();
  for (const field of fields) {
    const isRelation = Object.hasOwn(model.relations ?? {}, field) && field.split('.').every(isPlainName);
    if (!isRelation && findPath(field, model) instanceof TypeError) return undefined;
    const names = field.split('.');
    let at: Tree = tree;
    for (const [index, name] of names.entries()) {
      const known = at.get(name);
      if (known === true) break;
      if (index === names.length - 1) {
        at.set(name, true);
      } else {
        const inner: Tree = known ?? new Map();
        at.set(name, inner);
        at = inner;
      }
    }
  }
  const selectOf = (branch: Tree): PrismaSelect =>
    Object.fromEntries(
      [...branch].map(([name, inner]) => [name, inner === true || { select: selectOf(inner) }]),
    );
  return selectOf(tree);
}
