import type { FilterStatics, QueryOf } from '../filters/index.js';
import type { CollectionArgs, StaticOr } from '../inference.js';
import type { NumberedPage, TokenPage } from '../pagination/index.js';
import type { ResourceOptions } from '../resource.js';
import type { Static } from '../typebox.js';

/** What is known of a resource with generic views, beside what any resource says. */
export interface GenericOptions extends ResourceOptions {
  /** What the list takes. Without a pagination of its own, it is paginated by `PaginationFilter()`. */
  readonly filter?: FilterStatics;
  /** `false`: the list is a plain array, of `maxItems` at the most. Default: that of the filter. */
  readonly pagination?: false;
  /** The most items of a list that is not paginated; more are a fault of the server. Default 1000. */
  readonly maxItems?: number;
  /**
   * The property that changes with each write, an integer or a string, for optimistic concurrency (RFC 9110 section 13.1.1): it is
   * sent as `ETag`, and a write with another `If-Match` is refused with 412. No client sets it. With `required`, a write without
   * `If-Match` is refused with 428.
   */
  readonly version?: string | { readonly property: string; readonly required?: boolean };
}

/** The query of a generic list: what its filter takes, what its resource says besides, and the pagination that it gets without one. */
export type GenericQuery<R extends GenericOptions> = QueryOfFilter<R['filter']> &
  StaticOr<R['query'], object> &
  (ListMethod<R> extends 'list' ? object : UsualPages<R['filter']>);

type QueryOfFilter<F> = F extends FilterStatics ? QueryOf<F> : object;

type UsualPages<F> = F extends { readonly pagination: 'numbered' | 'token' }
  ? object
  : { readonly page?: number; readonly page_size?: number };

/** The method of a repository that a list calls. */
export type ListMethod<R extends GenericOptions> = R['pagination'] extends false ? 'list' : 'getFilteredPage';

export type GenericListArgs<R extends GenericOptions> = [...CollectionArgs<R>, query: GenericQuery<R>];

/** What a generic list answers: a page, or an array. */
export type GenericListResult<R extends GenericOptions> = R['pagination'] extends false
  ? readonly Static<R['schema']>[]
  : R['filter'] extends { readonly pagination: 'token' }
    ? TokenPage<Static<R['schema']>>
    : NumberedPage<Static<R['schema']>>;
