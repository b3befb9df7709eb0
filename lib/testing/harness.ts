import { AssertionError } from 'node:assert';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { Awaitable } from '../inference.js';
import type { Condition, Sort } from '../operations/index.js';
import type { Repository } from '../repository/index.js';
import type { Feature } from './features.js';
import { documentsOf, standardFixtures } from './fixtures.js';
import type { Fixtures, Product, ProductDocument } from './product.js';

/** A repository of products, filled with fixtures and nothing else. */
export interface Store {
  readonly repository: Repository;
  /** Called after the case, whether it passed or not. */
  close?(): Awaitable<unknown>;
}

/** Makes a store of its own for one case. */
export type SetUp = (fixtures: Fixtures) => Awaitable<Store>;

/** What a case works with. */
export interface Bench {
  readonly repository: Repository;
  readonly fixtures: Fixtures;
  readonly documents: readonly ProductDocument[];
  readonly lacks: ReadonlySet<Feature>;
  /** A time as this store wants to have it written. */
  readonly dateTime: (text: string) => unknown;
}

/** One case, before it is bound to a store. */
export interface CaseDefinition {
  readonly name: string;
  readonly needs: readonly Feature[];
  readonly fixtures: () => Fixtures;
  readonly check: (bench: Bench) => Awaitable<void>;
}

/** A case about the standard fixtures. */
export function defineCase(
  name: string,
  check: CaseDefinition['check'],
  { needs = [], fixtures = standardFixtures }: Partial<Pick<CaseDefinition, 'needs' | 'fixtures'>> = {},
): CaseDefinition {
  return { name, check, needs, fixtures };
}

interface WhereOptions {
  readonly needs?: readonly Feature[];
  readonly fixtures?: () => Fixtures;
  /** Said where the condition is to hold for all, or for none; otherwise it has to tell entities apart. */
  readonly holdsFor?: 'all' | 'none' | 'some';
}

/**
 * A condition, and for which products it holds. The list, the page, the total and the negation of the condition have to
 * agree about it.
 *
 * @throws Error when it holds for all products, or for none, and that was not said: such a case shows nothing.
 */
export function defineWhere(
  name: string,
  where: Condition,
  holds: (product: ProductDocument) => boolean,
  { needs, fixtures = standardFixtures, holdsFor = 'some' }: WhereOptions = {},
): CaseDefinition {
  const documents = documentsOf(fixtures());
  const number = documents.filter(holds).length;
  const actual = number === 0 ? 'none' : number === documents.length ? 'all' : 'some';
  if (actual !== holdsFor) {
    throw new Error(
      `The case "${name}" is to hold for ${holdsFor} of the products, and holds for ${actual}.`,
    );
  }
  const check = async (bench: Bench) => {
    const expected = idsOf(bench.documents.filter(holds));
    const others = idsOf(bench.documents.filter((product) => !holds(product)));
    await expectListed(bench, where, expected);
    const page = await bench.repository.getFilteredPage(frozen({ where, limit: 1000, total: true }));
    expectIds(page.items, expected, () => `the items of the page where ${shown(where)}`);
    expectEqual(page.total, expected.length, () => `the total where ${shown(where)}`);
    await expectListed(bench, { op: 'not', condition: where }, others);
  };
  return defineCase(name, check, { ...(needs && { needs }), fixtures });
}

async function expectListed({ repository }: Bench, where: Condition, expected: readonly number[]) {
  expectIds(await repository.list(frozen({ where })), expected, () => `the list where ${shown(where)}`);
}

/** What is looked at, for the message of a failure; a function where the text takes time to make. */
export type What = string | (() => string);

function textOf(what: What): string {
  return typeof what === 'string' ? what : what();
}

/** The ids in any order. */
export function expectIds(items: Iterable<object>, expected: readonly number[], what: What): void {
  expectEqual(sorted(idsOf(items)), sorted(expected), () => `the ids of ${textOf(what)}`);
}

