import type { Awaitable } from '../inference.js';
import type { Scalar, Selection } from '../operations/index.js';

/** Properties that have to be equal: the key of an entity and what it is scoped by, such as its tenant or its version. */
export type Criteria = Readonly<Record<string, Scalar | null>>;

export interface PageSelection extends Selection {
  readonly limit: number;
  /** Whether the number of all entities that fulfil `where` is asked for. */
  readonly total: boolean;
  /** Whether `positions` are of use: for pages that are found again by the values of their sort fields. */
  readonly positions?: boolean;
}

export interface RepositoryPage<Entity> {
  readonly items: readonly Entity[];
  /** Where it was asked for: how many entities fulfil `where`, whatever `limit` and `offset` are. */
  readonly total?: number;
  /**
   * For each item the values of its sort fields, in their order, where those of the entity are not exact: a JavaScript `Date`
   * has milliseconds and a timestamp of PostgreSQL microseconds. Each value has to be one that `where` takes.
   */
  readonly positions?: readonly (readonly (Scalar | null)[])[];
}

/**
 * Where the entities of a generic view are kept. Any object with these methods is one; they may be sync or async, and
 * the unit of work (a transaction, a session) is theirs. What they return is theirs, too: views do not change it.
 *
 * `key` holds the properties that name the entity, and those of the view's scope: all of them have to match, and in the
 * same step that writes, so that of two writers with one version (`{ id, version }`) one finds nothing.
 */
export interface Repository<Entity extends object = object, Key extends object = Criteria> {
  /**
   * Stores a new entity and returns it with what the store adds. `null` or `undefined`: there is one already.
   *
   * @throws UniqueViolation when a value that has to be unique is taken.
   * @throws BadRequest when the store can not hold a value, and Conflict when one refers to what is not there. Any other
   * error is a fault of the server.
   */
  create(values: object): Awaitable<Entity | null | undefined>;
  /** The entity, or `null` or `undefined`. */
  get(key: Key): Awaitable<Entity | null | undefined>;
  /** All entities that fulfil the selection. */
  list(selection: Selection): Awaitable<Iterable<Entity>>;
  /** Some entities that fulfil the selection, in at most two queries. */
  getFilteredPage(selection: PageSelection): Awaitable<RepositoryPage<Entity>>;
  /**
   * Changes these properties of the entity, and no others, and returns it as it is then; `null` or `undefined` when there is none.
   *
   * @throws UniqueViolation, BadRequest, Conflict as `create`. A value of `key` that no entity can have, such as a number that
   * is too large, is none of these: nothing is found.
   */
  updateOne(key: Key, values: object): Awaitable<Entity | null | undefined>;
  /**
   * Removes the entity, and tells whether there was one.
   *
   * @throws Conflict when others refer to it.
   */
  delete(key: Key): Awaitable<boolean>;
}
