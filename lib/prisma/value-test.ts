/** What a field is held against: operators of Prisma, whether it is there at all, or what no value fulfils. */
export type Test = Readonly<Record<string, unknown>> | 'present' | 'none';

export type TextOperator = 'contains' | 'startsWith' | 'endsWith';

type Operator = 'equals' | 'lt' | 'lte' | 'gt' | 'gte';

/** A comparison with a text. NUL, which PostgreSQL refuses, is in none of its texts: the one before it decides. */
export function textTest(op: Operator, value: string): Test {
  const end = value.indexOf('\0');
  if (end < 0) return { [op]: value };
  const before = value.slice(0, end);
  if (op === 'equals') return 'none';
  return op === 'lt' || op === 'lte' ? { lte: before } : { gt: before };
}

const [smallest, largest] = [-(2 ** 31), 2 ** 31 - 1];

/** Whether a value is none that a column of 32 bits refuses for its size; what is no number is not known here. */
export function isInt(value: unknown): boolean {
  if (typeof value === 'bigint') return value >= smallest && value <= largest;
  return typeof value !== 'number' || (Number.isInteger(value) && value >= smallest && value <= largest);
}

/** A comparison of a column of 32 bits with any number: one that it cannot hold would be an error of the database. */
export function intTest(op: Operator, value: number): Test {
  if (Number.isNaN(value)) return 'none';
  switch (op) {
    case 'equals':
      return Number.isInteger(value) && value >= smallest && value <= largest ? { equals: value } : 'none';
    case 'lt':
      return atMost(Math.ceil(value) - 1);
    case 'lte':
      return atMost(Math.floor(value));
    case 'gt':
      return atLeast(Math.floor(value) + 1);
    case 'gte':
      return atLeast(Math.ceil(value));
  }
}

function atMost(value: number): Test {
  return value < smallest ? 'none' : value > largest ? 'present' : { lte: value };
}

function atLeast(value: number): Test {
  return value > largest ? 'none' : value < smallest ? 'present' : { gte: value };
}

const compared: Record<Operator, (a: boolean, b: boolean) => boolean> = {
  equals: (a, b) => a === b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
};

/** A comparison of a boolean, for which Prisma has `equals` only. */
export function booleanTest(op: Operator, value: boolean): Test {
  return booleans([false, true].filter((own) => compared[op](own, value)));
}

function booleans(values: readonly unknown[]): Test {
  if (values.length === 0) return 'none';
  return values.length > 1 ? 'present' : { equals: values[0] };
}

/** Any of these tests for equality. */
export function oneOf(tests: readonly Test[]): Test {
  const values = new Set(tests.flatMap((test) => (typeof test === 'object' ? [test.equals] : [])));
  if (values.size === 0) return 'none';
  const isBoolean = [...values].every((value) => typeof value === 'boolean');
  return isBoolean ? booleans([...values]) : { in: [...values] };
}
