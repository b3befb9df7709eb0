import { equalsAll, type Selection } from '../operations/index.js';
import {
  type Criteria,
  type PageSelection,
  type Repository,
  type RepositoryPage,
  UniqueViolation,
} from '../repository/index.js';
import { brokenRule } from '../repository/refusal.js';
import { type MongoFilter, toMongoFilter } from './filter.js';
import {
  checkMapping,
  fromMongoDocument,
  type MongoMapping,
  propertyNames,
  toMongoDocument,
} from './names.js';
import { toMongoPipeline, toMongoProjection, toMongoSort } from './pipeline.js';

interface Options {
  readonly session?: unknown;
}

interface Cursor {
  toArray(): Promise<object[]>;
}

/** What a repository needs of a `Collection` of the package `mongodb`, from version 6 on. */
export interface MongoCollection {
  insertOne(document: object, options?: Options): Promise<{ readonly insertedId: unknown }>;
  find(filter: object, options?: Options): Cursor;
  aggregate(pipeline: object[], options?: Options): Cursor;
  countDocuments(filter: object, options?: Options): Promise<number>;
  findOneAndUpdate(filter: object, update: object, options: Options): Promise<object | null>;
  deleteOne(filter: object, options?: Options): Promise<{ readonly deletedCount: number }>;
}

export interface MongoRepositoryOptions<Entity extends object = object> extends MongoMapping {
  /** Makes the entity of a document. Default: its properties, under their names. */
  readonly fromDocument?: (document: Readonly<Record<string, unknown>>) => Entity;
  /** Makes the document of properties that are created or changed, under its names. Default: them, without undefined. */
  readonly toDocument?: (values: object) => Readonly<Record<string, unknown>>;
  /** The `ClientSession` that everything is done in. Default: none. */
  readonly session?: object;
}

/**
 * The entities in a collection of MongoDB, one document each. Relations are what the document holds: paths lead into its
 * objects and arrays. A property that is `undefined` is not written, and one that is `null` is stored as such. Values that
 * have to be unique need a unique index. Texts are compared by code points and with case as long as the collection has no
 * collation; numbers and texts are never equal, so that the schema has to say what a field is; a date has milliseconds. An
 * order by fields that may be null is computed, without an index: declare those that may not.
 */
