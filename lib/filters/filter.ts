import { type TObject, type TProperties, Type } from '@sinclair/typebox';
import type { AbstractConstructor } from '../inference.js';
import { allOf, type FieldPath, type Operations } from '../operations/index.js';
import { aliasesOf, type Naming } from '../schema/index.js';
import type { ObjectSchema } from '../typebox.js';

/** How a list is cut into pages, and how its answer looks. */
export type Pagination = 'numbered' | 'token' | 'none';

/** The schema of query parameters whose values are of this type. */
export interface QuerySchema<Q> extends ObjectSchema {
  readonly static: Q;
}

/**
 * A filter: the query parameters that it takes, and the operations that it makes of them. All of it is static: a class, so that a
 * filter can be subclassed.
 *
 * ```ts
 * const Base = Filter(ModelFilter(Item, { price: ['ge', 'le'] }), PaginationFilter());
 * class ItemFilter extends Base {
 *   static override operations(query: QueryOf<typeof Base>) { ... super.operations(query) ... }
 * }
 * ```
 */
export type FilterClass<
  Q extends object = object,
  P extends Pagination = Pagination,
> = AbstractConstructor<object> & FilterStatics<Q, P>;

export interface FilterStatics<Q extends object = object, P extends Pagination = Pagination> {
  /** The query parameters, under the names of the program. */
  readonly schema: QuerySchema<Q>;
  readonly pagination: P;
  /** The parts that it was joined of, or itself. */
  readonly parts: readonly FilterPart[];
  /** What checked parameters ask for. */
  operations(query: Q): Operations;
}

/** The checked parameters of a filter. */
export type QueryOf<F> = F extends { operations(query: infer Q): Operations } ? Q : never;

/** What a part of a filter is made of. */
export interface FilterPart {
  /** What it is, for sentences. */
  readonly label: string;
  /** The parameters, as a client spells the names of fields in their values. */
  parameters(naming: Naming | undefined): TProperties;
  operations(query: Readonly<Record<string, unknown>>): Operations;
  readonly pagination?: Exclude<Pagination, 'none'> | undefined;
  /** What asks for several conditions by one value, which one member of a list would have to fulfil together. */
  readonly joins?: string | undefined;
  /** Fields that are checked against the schema of the view where it is mounted. */
  readonly uses?: readonly FieldUse[] | undefined;
  /** The fields that a client may choose from. */
  readonly selects?: readonly FieldPath[] | undefined;
  /** What page tokens are sealed with. */
  readonly secrets?: readonly string[] | undefined;
}

export interface FieldUse {
  readonly field: FieldPath;
  readonly for: 'sort' | 'search';
  /** Where the field is declared. Default: the schema of the view. */
  readonly schema?: ObjectSchema | undefined;
}

/** Joins filters: the parameters of all, the conditions ANDed. */
export function Filter<const F extends readonly FilterStatics[]>(
  ...filters: F
): FilterClass<Joined<F>, JoinedPagination<F>> {
  const joined = filterOf(filters.flatMap((filter) => partsOf(filter) ?? notAFilter(filter)));
  // What a subclass makes of its operations stays its own.
  const operations = (query: object): Operations => join(filters.map((filter) => filter.operations(query)));
  return Object.assign(joined, { operations }) as never;
}

type Joined<F extends readonly FilterStatics[]> = F extends readonly [
  infer First,
  ...infer Rest extends readonly FilterStatics[],
]
  ? QueryOf<First> & Joined<Rest>
  : object;

type JoinedPagination<F extends readonly FilterStatics[]> =
  Exclude<F[number]['pagination'], 'none'> extends never ? 'none' : Exclude<F[number]['pagination'], 'none'>;

function partsOf(filter: FilterStatics | null | undefined): readonly FilterPart[] | undefined {
  return filter?.parts;
}

function notAFilter(value: unknown): never {
  throw new TypeError(
    `Filter(...) takes filters, such as ModelFilter(Item, { name: ['eq'] }) and PaginationFilter(); it was given ${value === null ? 'null' : typeof value}.`,
  );
}

/** Makes a filter of its parts. */
export function filterOf<Q extends object, P extends Pagination>(
  parts: readonly FilterPart[],
): FilterClass<Q, P> {
  const paginations = parts.flatMap(({ pagination }) => pagination ?? []);
  if (paginations.length > 1) {
    throw new TypeError('A filter has one pagination: PaginationFilter() or TokenPaginationFilter().');
  }
  const statics = {
    schema: schemaOf(parts, undefined),
    pagination: paginations[0] ?? 'none',
    parts,
    operations: (query: Readonly<Record<string, unknown>>): Operations =>
      join(parts.map((part) => part.operations(query))),
  };
  return Object.assign(class {}, statics) as never;
}

function join(operations: readonly Operations[]): Operations {
  const sort = operations.flatMap((part) => part.sort ?? []);
  return {
    where: allOf(operations.map(({ where }) => where)),
    sort,
    fields: operations.find(({ fields }) => fields)?.fields,
    page: operations.find(({ page }) => page)?.page,
  };
}

/** The query parameters of parts. What is not declared is refused: a mistyped filter must not mean "everything". */
export function schemaOf(parts: readonly FilterPart[], naming: Naming | undefined): TObject {
  const properties: TProperties = {};
  const names = new Set<string>();
  for (const part of parts) {
    for (const [name, schema] of Object.entries(part.parameters(naming))) {
      for (const taken of [name, ...aliasesOf(schema)]) {
        if (names.has(taken)) {
          throw new TypeError(
            `Two parts of a filter have the parameter "${taken}": ${part.label} is the second one.`,
          );
        }
        names.add(taken);
      }
      properties[name] = schema;
    }
  }
  return Type.Object(properties, { additionalProperties: false });
}
