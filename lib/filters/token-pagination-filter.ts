import { Type } from '@sinclair/typebox';
import { type FilterClass, filterOf } from './filter.js';
import { type PageSizeOptions, pageSizeOf } from './pagination-filter.js';

export interface TokenPaginationFilterOptions extends PageSizeOptions {
  /**
   * What page tokens are sealed with: 16 characters at least, the same in all processes that serve the list. With several, the
   * first seals and all open, so that a secret can be changed while tokens are out. Default: a random one for each process,
   * whose tokens end with it; with `NODE_ENV=production` a warning of the process tells so.
   */
  readonly secret?: string | readonly string[];
}

// Far more than what a token takes, whose texts are cut; a request of Node has 16 kB at most.
const MAX_TOKEN = 12_000;

let warned = false;

/** A variable of the environment that is not set is seen by nobody until there are two processes. */
function warnOfRandomSecret(): void {
  if (warned || process.env.NODE_ENV !== 'production') return;
  warned = true;
  process.emitWarning(
    'A TokenPaginationFilter has no `secret`, so that this process makes one of its own: page tokens of another process, or from before a restart, ' +
      'are refused. Give it one of 16 characters or more, as of `openssl rand -base64 32`.',
    { code: 'EXPRESS_VIEWSETS_PAGE_SECRET' },
  );
}

/**
 * Pages by position: `TokenPaginationFilter()` takes `page_token` and `page_size`, and the list answers `{ items, cursor, next_page,
 * previous_page }` with tokens to go on with. What is inserted or deleted meanwhile moves nothing: each item that stays is seen
 * once. A token holds for the list, the filter and the order that it came with.
 *
 * @throws TypeError for a secret that is too short.
 */
export function TokenPaginationFilter({
  secret,
  ...sizes
}: TokenPaginationFilterOptions = {}): FilterClass<
  { readonly page_token?: string; readonly page_size?: number },
  'token'
> {
  const pageSize = pageSizeOf('TokenPaginationFilter', sizes);
  const secrets = secret === undefined ? undefined : [secret].flat();
  if (
    secrets &&
    (secrets.length === 0 || !secrets.every((text) => typeof text === 'string' && text.length >= 16))
  ) {
    throw new TypeError(
      'The secret of a TokenPaginationFilter has to be 16 characters or more, as of `openssl rand -base64 32`.',
    );
  }
  if (!secrets) warnOfRandomSecret();
  return filterOf([
    {
      label: 'TokenPaginationFilter',
      pagination: 'token',
      secrets,
      parameters: () => ({
        page_token: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: MAX_TOKEN,
            description: 'Of `next_page` or `previous_page`.',
          }),
        ),
        ...pageSize.parameters,
      }),
      operations: (query) => ({
        page: {
          type: 'token',
          token: query.page_token as string | undefined,
          pageSize: pageSize.of(query),
        },
      }),
    },
  ]);
}
