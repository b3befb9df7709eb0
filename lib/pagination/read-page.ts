import type { Awaitable } from '../inference.js';
import {
  allOf,
  anyOf,
  type Condition,
  equals,
  keysetAfter,
  type NumberedPageRequest,
  type Operations,
  reversed,
  type Scalar,
  type Sort,
  type TokenPageRequest,
} from '../operations/index.js';
import type { PageSelection, RepositoryPage } from '../repository/index.js';
import type { Links } from './links.js';
import type { NumberedPage, TokenPage } from './page-schemas.js';
import { CutText, type PageTokens, type Position, type PositionValue } from './page-tokens.js';

/** Where pages are read from. */
export interface PageSource<Entity> {
  getFilteredPage(selection: PageSelection): Awaitable<RepositoryPage<Entity>>;
}

export interface PageAndLinks<Page> {
  readonly page: Page;
  readonly links: Links;
}

/** Reads a page by its number, in one query, and one more where the items are counted. */
export async function readNumberedPage<Entity>(
  source: PageSource<Entity>,
  { where, sort, fields }: Operations,
  { page, pageSize, total, maxPage = Number.POSITIVE_INFINITY }: NumberedPageRequest,
): Promise<PageAndLinks<NumberedPage<Entity>>> {
  // Where nothing is counted, one item more tells whether there is a next page.
  const limit = total ? pageSize : pageSize + 1;
  const offset = (page - 1) * pageSize;
  const found = await source.getFilteredPage({ where, sort, fields, limit, offset, total });
  const counted = total ? totalOf(found) : undefined;
  const pages = counted === undefined ? undefined : Math.ceil(counted / pageSize);
  const more = page < maxPage && (pages === undefined ? found.items.length > pageSize : page < pages);
  const size = String(pageSize);
  const to = (number: number) => ({ page: String(number), page_size: size });
  return {
    page: {
      items: found.items.slice(0, pageSize),
      current_page: page,
      page_size: pageSize,
      ...(counted !== undefined && { total_pages: pages, total_items: counted }),
    },
    links: {
      first: to(1),
      ...(page > 1 && { prev: to(pages === undefined ? page - 1 : Math.max(1, Math.min(page - 1, pages))) }),
      ...(more && { next: to(page + 1) }),
      ...(pages !== undefined && { last: to(Math.max(1, Math.min(pages, maxPage))) }),
    },
  };
}

function totalOf(found: RepositoryPage<unknown>): number {
  const { total } = found;
  if (Number.isSafeInteger(total)) return total as number;
  throw new TypeError(
    'The repository was asked for a total and gave none: getFilteredPage({ total: true }) has to return { items, total }.',
  );
}

/** What a token is no token of. */
export const BAD_TOKEN = Symbol('bad token');

/**
 * Reads a page by its position, in one query. `sort` has to end with a key, so that there is one item at each position. A token of
 * texts that were too long for it takes one query more, for the item that they are of; where that has gone or changed, the page starts
 * at the first item whose texts start alike, so that none is left out.
 *
 * @returns `BAD_TOKEN` for a token that was changed, or that belongs to another list, filter or order.
 */