export class MongoRepository<Entity extends object = object, Key extends object = Criteria>
  implements Repository<Entity, Key>
{
  readonly #collection: MongoCollection;
  readonly #options: MongoRepositoryOptions<Entity>;

  /** @throws TypeError when there is no collection, or `fields` cannot work. */
  constructor(collection: MongoCollection, options: MongoRepositoryOptions<Entity> = {}) {
    if (typeof collection?.findOneAndUpdate !== 'function') {
      throw new TypeError(
        'A MongoRepository takes a collection of MongoDB, such as `db.collection("items")`.',
      );
    }
    checkMapping(options);
    this.#collection = collection;
    this.#options = options;
  }

  /** The same repository within a session, for a transaction: `session.withTransaction(() => items.using(session).create(...))`. */
  using(session: object): MongoRepository<Entity, Key> {
    return new MongoRepository(this.#collection, { ...this.#options, session });
  }

  async create(values: object): Promise<Entity> {
    const document = { ...this.#document(values) };
    const { insertedId } = await this.#write(this.#collection.insertOne(document, this.#session()));
    return this.#entity({ ...document, _id: insertedId });
  }

  async get(key: Key): Promise<Entity | undefined> {
    const [found] = await this.#collection
      .find(this.#criteria(key), { ...this.#session(), limit: 1 } as Options)
      .toArray();
    return found && this.#entity(found);
  }

  async list(selection: Selection): Promise<Entity[]> {
    const documents = await this.#cursor(selection)?.toArray();
    return (documents ?? []).map((document) => this.#entity(document));
  }

  async getFilteredPage(selection: PageSelection): Promise<RepositoryPage<Entity>> {
    if (!selection.total) return { items: await this.list(selection) };
    const filter = toMongoFilter(selection.where, this.#options);
    const count = async () => this.#collection.countDocuments(filter, this.#session());
    // A session does one thing at a time.
    if (this.#options.session) return { items: await this.list(selection), total: await count() };
    const [items, total] = await Promise.all([this.list(selection), count()]);
    return { items, total };
  }

  async updateOne(key: Key, values: object): Promise<Entity | undefined> {
    const filter = this.#criteria(key);
    const changes = this.#document(values);
    // Some versions refuse an empty `$set`.
    if (Object.keys(changes).length === 0) return this.get(key);
    const updated = await this.#write(
      this.#collection.findOneAndUpdate(filter, { $set: changes }, {
        ...this.#session(),
        returnDocument: 'after',
        includeResultMetadata: false,
      } as Options),
    );
    return updated ? this.#entity(updated) : undefined;
  }

  async delete(key: Key): Promise<boolean> {
    const { deletedCount } = await this.#collection.deleteOne(this.#criteria(key), this.#session());
    return deletedCount > 0;
  }

  /** Only what has to be computed takes an aggregation; the plain way can use indexes, and is what caches of plans know best. */
  #cursor(selection: Selection): Cursor | undefined {
    const { where, sort = [], fields, limit, offset = 0 } = selection;
    const filter = toMongoFilter(where, this.#options);
    const order = toMongoSort(sort, this.#options);
    const projection = fields && toMongoProjection(fields, this.#options);
    // To MongoDB a limit of 0 is none.
    if (limit === 0) return undefined;
    if (order.computed)
      return this.#collection.aggregate(toMongoPipeline(selection, this.#options), this.#session());
    return this.#collection.find(filter, {
      ...this.#session(),
      ...(sort.length > 0 && { sort: order.sort }),
      ...(projection && { projection }),
      ...(limit !== undefined && { limit }),
      ...(offset > 0 && { skip: offset }),
    } as Options);
  }

  /** Everything that the key says; an `undefined` in it would otherwise widen what is changed or removed. */
  #criteria(key: Key): MongoFilter {
    const entries = Object.entries(key);
    if (entries.length === 0) throw new TypeError('The key of an entity has no properties.');
    const missing = entries.find(([, value]) => value === undefined);
    if (missing) throw new TypeError(`The key of an entity has no value for "${missing[0]}".`);
    return toMongoFilter(equalsAll(key as Criteria), { ...this.#options, allow: undefined });
  }

  #document(values: object): Readonly<Record<string, unknown>> {
    const { toDocument } = this.#options;
    return toDocument ? toDocument(values) : toMongoDocument(values, this.#options);
  }

  #entity(document: object): Entity {
    const { fromDocument } = this.#options;
    return fromDocument
      ? fromDocument(document as Record<string, unknown>)
      : (fromMongoDocument(document, this.#options) as Entity);
  }

  #session(): Options {
    const { session } = this.#options;
    return session ? { session } : {};
  }

  async #write<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (error) {
      // The validator of the collection.
      if ((error as { readonly code?: unknown } | undefined)?.code === 121) throw brokenRule(error);
      const paths = duplicateKey(error);
      if (!paths) throw error;
      const properties = propertyNames(this.#options);
      throw new UniqueViolation(
        paths.map((path) => {
          const [first = '', ...rest] = path.split('.');
          return [properties.get(first) ?? first, ...rest].join('.');
        }),
        { cause: error },
      );
    }
  }
}

/** The paths of a unique index that has a value already; nothing for any other error. */
function duplicateKey(error: unknown): string[] | undefined {
  const { code, keyPattern, message } = (error ?? {}) as {
    readonly code?: unknown;
    readonly keyPattern?: unknown;
    readonly message?: unknown;
  };
  if (code !== 11000) return undefined;
  if (typeof keyPattern === 'object' && keyPattern !== null) return Object.keys(keyPattern);
  // Servers that do not tell the pattern name the index: `... index: tenant_1_sku_1 dup key: ...`.
  const name = /index: (?:\S*\$)?(\S+) dup key/.exec(String(message))?.[1] ?? '';
  if (name === '_id_') return ['_id'];
  return /_-?1$/.test(name) ? name.split(/_-?1(?:_|$)/).filter((part) => part !== '') : [];
}