/** The ids in this order. */
export function expectOrder(items: Iterable<object>, expected: readonly number[], what: What): void {
  expectEqual(idsOf(items), expected, () => `the ids of ${textOf(what)}, in order`);
}

/** Fails with what was expected and what came, in words that any runner shows. */
export function expectEqual(actual: unknown, expected: unknown, what: What): void {
  if (isDeepStrictEqual(actual, expected)) return;
  const message = `${textOf(what)}\n  expected: ${shown(expected)}\n  got:      ${shown(actual)}`;
  throw new AssertionError({ message, actual, expected, operator: 'deepStrictEqual' });
}

/** The columns of a product, however the store writes instants; 1 and 0 stand for booleans, which a case of their own is about. */
export function expectProduct(actual: object | null | undefined, expected: Product, what: What): void {
  if (!actual) expectEqual(actual, expected, what);
  const columns = Object.entries(expected);
  expectEqual(
    Object.fromEntries(columns.map(([name, value]) => [name, comparable(value, (actual as Columns)[name])])),
    Object.fromEntries(columns),
    what,
  );
}

type Columns = Readonly<Record<string, unknown>>;

/** What came, as the expected value where it means the same. */
function comparable(expected: unknown, actual: unknown): unknown {
  if (typeof expected === 'boolean' && typeof actual === 'number')
    return actual === 1 ? true : actual === 0 ? false : actual;
  if (actual instanceof Date) return sameInstant(expected, actual) ? expected : actual;
  // Spellings of one instant differ from store to store.
  return typeof actual === 'string' && isInstant(expected) && sameInstant(expected, new Date(actual))
    ? expected
    : actual;
}

function isInstant(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value);
}

function sameInstant(text: unknown, date: Date): boolean {
  return isInstant(text) && Date.parse(text) === date.getTime();
}

/** Nothing is there: what repositories say as `null` or `undefined`. */
export function expectNothing(actual: unknown, what: What): void {
  if (actual !== null && actual !== undefined) expectEqual(actual, null, what);
}

/** What this throws, or rejects with. */
export async function thrownBy(act: () => unknown, what: What): Promise<unknown> {
  let result: unknown;
  try {
    result = await act();
  } catch (error) {
    return error;
  }
  throw new AssertionError({
    message: `${textOf(what)}\n  expected: an error\n  got:      ${shown(result)}`,
  });
}

/** The stored products are these, whatever else happened. */
export async function expectStored({ repository }: Bench, expected: readonly Product[]): Promise<void> {
  const items = [...(await repository.list({}))];
  expectIds(items, idsOf(expected), 'all that is stored');
  const byId = new Map(items.map((item) => [idOf(item), item]));
  for (const product of expected)
    expectProduct(byId.get(product.id), product, () => `product ${product.id} as it is stored`);
}

/** Freezes what repositories are given, as nothing of it is theirs to change. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !(value instanceof Date) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}

export function idsOf(items: Iterable<object>): number[] {
  return Array.from(items, idOf);
}

function idOf(item: object): number {
  return (item as { id: number }).id;
}

function sorted(ids: readonly number[]): number[] {
  return [...ids].sort((a, b) => a - b);
}

/** A product in the standard fixtures. */
export function productOf({ fixtures }: Bench, id: number): Product {
  const found = fixtures.products.find((product) => product.id === id);
  if (!found) throw new Error(`The fixtures have no product ${id}.`);
  return found;
}

/** A value on one line. */
export function shown(value: unknown): string {
  return inspect(value, {
    depth: 12,
    compact: true,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 200,
  });
}

/** Sort steps by names, `-price` meaning descending. */
export function by(...names: string[]): Sort[] {
  return names.map((name) =>
    name.startsWith('-') ? { field: name.slice(1), direction: 'desc' } : { field: name, direction: 'asc' },
  );
}