export async function readTokenPage<Entity>(
  source: PageSource<Entity>,
  { where, sort = [], fields }: Operations,
  { token, pageSize }: TokenPageRequest,
  tokens: PageTokens,
  list: string,
): Promise<PageAndLinks<TokenPage<Entity>> | typeof BAD_TOKEN> {
  const context = contextOf(list, where, sort);
  const opened = token === undefined ? undefined : tokens.open(token, context);
  if (token !== undefined && opened?.values.length !== sort.length) return BAD_TOKEN;
  const position = opened && (await wholePosition(source, where, sort, opened));
  const back = position?.direction === 'previous';
  const order = back ? reversed(sort) : sort;
  const found = await source.getFilteredPage({
    where: allOf([where, position && fromPosition(order, position)]),
    sort: order,
    fields: fields && [...new Set([...fields, ...sort.map(({ field }) => field)])],
    limit: pageSize + 1,
    total: false,
    positions: true,
  });
  const more = found.items.length > pageSize;
  const items = found.items.slice(0, pageSize);
  const places = items.map((_, index) => index);
  if (back) {
    items.reverse();
    places.reverse();
  }
  // Where all items of a page have gone meanwhile, its neighbours start at where the client came from.
  const tokenAt = (place: number | undefined, direction: Position['direction']): string | null => {
    if (place !== undefined) {
      const values = positionAt(found, place, sort);
      return tokens.seal({ direction, values, inclusive: false }, context);
    }
    return position ? tokens.seal({ direction, values: position.values, inclusive: true }, context) : null;
  };
  const next = back || more ? tokenAt(places.at(-1), 'next') : null;
  const previous = (back ? more : position) ? tokenAt(places[0], 'previous') : null;
  const size = String(pageSize);
  return {
    page: { items, cursor: token ?? null, next_page: next, previous_page: previous },
    links: {
      first: { page_token: undefined, page_size: size },
      ...(previous !== null && { prev: { page_token: previous, page_size: size } }),
      ...(next !== null && { next: { page_token: next, page_size: size } }),
    },
  };
}

/** A position with the texts that were cut, as far as the item is still there. */
async function wholePosition(
  source: PageSource<unknown>,
  where: Condition | undefined,
  sort: readonly Sort[],
  position: Position,
): Promise<Position> {
  const { values } = position;
  if (!values.some((value) => value instanceof CutText)) return position;
  const found = await source.getFilteredPage({
    where: allOf([where, ...sort.map(({ field }, index) => likeAt(field, values[index] as PositionValue))]),
    sort,
    limit: 1,
    total: false,
    positions: true,
  });
  if (found.items.length === 0) return position;
  const whole = positionAt(found, 0, sort);
  const same = values.every((value, index) => !(value instanceof CutText) || value.isOf(whole[index]));
  if (!same) return position;
  return {
    ...position,
    values: values.map((value, index) => (value instanceof CutText ? (whole[index] as Scalar) : value)),
  };
}

function likeAt(field: string, value: PositionValue): Condition {
  if (!(value instanceof CutText)) return equals(field, value);
  return { op: 'starts_with', field, value: value.start, ignoreCase: false };
}

function fromPosition(sort: readonly Sort[], { values, inclusive }: Position): Condition {
  const cut = values.findIndex((value) => value instanceof CutText);
  if (cut >= 0) return fromStart(sort.slice(0, cut + 1), values.slice(0, cut + 1));
  const whole = values as readonly (Scalar | null)[];
  const beyond = keysetAfter(sort, whole);
  if (!inclusive) return beyond;
  const there = allOf(sort.map(({ field }, index) => equals(field, whole[index] as Scalar | null)));
  return anyOf([beyond, there as Condition]);
}

/** What comes after a text of which the start alone is known, the last of these values; and all that starts alike. */
function fromStart(sort: readonly Sort[], values: readonly PositionValue[]): Condition {
  const starts = values.map((value) => (value instanceof CutText ? value.start : value));
  const alike = allOf(sort.map(({ field }, index) => likeAt(field, values[index] as PositionValue)));
  return anyOf([keysetAfter(sort, starts), alike as Condition]);
}

function positionAt(
  found: RepositoryPage<unknown>,
  place: number,
  sort: readonly Sort[],
): readonly (Scalar | null)[] {
  return found.positions?.[place] ?? sort.map(({ field }) => sortValue(found.items[place], field));
}

function sortValue(entity: unknown, field: string): Scalar | null {
  let value = entity;
  for (const name of field.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[name];
  if (value === undefined || value === null) return null;
  if (value instanceof Date || typeof value !== 'object') return value as Scalar;
  throw new TypeError(
    `An item is sorted by "${field}", whose value is an object, which has no place in a page token: let the repository return \`positions\`.`,
  );
}

/** What a token holds for. Dates and big integers have a form of their own, so that no two conditions are one text. */
function contextOf(list: string, where: Condition | undefined, sort: readonly Sort[]): string {
  return JSON.stringify(
    [list, where ?? null, sort.map(({ field, direction }) => [field, direction])],
    (_name, value) => (typeof value === 'bigint' ? { bigint: String(value) } : value),
  );
}
