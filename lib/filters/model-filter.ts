import { type TSchema, Type } from '@sinclair/typebox';
import { allOf, type Condition, isLogical } from '../operations/index.js';
import { aliasesOf, type Naming } from '../schema/index.js';
import type { ObjectSchema, Static } from '../typebox.js';
import { type Field, fieldAt } from './field.js';
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
 * @throws TypeError for unknown fields and operators, and for operators that a field can not have.
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
  const parameters = parametersOf(schema, fields as unknown as FieldTable, maxItems, []);
  const filter: unknown = filterOf([modelPart(parameters)]);
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

interface Parameter {
  readonly name: string;
  /** As a client spells the names of fields. */
  schema(naming: Naming | undefined): TSchema;
  /** None where the value asks for nothing, as an empty search does. */
  condition(operand: unknown): Condition | undefined;
}

function parametersOf(
  schema: ObjectSchema,
  table: FieldTable,
  maxItems: number,
  trail: readonly string[],
): Parameter[] {
  return Object.entries(table).flatMap(([name, row]) => {
    const path = [...trail, name];
    if (isFilter(row)) return nested(row, path);
    if (!Array.isArray(row)) {
      if (typeof row === 'object' && row !== null)
        return parametersOf(schema, row as FieldTable, maxItems, path);
      throw new TypeError(`${labelOf(path)} needs a list of operators, as in { ${name}: ['eq', 'in'] }.`);
    }
    const field = fieldAt(schema, path.join('.'));
    if (!field) {
      throw new TypeError(
        `${labelOf(path)} is no scalar property of the schema. A relation that the schema does not show has a filter of its own: ` +
          `{ ${name}: ModelFilter(Other, { ... }) }.`,
      );
    }
    return row.map((operator) => parameterOf(field, operator as string, maxItems));
  });
}

function isFilter(row: unknown): row is FilterStatics {
  return typeof row === 'function' && 'parts' in row;
}

function parameterOf(field: Field, name: string, maxItems: number): Parameter {
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
  const operand = operator.operand(field, maxItems);
  const aliases = synonymsOf(name).map((synonym) => parameterName(field.path, synonym));
  // `name__eq` is spelt out by some clients.
  if (name === 'eq') aliases.push(`${parameterName(field.path, 'eq')}__eq`);
  return {
    name: parameterName(field.path, name),
    schema: (naming) =>
      ({
        ...operand,
        description: [`\`${spelt(field.path, naming)}\` ${operator.meaning}.`, operand.description]
          .filter(Boolean)
          .join(' '),
        ...(aliases.length > 0 && { 'x-aliases': aliases }),
      }) as TSchema,
    condition: (value) => operator.condition(field, value),
  };
}

/** A filter of the entity that a relation leads to, as it stands below the relation. */
function nested(filter: FilterStatics, path: readonly string[]): Parameter[] {
  const prefix = path.join('__');
  const other = filter.parts.find((part) => part.pagination ?? part.selects ?? isOrder(part));
  if (other) {
    throw new TypeError(`${labelOf(path)} has a filter with a ${other.label}, which makes no condition.`);
  }
  // The view knows nothing of the schema that a relation leads to.
  for (const { field, schema } of filter.parts.flatMap(({ uses = [] }) => uses)) {
    if (schema && fieldAt(schema, field)?.free) continue;
    throw new TypeError(
      `${labelOf(path)} has a filter that searches "${field}", which is no text of its schema: give it as SearchFilter([...], { schema }).`,
    );
  }
  return Object.keys(filter.schema.properties).map((inner) => {
    return {
      name: `${prefix}__${inner}`,
      schema: (naming) => {
        const schema = schemaOf(filter.parts, naming).properties[inner] as TSchema;
        const aliases = aliasesOf(schema).map((alias) => `${prefix}__${alias}`);
        return { ...schema, ...(aliases.length > 0 && { 'x-aliases': aliases }) } as TSchema;
      },
      condition: (value) => {
        const { where } = filter.operations({ [inner]: value });
        return where && below(path.join('.'), where);
      },
    };
  });
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
  return `The field "${path.join('.')}" of a ModelFilter`;
}

function modelPart(parameters: readonly Parameter[]): FilterPart {
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
      where: allOf(
        parameters.map(({ name, condition }) =>
          query[name] === undefined ? undefined : condition(query[name]),
        ),
      ),
    }),
  };
}
