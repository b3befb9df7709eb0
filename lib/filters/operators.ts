import { type TSchema, Type } from '@sinclair/typebox';
import type { Condition, FieldPath, Scalar, TextMatch } from '../operations/index.js';
import { type Field, type FieldType, textOperand } from './field.js';

/** An operator of a parameter, as `ge` in `price__ge`. */
interface Operator {
  /** The fields that it is for. Default: all. */
  readonly takes?: Kinds;
  /** Whether it is several conditions, which in a list one member would have to fulfil together. */
  readonly joins?: boolean;
  /** The schema of the parameter. */
  operand(field: Field, maxItems: number): TSchema;
  condition(field: Field, operand: unknown): Condition;
  /** What a client reads of it. */
  readonly meaning: string;
}

/** Some kinds of fields, and how they are called. */
interface Kinds {
  readonly label: string;
  has(field: Field): boolean;
}

const orderedTypes = new Set<FieldType>(['string', 'integer', 'number', 'date-time', 'date']);
const ordered: Kinds = { label: 'texts, numbers and dates', has: ({ type }) => orderedTypes.has(type) };
const textual: Kinds = { label: 'texts that are no enums or UUIDs', has: ({ free }) => free };

function comparison(op: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge', meaning: string, takes?: Kinds): Operator {
  return {
    meaning,
    takes,
    operand: (field) => field.operand,
    condition: (field, operand) => ({ op, field: field.path, value: field.value(operand) }),
  };
}

function membership(op: 'in' | 'not_in', meaning: string): Operator {
  return {
    meaning,
    operand: (field, maxItems) => listOf(field.operand, { minItems: 1, maxItems }),
    condition: (field, operand) => ({ op, field: field.path, value: valuesOf(field, operand) }),
  };
}

function match(op: TextMatch['op'], ignoreCase: boolean, meaning: string): Operator {
  return {
    meaning: `${meaning}${ignoreCase ? ', without regard to case' : ''}`,
    takes: textual,
    operand: textOperand,
    condition: ({ path }, operand) => ({ op, field: path, value: operand as string, ignoreCase }),
  };
}

const isNull: Operator = {
  meaning: 'is null or absent, or is not',
  operand: () => Type.Boolean(),
  condition: ({ path }, operand) => ({ op: 'is_null', field: path, value: operand as boolean }),
};

const range: Operator = {
  meaning: 'from the first to the second value, both included',
  joins: true,
  takes: ordered,
  operand: (field) => listOf(field.operand, { minItems: 2, maxItems: 2 }),
  condition: (field, operand) => {
    const [least, most] = valuesOf(field, operand) as [Scalar, Scalar];
    return {
      op: 'and',
      conditions: [
        { op: 'ge', field: field.path, value: least },
        { op: 'le', field: field.path, value: most },
      ],
    };
  },
};

const le = comparison('le', 'at most', ordered);
const ge = comparison('ge', 'at least', ordered);
const contains = match('contains', false, 'contains');
const icontains = match('contains', true, 'contains');

/** The operators by name, with the names that they have in Django. */
export const operators = {
  eq: comparison('eq', 'equals'),
  ne: comparison('ne', 'does not equal'),
  lt: comparison('lt', 'less than', ordered),
  le,
  lte: le,
  gt: comparison('gt', 'greater than', ordered),
  ge,
  gte: ge,
  in: membership('in', 'is one of'),
  not_in: membership('not_in', 'is none of'),
  is_null: isNull,
  isnull: isNull,
  like: contains,
  contains,
  ilike: icontains,
  icontains,
  startswith: match('starts_with', false, 'starts with'),
  istartswith: match('starts_with', true, 'starts with'),
  endswith: match('ends_with', false, 'ends with'),
  iendswith: match('ends_with', true, 'ends with'),
  range,
} satisfies Readonly<Record<string, Operator>>;

export type OperatorName = keyof typeof operators;

export function operatorOf(name: string): Operator | undefined {
  return Object.hasOwn(operators, name) ? operators[name as OperatorName] : undefined;
}

/** The names of one operator. */
export function synonymsOf(name: string): string[] {
  return Object.keys(operators).filter((other) => other !== name && operatorOf(other) === operatorOf(name));
}

/** A list as it stands in a query: with commas, or repeated. */
export function listOf(
  items: TSchema,
  limits: { readonly minItems?: number; readonly maxItems: number },
): TSchema {
  return Type.Array(items, { ...limits, 'x-comma-separated': true });
}

function valuesOf(field: Field, operand: unknown): Scalar[] {
  return (operand as unknown[]).map((value) => field.value(value));
}

/** `price`, `category__name__like`: a parameter of a field, as Django writes it. */
export function parameterName(path: FieldPath, operator: string): string {
  const name = path.replaceAll('.', '__');
  return operator === 'eq' ? name : `${name}__${operator}`;
}
