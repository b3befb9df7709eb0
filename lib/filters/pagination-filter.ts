import { type TProperties, Type } from '@sinclair/typebox';
import { type FilterClass, filterOf } from './filter.js';
import { checkCount } from './limits.js';

export interface PageSizeOptions {
  /** Where the client asks for none. Default 100, or `maxPageSize` where that is less. */
  readonly pageSize?: number;
  /** The most that a client may ask for. Default 500. */
  readonly maxPageSize?: number;
}

export interface PaginationFilterOptions extends PageSizeOptions {
  /**
   * Whether all items are counted: for each page, or where the client asks for it with `total=true`, or never. A count can cost a
   * database more than the page. Default `always`.
   */
  readonly total?: 'always' | 'on_request' | 'never';
  /** The last page that may be asked for: a database walks over all pages before it. Default 10000. */
  readonly maxPage?: number;
}

const totals: readonly unknown[] = ['always', 'on_request', 'never'];

/** Pages by number: `PaginationFilter()` takes `page=2&page_size=20`, and the list answers `{ items, current_page, page_size, total_pages, total_items }`. */
export function PaginationFilter({
  total = 'always',
  maxPage = 10_000,
  ...sizes
}: PaginationFilterOptions = {}): FilterClass<
  { readonly page?: number; readonly page_size?: number; readonly total?: boolean },
  'numbered'
> {
  checkCount('maxPage', maxPage);
  if (!totals.includes(total)) {
    throw new TypeError(
      `The total of a PaginationFilter is one of ${totals.join(', ')}; it was given another.`,
    );
  }
  const pageSize = pageSizeOf('PaginationFilter', sizes);
  return filterOf([
    {
      label: 'PaginationFilter',
      pagination: 'numbered',
      parameters: () => ({
        page: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: maxPage,
            default: 1,
            description: 'The number of the page, from 1.',
          }),
        ),
        ...pageSize.parameters,
        ...(total === 'on_request' && {
          total: Type.Optional(
            Type.Boolean({ default: false, description: 'Whether all items are counted.' }),
          ),
        }),
      }),
      operations: (query) => ({
        page: {
          type: 'numbered',
          page: (query.page as number | undefined) ?? 1,
          pageSize: pageSize.of(query),
          maxPage,
          total: total === 'always' || (total === 'on_request' && query.total === true),
        },
      }),
    },
  ]);
}

/** The parameter `page_size`, and its value. */
export function pageSizeOf(
  label: string,
  { maxPageSize = 500, pageSize = Math.min(100, maxPageSize) }: PageSizeOptions,
) {
  checkCount('maxPageSize', maxPageSize);
  checkCount('pageSize', pageSize);
  if (pageSize > maxPageSize) {
    throw new TypeError(
      `${label} has a pageSize of ${pageSize}, which is more than its maxPageSize of ${maxPageSize}.`,
    );
  }
  const parameters: TProperties = {
    page_size: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: maxPageSize,
        default: pageSize,
        description: 'The most items of a page.',
      }),
    ),
  };
  return {
    parameters,
    of: (query: Readonly<Record<string, unknown>>) => (query.page_size as number | undefined) ?? pageSize,
  };
}
