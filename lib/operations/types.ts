/*
 * What a list is asked for, in terms that any store can answer. Filters make operations of query parameters;
 * a repository turns them into its own queries, and `express-viewsets/testing` tells whether it does so rightly.
 */

/** A value that a field is compared with; a `Date` where the schema of the field says `date-time`. */
export type Scalar = string | number | bigint | boolean | Date;

/** Names a property, also inside of another: `price`, `category.name`. */
export type FieldPath = string;

/**
 * A condition that an entity fulfils or not; there is no third value, unlike in SQL. A comparison with a field that is
 * null or absent does not hold, so that its negation does: `ne` and `not_in` hold for null. Where a path leads
 * through a list (a relation to many), a condition holds when it holds for one member; the negations `ne`, `not_in` and
 * `is_null` hold when the condition that they negate does for none.
 */
export type Condition = FieldCondition | LogicalCondition;

export type FieldCondition = Comparison | Membership | NullTest | TextMatch;

/** Strings are compared as they are, with case, and ordered by code points where the store can. */
export interface Comparison {
  readonly op: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';
  readonly field: FieldPath;
  readonly value: Scalar;
}

/** An empty list holds for nothing, or for everything (`not_in`). */
export interface Membership {
  readonly op: 'in' | 'not_in';
  readonly field: FieldPath;
  readonly value: readonly Scalar[];
}

export interface NullTest {
  readonly op: 'is_null';
  readonly field: FieldPath;
  /** Whether the field has to be null or absent, or has to be there. */
  readonly value: boolean;
}

/** Each character of the text means itself: `%`, `_`, `*` and `\` are no wildcards. */
export interface TextMatch {
  readonly op: 'contains' | 'starts_with' | 'ends_with';
  readonly field: FieldPath;
  readonly value: string;
  readonly ignoreCase: boolean;
}

/** `and` of nothing holds, `or` of nothing does not. */
export type LogicalCondition =
  | { readonly op: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly op: 'not'; readonly condition: Condition };

/** Null and absent count as larger than any value: last when ascending, first when descending, as in PostgreSQL. */
export interface Sort {
  readonly field: FieldPath;
  readonly direction: 'asc' | 'desc';
  /** Whether the field may be null or absent. Default true. */
  readonly nullable?: boolean;
}

/** Which entities, in which order, and which of their fields. */
export interface Selection {
  readonly where?: Condition;
  /** The first is the major one. */
  readonly sort?: readonly Sort[];
  /** The fields that are needed; a repository may return more. Default: all. */
  readonly fields?: readonly FieldPath[];
  /** The most entities to return. Default: all. */
  readonly limit?: number;
  /** How many entities to leave out at the start. Default 0. */
  readonly offset?: number;
}

/** What the parameters of a list ask for: what filters are made for, and `page` that of the pagination. */
export interface Operations {
  readonly where?: Condition | undefined;
  readonly sort?: readonly Sort[] | undefined;
  /** The fields that the client wants to see. Default: all. */
  readonly fields?: readonly FieldPath[] | undefined;
  readonly page?: PageRequest | undefined;
}

export type PageRequest = NumberedPageRequest | TokenPageRequest;

export interface NumberedPageRequest {
  readonly type: 'numbered';
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
  /** Whether to count all entities. */
  readonly total: boolean;
  /** The last page that may be asked for: no link leads behind it. Default: none is the last. */
  readonly maxPage?: number | undefined;
}

export interface TokenPageRequest {
  readonly type: 'token';
  /** As it came from the client; none for the first page. */
  readonly token?: string | undefined;
  readonly pageSize: number;
}
