import { type TSchema, Type } from '@sinclair/typebox';
import { allOf, type Condition, isLogical } from '../operations/index.js';
import { aliasesOf, type Naming } from '../schema/index.js';
import type { ObjectSchema, Static } from '../typebox.js';
import { type Field, fieldAt, placeAt } from './field.js';
import { type FilterClass, type FilterPart, type FilterStatics, filterOf, schemaOf } from './filter.js';
import { checkCount } from './limits.js';
import { type OperatorName, operatorOf, operators, parameterName, synonymsOf } from './operators.js';
import { spelt } from './spelling.js';

export interface ModelFilterOptions {
  /** The longest list that `in` and `not_in` take. Default 100. */
  readonly maxItems?: number;
}

/** What may be compared: for each property its operators, and the same again for a property that is a relation. */
export type FilterFields<T> = {
  readonly [Name in keyof T]?: readonly OperatorName[] | RelationFields<T[Name]>;
};

type RelationFields<V> = FilterStatics | NestedFields<MemberOf<Exclude<V, null | undefined>>>;

type NestedFields<V> = V extends object ? FilterFields<V> : never;

/** A property that the schema does not have is a relation, with a filter of its own. */
export type UndeclaredFields<T, F> = {
  readonly [Name in Exclude<keyof F, keyof T>]: F[Name] extends FilterStatics
    ? F[Name]
    : 'This is no property of the schema: for a relation that it does not show give a ModelFilter(...).';
};

/**
 * Filters by fields: `ModelFilter(Item, { name: ['eq', 'ilike'], price: ['ge', 'le'], category: { name: ['eq'] } })` takes `name`,
 * `name__ilike`, `price__ge`, `price__le` and `category__name`. A relation that the schema does not show has a filter of its own:
 * `category: ModelFilter(Category, { name: ['eq'] })`.
 *
 * @throws TypeError for unknown fields and operators, for operators that a field can not have, and for fields that are `writeOnly`.
 */
export function ModelFilter<
  S extends ObjectSchema,
  const F extends FilterFields<Static<S>> & UndeclaredFields<Static<S>, F>,
>(
  schema: S,
  fields: F,
  { maxItems = 100 }: ModelFilterOptions = {},
): FilterClass<ModelQuery<Static<S>, F>, 'none'> {
  checkCount('maxItems', maxItems);
  const rows = rowsOf(schema, fields as unknown as FieldTable, maxItems, []);
  const filter: unknown = filterOf([modelPart(rows)]);
  return filter as never;
}

/** The query parameters of a `ModelFilter`. */
export type ModelQuery<T, F> = {
  readonly [Name in ModelParameter<T, F>['name']]?: Extract<ModelParameter<T, F>, { name: Name }>['value'];
};

/** Relations are followed for so many steps. */
type Deeper = [never, 0, 1, 2];

type ModelParameter<T, F, Depth extends number = 3> = {
  [Name in keyof F & string]: F[Name] extends readonly OperatorName[]
    ? FieldParameter<Name, ValueAt<T, Name>, F[Name][number]>
    : F[Name] extends { operations(query: infer Q): unknown }
      ? FilterParameter<Name, Q>
      : Depth extends 0
        ? never
        : Relation<Name, ModelParameter<ValueAt<T, Name>, F[Name], Deeper[Depth]>>;
}[keyof F & string];

type ValueAt<T, Name> = Name extends keyof T ? MemberOf<Exclude<T[Name], null | undefined>> : never;

type FilterParameter<Name extends string, Q> = {
  [Inner in keyof Q & string]: { name: `${Name}__${Inner}`; value: Exclude<Q[Inner], undefined> };
}[keyof Q & string];

type Relation<Name extends string, P> = P extends { name: infer Inner extends string; value: infer Value }
  ? { name: `${Name}__${Inner}`; value: Value }
  : never;

type MemberOf<V> = V extends readonly (infer Member)[] ? Member : V;

