import { randomUUID } from 'node:crypto';
import { equalsAll, type Selection } from '../operations/index.js';
import {
  type Criteria,
  type PageSelection,
  type Repository,
  type RepositoryPage,
  UniqueViolation,
} from '../repository/index.js';
import { copy } from './copy.js';
import { matches } from './matches.js';
import { property } from './paths.js';
import { cut, filtered, sorted } from './select.js';
import { UniqueIndex } from './unique-index.js';

export interface MemoryRepositoryOptions<Entity extends object> {
  /** The properties that name an entity. Default: `id`. */
  readonly key?: string | readonly string[];
  /** Properties that no two entities share, alone or, as a list, together. Null is shared freely. Default: none. */
  readonly unique?: readonly (string | readonly string[])[];
  /**
   * Makes what `create` is not given, such as a key or the time. Values that are given win, but for `undefined`. Where there is
   * still no key, and it is one property, it is one more than the highest number there was, from 1 on, where keys from 2^52 on that
   * were chosen at `create` do not count; a random UUID in a store that has texts for keys.
   */
  readonly generate?: (values: Readonly<Partial<Entity>>) => Partial<Entity>;
}

/** Of keys that come from outside: one alone shall not use up the numbers that are left. */
const HIGHEST_CHOSEN = 2 ** 52;

/** The place of an entity, which it keeps when it is changed. */
interface Slot<Entity> {
  entity: Entity;
}

/**
 * Keeps entities in this process, for tests, prototypes and small tables. Every write is one step, as no method waits. What
 * goes in and what comes out are copies: instances stay instances of their class, and their getters count as
 * fields, but they must not have private fields (`#name`). Where there are relations, each entity has them in itself.
 *
 * Finding an entity by its key does not depend on how many there are; all else looks at each.
 */
export class MemoryRepository<Entity extends object = object> implements Repository<Entity> {
  readonly #slots = new Set<Slot<Entity>>();
  readonly #key: UniqueIndex<Slot<Entity>>;
  readonly #indexes: readonly UniqueIndex<Slot<Entity>>[];
  readonly #generate: (values: Readonly<Partial<Entity>>) => Partial<Entity>;
  #lastKey: number | bigint = 0;
  #hasTextKeys = false;

  /**
   * @param initial What is there from the start; of a `Map`, its values.
   * @throws TypeError when the key has no properties, or two initial entities share what has to be unique.
   */
  constructor(
    initial: Iterable<Entity> | ReadonlyMap<unknown, Entity> = [],
    { key = 'id', unique = [], generate = () => ({}) }: MemoryRepositoryOptions<Entity> = {},
  ) {
    this.#indexes = [key, ...unique].map((fields) => new UniqueIndex(namesOf(fields)));
    this.#key = this.#indexes[0] as UniqueIndex<Slot<Entity>>;
    this.#generate = generate;
    for (const entity of isMap(initial) ? initial.values() : initial) this.#addInitial(entity);
  }

