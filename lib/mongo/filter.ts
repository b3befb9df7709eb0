import type { Condition, FieldCondition, TextMatch } from '../operations/index.js';
import { encodeValue, type MongoMapping, toMongoPath } from './names.js';

/** A filter of MongoDB: plain data, in which values are operands of `$eq` and its like only. */
export type MongoFilter = Readonly<Record<string, unknown>>;

/**
 * The filter of a condition. Null and absent are the same, and a path through arrays holds for one member, as MongoDB
 * has it. Texts are compared by code points, unless the collection has a collation.
 *
 * @throws TypeError when a field is not allowed, or a value is no scalar.
 */
export function toMongoFilter(condition: Condition | undefined, mapping: MongoMapping = {}): MongoFilter {
  if (!condition) return {};
  switch (condition.op) {
    case 'and':
      return condition.conditions.length > 0
        ? { $and: condition.conditions.map((part) => toMongoFilter(part, mapping)) }
        : {};
    case 'or':
      return condition.conditions.length > 0
        ? { $or: condition.conditions.map((part) => toMongoFilter(part, mapping)) }
        : nothing;
    case 'not':
      return { $nor: [toMongoFilter(condition.condition, mapping)] };
    default:
      return ofField(condition, mapping);
  }
}

/** Holds for no document. */
const nothing: MongoFilter = { _id: { $in: [] } };

const comparisons = { lt: '$lt', le: '$lte', gt: '$gt', ge: '$gte' } as const;

function ofField(condition: FieldCondition, mapping: MongoMapping): MongoFilter {
  const { op, field } = condition;
  const path = toMongoPath(field, mapping);
  switch (op) {
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge': {
      const value = encodeValue(field, condition.value, mapping);
      if (value === undefined) return op === 'ne' ? {} : nothing;
      if (op === 'eq' || op === 'ne') return { [path]: { [`$${op}`]: value } };
      return { [path]: { [comparisons[op]]: value } };
    }
    case 'in':
    case 'not_in': {
      const values = condition.value
        .map((value) => encodeValue(field, value, mapping))
        .filter((value) => value !== undefined);
      return { [path]: { [op === 'in' ? '$in' : '$nin']: values } };
    }
    case 'is_null':
      return { [path]: condition.value ? { $not: { $type: present } } : { $type: present } };
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return { [path]: textMatch(condition) };
    default:
      throw new TypeError('A condition has an operator that is not known.');
  }
}

/**
 * The types of values that are there. `{ $ne: null }` would not do: it does not hold where one member of an array is
 * null, though another is not. `array` is left out, as an empty one has no member, and another has some of these types.
 */
const present = [
  'double',
  'string',
  'object',
  'binData',
  'objectId',
  'bool',
  'date',
  'regex',
  'javascript',
  'int',
  'timestamp',
  'long',
  'decimal',
];

/** `$` would also match before a line break at the end; this is the end, in the dialects of MongoDB and of JavaScript. */
const end = '(?![\\s\\S])';

function textMatch({ op, value, ignoreCase }: TextMatch): MongoFilter {
  if (typeof value !== 'string') throw new TypeError(`"${op}" takes a text.`);
  // MongoDB refuses NUL in an expression, but not its escape.
  const literal = value.replace(/[\\^$.*+?()[\]{}|/#-]/g, '\\$&').replaceAll('\0', '\\x00');
  const pattern = op === 'starts_with' ? `^${literal}` : op === 'ends_with' ? `${literal}${end}` : literal;
  return { $regex: pattern || '^', ...(ignoreCase && { $options: 'i' }) };
}