type FieldParameter<Name extends string, V, Op> = Op extends 'eq'
  ? { name: Name; value: V }
  : Op extends 'in' | 'not_in' | 'range'
    ? { name: `${Name}__${Op}`; value: readonly V[] }
    : Op extends 'is_null' | 'isnull'
      ? { name: `${Name}__${Op}`; value: boolean }
      : Op extends string
        ? { name: `${Name}__${Op}`; value: V }
        : never;

/** What `FilterFields` is without its types. */
type FieldTable = { readonly [name: string]: readonly string[] | FieldTable | FilterStatics };

/** What belongs to one condition: an operator of a field, or a relation with all that its filter takes. */
interface Row {
  readonly parameters: readonly Parameter[];
  /** None where the query asks for nothing, as an empty search does. */
  condition(query: Query): Condition | undefined;
  /** As that of `FilterPart`. */
  readonly joins?: string | undefined;
}

interface Parameter {
  readonly name: string;
  /** As a client spells the names of fields. */
  schema(naming: Naming | undefined): TSchema;
}

type Query = Readonly<Record<string, unknown>>;

function rowsOf(schema: ObjectSchema, table: FieldTable, maxItems: number, trail: readonly string[]): Row[] {
  const entries = Object.entries(table);
  if (entries.length === 0) {
    throw new TypeError(
      `${labelOf(trail)} compares no field: name at least one, as in { name: ['eq', 'in'] }.`,
    );
  }
  return entries.flatMap(([name, row]) => {
    const path = [...trail, name];
    if (isFilter(row)) return nested(schema, row, path);
    if (!Array.isArray(row)) {
      if (typeof row === 'object' && row !== null) return rowsOf(schema, row as FieldTable, maxItems, path);
      throw new TypeError(`${labelOf(path)} needs a list of operators, as in { ${name}: ['eq', 'in'] }.`);
    }
    const field = fieldAt(schema, path.join('.'));
    if (!field) {
      throw new TypeError(
        `${labelOf(path)} is no scalar property of the schema. A relation that the schema does not show has a filter of its own: ` +
          `{ ${name}: ModelFilter(Other, { ... }) }.`,
      );
    }
    if (field.writeOnly) throw new TypeError(secretOf(path));
    if (row.length === 0) {
      throw new TypeError(
        `${labelOf(path)} has no operators: name at least one, as in { ${name}: ['eq', 'in'] }.`,
      );
    }
    return row.map((operator) => comparison(field, operator as string, maxItems));
  });
}

function isFilter(row: unknown): row is FilterStatics {
  return typeof row === 'function' && 'parts' in row;
}

function comparison(field: Field, name: string, maxItems: number): Row {
  const operator = operatorOf(name);
  if (!operator) {
    throw new TypeError(
      `${labelOf([field.path])} has the unknown operator "${name}"; there are: ${Object.keys(operators).join(', ')}.`,
    );
  }
  if (operator.takes && !operator.takes.has(field)) {
    throw new TypeError(
      `${labelOf([field.path])} has the operator "${name}", which is for ${operator.takes.label}; its type is ${field.type}.`,
    );
  }
  if (operator.joins && field.many) {
    throw new TypeError(
      `${labelOf([field.path])} has the operator "${name}", which is not for lists: one member might be its lower bound, and another its upper.`,
    );
  }
  const operand = operator.operand(field, maxItems);
  const aliases = synonymsOf(name).map((synonym) => parameterName(field.path, synonym));
  // `name__eq` is spelt out by some clients.
  if (name === 'eq') aliases.push(`${parameterName(field.path, 'eq')}__eq`);
  const parameter: Parameter = {
    name: parameterName(field.path, name),
    schema: (naming) =>
      ({
        ...operand,
        description: [`\`${spelt(field.path, naming)}\` ${operator.meaning}.`, operand.description]
          .filter(Boolean)
          .join(' '),
        ...(aliases.length > 0 && { 'x-aliases': aliases }),
      }) as TSchema,
  };
  return {
    parameters: [parameter],
    condition: ({ [parameter.name]: value }) =>
      value === undefined ? undefined : operator.condition(field, value),
    joins: operator.joins ? `the operator "${name}"` : undefined,
  };
}