  /**
   * Stores a copy of the values.
   *
   * @throws UniqueViolation when the key or another unique value is taken.
   * @throws TypeError when there is no key, and none can be made.
   * @throws RangeError when there is no key, and no number is left for one.
   */
  create(values: object): Entity {
    return copy(this.#add(values as Partial<Entity>));
  }

  get(key: Criteria): Entity | null {
    const found = this.#find(key);
    return found ? copy(found.entity) : null;
  }

  /** @throws RangeError for a limit or an offset that is not a whole number of at least 0. */
  list(selection: Selection): Entity[] {
    return cut(sorted(filtered(this.#all(), selection), selection), selection).map((entity) => copy(entity));
  }

  /** @throws RangeError for a limit or an offset that is not a whole number of at least 0. */
  getFilteredPage(selection: PageSelection): RepositoryPage<Entity> {
    const found = filtered(this.#all(), selection);
    const items = cut(sorted(found, selection), selection).map((entity) => copy(entity));
    return selection.total ? { items, total: found.length } : { items };
  }

  /**
   * Values that are `undefined` count as not given.
   *
   * @throws UniqueViolation when a unique value is taken.
   * @throws TypeError when the key would be null.
   */
  updateOne(key: Criteria, values: object): Entity | null {
    const found = this.#find(key);
    if (!found) return null;
    const changed = Object.assign(copy(found.entity), given(values));
    this.#expectKey(changed);
    this.#expectFree(changed, found);
    for (const index of this.#indexes) index.remove(found.entity);
    found.entity = changed;
    this.#index(found);
    return copy(changed);
  }

  delete(key: Criteria): boolean {
    const found = this.#find(key);
    if (!found) return false;
    for (const index of this.#indexes) index.remove(found.entity);
    return this.#slots.delete(found);
  }

  *#all(): Generator<Entity> {
    for (const { entity } of this.#slots) yield entity;
  }

  #find(key: Criteria): Slot<Entity> | undefined {
    const condition = equalsAll(key);
    const holds = condition ? matches(condition) : () => true;
    if (this.#key.covers(key)) {
      const named = this.#key.taken(key);
      return named && holds(named.entity) ? named : undefined;
    }
    for (const slot of this.#slots) if (holds(slot.entity)) return slot;
    return undefined;
  }

  #add(values: Partial<Entity>): Entity {
    const own = copy(values);
    const entity = Object.assign(own, {
      ...copy(given(this.#generate(copy(values)))),
      ...given(own),
    }) as Entity;
    this.#giveKey(entity);
    this.#expectFree(entity);
    const slot = { entity };
    this.#slots.add(slot);
    this.#index(slot);
    return entity;
  }

  #addInitial(entity: Entity): void {
    try {
      this.#count(this.#add(entity), Number.POSITIVE_INFINITY);
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
      const names = error.fields.join(' and ');
      throw new TypeError(`Two of the initial entities have the same ${names}, which has to be unique.`, {
        cause: error,
      });
    }
  }

  #index(slot: Slot<Entity>): void {
    for (const index of this.#indexes) index.add(slot.entity, slot);
    this.#count(slot.entity, HIGHEST_CHOSEN);
  }

  /** Notes the key as the last one, where it is a number that is higher than those before, and lower than the limit. */
  #count(entity: Entity, limit: number): void {
    const [field, ...more] = this.#key.fields as [string];
    const key = property(entity, field);
    if (more.length > 0) return;
    if (typeof key === 'string') this.#hasTextKeys = true;
    const counts = typeof key === 'bigint' || (Number.isSafeInteger(key) && (key as number) < limit);
    if (counts && (key as number | bigint) > this.#lastKey) this.#lastKey = key as number | bigint;
  }

  #giveKey(entity: Entity): void {
    const [field, ...more] = this.#key.fields as [string];
    const key = property(entity, field);
    if (more.length === 0 && (key === null || key === undefined)) {
      Object.assign(entity, { [field]: this.#hasTextKeys ? randomUUID() : this.#nextKey(field) });
    }
    this.#expectKey(entity);
  }

  /** Also where the entity is refused then, no other gets this key. */
  #nextKey(field: string): number | bigint {
    do {
      const last = this.#lastKey;
      if (last === Number.MAX_SAFE_INTEGER) {
        throw new RangeError(
          `No number is left for "${field}" of a new entity, as there is one with 2^53 - 1. Make the keys in "generate".`,
        );
      }
      this.#lastKey = typeof last === 'bigint' ? last + 1n : last + 1;
    } while (this.#key.taken({ [field]: this.#lastKey }));
    return this.#lastKey;
  }

  #expectKey(entity: Entity): void {
    for (const field of this.#key.fields) {
      const value = property(entity, field);
      if (value === null || value === undefined) {
        throw new TypeError(
          `An entity without "${field}" cannot be stored, as this is part of its key. Give it one, or make one in "generate".`,
        );
      }
    }
  }

  #expectFree(entity: Entity, except?: Slot<Entity>): void {
    for (const index of this.#indexes) {
      const taken = index.taken(entity);
      if (taken && taken !== except) throw new UniqueViolation(index.fields);
    }
  }
}

function namesOf(fields: string | readonly string[]): readonly string[] {
  const names = typeof fields === 'string' ? [fields] : [...fields];
  if (names.length === 0) {
    throw new TypeError('A key, and what has to be unique, is one property or a list of at least one.');
  }
  return names;
}

/** The values that are given, as a copy. */
function given<Values extends object>(values: Values): Partial<Values> {
  return Object.fromEntries(
    Object.entries(copy(values)).filter(([, value]) => value !== undefined),
  ) as Partial<Values>;
}

function isMap<Entity>(
  value: Iterable<Entity> | ReadonlyMap<unknown, Entity>,
): value is ReadonlyMap<unknown, Entity> {
  return Object.prototype.toString.call(value) === '[object Map]';
}
