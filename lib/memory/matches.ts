import type {
  Comparison,
  Condition,
  FieldCondition,
  Membership,
  Scalar,
  TextMatch,
} from '../operations/index.js';
import { pathReader } from './paths.js';
import { compareValues, instantOf, isAbsent } from './values.js';

/** Whether something holds for an entity, or for one value of it. */
type Test<Value> = (value: Value) => boolean;

/**
 * A condition as a function of entities: plain objects or instances of classes, whose getters count as fields. Fields of
 * another type than the value they are compared with differ from it.
 *
 * @throws TypeError for an operator that is not one of `Condition`.
 */
export function matches(condition: Condition): Test<object> {
  switch (condition.op) {
    case 'and': {
      const tests = condition.conditions.map(matches);
      return (entity) => tests.every((test) => test(entity));
    }
    case 'or': {
      const tests = condition.conditions.map(matches);
      return (entity) => tests.some((test) => test(entity));
    }
    case 'not': {
      const test = matches(condition.condition);
      return (entity) => !test(entity);
    }
    default:
      return matchesField(condition);
  }
}

function matchesField(condition: FieldCondition): Test<object> {
  const read = pathReader(condition.field);
  const { test, negated } = testOf(condition);
  return (entity) => {
    const value = read(entity);
    const holds = Array.isArray(value) ? value.some(test) : test(value);
    return holds !== negated;
  };
}

/** What has to hold for one value, or for none where it is negated. No test holds for null. */
function testOf(condition: FieldCondition): { test: Test<unknown>; negated: boolean } {
  switch (condition.op) {
    case 'ne':
      return { test: comparison('eq', condition.value), negated: true };
    case 'eq':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      return { test: comparison(condition.op, condition.value), negated: false };
    case 'in':
    case 'not_in':
      return { test: membership(condition), negated: condition.op === 'not_in' };
    case 'is_null':
      return { test: (value) => !isAbsent(value), negated: condition.value };
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return { test: textMatch(condition), negated: false };
    default:
      throw new TypeError(
        'A condition has an operator that is none of eq, ne, lt, le, gt, ge, in, not_in, is_null, \
contains, starts_with, ends_with, and, or, not.',
      );
  }
}

const orders: Record<Exclude<Comparison['op'], 'ne'>, Test<number>> = {
  eq: (order) => order === 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
};

function comparison(op: keyof typeof orders, value: Scalar): Test<unknown> {
  const holds = orders[op];
  return (own) => {
    const order = compareValues(own, value);
    return order !== undefined && holds(order);
  };
}

/** By hash, so that long lists cost no more than short ones. */
function membership({ value: members }: Membership): Test<unknown> {
  const plain = new Set(members.map(identityOf));
  const dates = new Set(members.filter((member) => member instanceof Date).map(instantOf));
  const instants = new Set(members.map(instantOf).filter((instant) => !Number.isNaN(instant)));
  return (own) => {
    if (own instanceof Date) return instants.has(own.getTime());
    return (!isAbsent(own) && plain.has(identityOf(own))) || (dates.size > 0 && dates.has(instantOf(own)));
  };
}

/** One value for all that are equal: a bigint, or the number that it is. */
function identityOf(value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return BigInt(number) === value ? number : value;
}

function textMatch({ op, value, ignoreCase }: TextMatch): Test<unknown> {
  const fold = ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text;
  const part = fold(value);
  const texts: Record<TextMatch['op'], Test<string>> = {
    contains: (text) => fold(text).includes(part),
    starts_with: (text) => fold(text).startsWith(part),
    ends_with: (text) => fold(text).endsWith(part),
  };
  const test = texts[op];
  return (own) => typeof own === 'string' && test(own);
}