/** A filter of the entity that a relation leads to, as it stands below the relation. */
function nested(schema: ObjectSchema, filter: FilterStatics, path: readonly string[]): Row {
  const prefix = path.join('__');
  const relation = path.join('.');
  const other = filter.parts.find((part) => part.pagination ?? part.selects ?? isOrder(part));
  if (other) {
    throw new TypeError(`${labelOf(path)} has a filter with a ${other.label}, which makes no condition.`);
  }
  const place = placeAt(schema, relation);
  if (place?.writeOnly) throw new TypeError(secretOf(path));
  const joins = filter.parts.find((part) => part.joins)?.joins;
  if (place?.many && joins) {
    throw new TypeError(
      `${labelOf(path)} is a list, and has a filter with ${joins}, whose conditions might each hold for another member of it.`,
    );
  }
  // The view knows nothing of the schema that a relation leads to.
  for (const { field, schema: declared } of filter.parts.flatMap(({ uses = [] }) => uses)) {
    const searched = declared && fieldAt(declared, field);
    if (searched?.free && !searched.writeOnly) continue;
    throw new TypeError(
      `${labelOf(path)} has a filter that searches "${field}", which is no text of its schema: give it as SearchFilter([...], { schema }).`,
    );
  }
  const names = Object.keys(filter.schema.properties);
  return {
    parameters: names.map((inner) => ({
      name: `${prefix}__${inner}`,
      schema: (naming) => {
        const schema = schemaOf(filter.parts, naming).properties[inner] as TSchema;
        const aliases = aliasesOf(schema).map((alias) => `${prefix}__${alias}`);
        return { ...schema, ...(aliases.length > 0 && { 'x-aliases': aliases }) } as TSchema;
      },
    })),
    // Also where none of them is given: what a subclass adds holds for each request.
    condition: (query) => {
      const asked = names.flatMap((inner) => {
        const value = query[`${prefix}__${inner}`];
        return value === undefined ? [] : [[inner, value] as const];
      });
      const { where } = filter.operations(Object.fromEntries(asked));
      return where && below(relation, where);
    },
    joins,
  };
}

function isOrder({ uses }: FilterPart): boolean {
  return uses?.some((use) => use.for === 'sort') === true;
}

function below(path: string, condition: Condition): Condition {
  if (!isLogical(condition)) return { ...condition, field: `${path}.${condition.field}` };
  if (condition.op === 'not') return { op: 'not', condition: below(path, condition.condition) };
  return { op: condition.op, conditions: condition.conditions.map((inner) => below(path, inner)) };
}

function labelOf(path: readonly string[]): string {
  if (path.length === 0) return 'A ModelFilter';
  return `The field "${path.join('.')}" of a ModelFilter`;
}

/** By `password__startswith` anyone would have it in a few hundred requests. */
function secretOf(path: readonly string[]): string {
  return `${labelOf(path)} is writeOnly: who may ask for it finds out what it is.`;
}

function modelPart(rows: readonly Row[]): FilterPart {
  const parameters = rows.flatMap((row) => row.parameters);
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  if (byName.size < parameters.length) {
    throw new TypeError(
      'A ModelFilter has two parameters of one name: an operator is listed twice for a field.',
    );
  }
  return {
    label: 'ModelFilter',
    parameters: (naming) =>
      Object.fromEntries(parameters.map(({ name, schema }) => [name, Type.Optional(schema(naming))])),
    operations: (query) => ({
      // In the order of the filter, whatever that of the query is: a page token is bound to it.
      where: allOf(rows.map((row) => row.condition(query))),
    }),
    joins: rows.find((row) => row.joins)?.joins,
  };
}
