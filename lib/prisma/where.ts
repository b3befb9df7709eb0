import type { Condition, FieldCondition, Scalar } from '../operations/index.js';
import { type PrismaModel, type ResolvedPath, resolvePath } from './model.js';
import { booleanTest, intTest, oneOf, type Test, type TextOperator, textTest } from './value-test.js';

/** The `where` of a query of Prisma: plain data. */
export type PrismaWhere = Readonly<Record<string, unknown>>;

const all: PrismaWhere = { AND: [] };
const none: PrismaWhere = { OR: [] };

/** Whether it is known to hold for nothing, without a look at the database. */
export function isNever(condition: PrismaWhere): boolean {
  return condition === none;
}

/**
 * The `where` of a condition. What holds for nothing is `{ OR: [] }`, which Prisma understands as the whole of a `where`
 * only: do not put it into another.
 *
 * `NOT` of Prisma is that of SQL, which loses null; so negations are carried to the fields, and
 * null is added to each that may be it.
 *
 * @throws TypeError when a path does not fit the model, or a value is no scalar, or on SQLite for a text match.
 */
export function toPrismaWhere(condition: Condition | undefined, model: PrismaModel): PrismaWhere {
  return condition ? where(condition, model, true) : {};
}

/** Where the condition holds, or where it does not. */
function where(condition: Condition, model: PrismaModel, holds: boolean): PrismaWhere {
  switch (condition.op) {
    case 'and':
    case 'or': {
      const parts = condition.conditions.map((part) => where(part, model, holds));
      return (condition.op === 'and') === holds ? both(parts) : either(parts);
    }
    case 'not':
      return where(condition.condition, model, !holds);
    default: {
      const path = resolvePath(condition.field, model);
      const [test, positive] = testOf(condition, path, model);
      return along(path.relations, path, test, positive === holds);
    }
  }
}

/** Prisma has `OR: []` for nothing at the top only, and drops it elsewhere; so that it never stands elsewhere. */
function both(parts: readonly PrismaWhere[]): PrismaWhere {
  if (parts.includes(none)) return none;
  const needed = parts.filter((part) => part !== all);
  return needed.length > 1 ? { AND: needed } : (needed[0] ?? all);
}

function either(parts: readonly PrismaWhere[]): PrismaWhere {
  if (parts.includes(all)) return all;
  const possible = parts.filter((part) => part !== none);
  return possible.length > 1 ? { OR: possible } : (possible[0] ?? none);
}

/** What is tested, and whether the condition holds where the test does, or where it does not. */
function testOf(condition: FieldCondition, path: ResolvedPath, { provider }: PrismaModel): [Test, boolean] {
  switch (condition.op) {
    case 'eq':
    case 'ne':
      return [compare('equals', condition, condition.value, path), condition.op === 'eq'];
    case 'lt':
      return [compare('lt', condition, condition.value, path), true];
    case 'le':
      return [compare('lte', condition, condition.value, path), true];
    case 'gt':
      return [compare('gt', condition, condition.value, path), true];
    case 'ge':
      return [compare('gte', condition, condition.value, path), true];
    case 'in':
    case 'not_in': {
      const tests = condition.value.map((value) => compare('equals', condition, value, path));
      return [oneOf(tests), condition.op === 'in'];
    }
    case 'is_null':
      return ['present', !condition.value];
    case 'contains':
      return [match('contains', condition.value, condition.ignoreCase, provider), true];
    case 'starts_with':
      return [match('startsWith', condition.value, condition.ignoreCase, provider), true];
    case 'ends_with':
      return [match('endsWith', condition.value, condition.ignoreCase, provider), true];
    default:
      throw new TypeError('A condition has an operator that is not known.');
  }
}

function compare(
  op: 'equals' | 'lt' | 'lte' | 'gt' | 'gte',
  { field }: FieldCondition,
  value: Scalar,
  { type }: ResolvedPath,
): Test {
  // An object would be more operators to Prisma.
  if (!['string', 'number', 'bigint', 'boolean'].includes(typeof value) && !(value instanceof Date)) {
    throw new TypeError(`The field "${field}" is compared with what is no text, number, boolean or Date.`);
  }
  if (typeof value === 'string') return textTest(op, value);
  if (typeof value === 'boolean') return booleanTest(op, value);
  return type === 'Int' && typeof value === 'number' ? intTest(op, value) : { [op]: value };
}

function match(
  op: TextOperator,
  value: string,
  ignoreCase: boolean,
  provider?: PrismaModel['provider'],
): Test {
  if (provider === 'sqlite') {
    throw new TypeError(
      'Prisma has no exact text matches on SQLite: leave contains, starts_with and ends_with out of the filters.',
    );
  }
  if (typeof value !== 'string') throw new TypeError(`"${op}" takes a text.`);
  // No text of PostgreSQL has NUL in it.
  if (value.includes('\0')) return 'none';
  // Prisma puts the text into a LIKE as it is, so that its wildcards would be ones.
  const literal = value.replace(/[\\%_]/g, '\\$&');
  return ignoreCase ? { [op]: literal, mode: 'insensitive' } : { [op]: literal };
}

/** Through relations to the field: the test holds for what is there, or for one of it; or it does not, for none of it. */
function along(
  [first, ...rest]: ResolvedPath['relations'],
  path: ResolvedPath,
  test: Test,
  holds: boolean,
): PrismaWhere {
  if (!first) return holds ? whereIs(path, test) : whereNot(path, test);
  const { name, kind, nullable } = first;
  if (kind === 'many') {
    const member = along(rest, path, test, true);
    if (member === none) return holds ? none : all;
    return { [name]: { [holds ? 'some' : 'none']: member } };
  }
  const inner = along(rest, path, test, holds);
  const there = inner === none ? none : { [name]: { is: inner } };
  return holds || !nullable ? there : either([{ [name]: { is: null } }, there]);
}

function whereIs({ name, nullable }: ResolvedPath, test: Test): PrismaWhere {
  if (test === 'none') return none;
  if (test === 'present') return nullable ? { [name]: { not: null } } : all;
  return { [name]: test };
}

function whereNot({ name, nullable }: ResolvedPath, test: Test): PrismaWhere {
  if (test === 'none') return all;
  if (test === 'present') return nullable ? { [name]: null } : none;
  const not = { NOT: { [name]: test } };
  return nullable ? { OR: [{ [name]: null }, not] } : not;
}
