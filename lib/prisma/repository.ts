import { equalsAll, type Selection } from '../operations/index.js';
import type { Criteria, PageSelection, Repository, RepositoryPage } from '../repository/index.js';
import { RefusedValue } from '../repository/refusal.js';
import { isPlainName, type PrismaModel } from './model.js';
import { toPrismaOrderBy, toPrismaSelect } from './order.js';
import { isInt } from './value-test.js';
import { codeOf, translatedRead, translatedWrite } from './violations.js';
import { isNever, type PrismaWhere, toPrismaWhere } from './where.js';

/** What a repository needs of the delegate of a model, such as `prisma.item` or `tx.item`, from Prisma 5 on. */
export interface PrismaDelegate {
  create(args: never): PromiseLike<unknown>;
  findFirst(args?: never): PromiseLike<unknown>;
  findMany(args?: never): PromiseLike<unknown>;
  count(args?: never): PromiseLike<unknown>;
  update(args: never): PromiseLike<unknown>;
  deleteMany(args?: never): PromiseLike<unknown>;
  readonly fields: object;
}

/** The same, to be called. */
interface Calls {
  create(args: object): PromiseLike<object>;
  findFirst(args: object): PromiseLike<object | null>;
  findMany(args: object): PromiseLike<object[]>;
  count(args: object): PromiseLike<number>;
  update(args: object): PromiseLike<object>;
  deleteMany(args: object): PromiseLike<{ readonly count: number }>;
}

export interface PrismaRepositoryOptions extends Omit<PrismaModel, 'types'> {
  /** The field that is the `@id` of the model, or the fields of its `@@id`. Default `id`. */
  readonly key?: string | readonly string[];
  /** What is returned beside the fields of the model, as the `include` of Prisma. Default: nothing. */
  readonly include?: Readonly<Record<string, unknown>>;
  /**
   * The fields of unique constraints, by the names that the database has for these. Default: as they follow from the
   * names that Prisma gives, such as `Item_tenant_name_key`, where columns are named as their fields.
   */
  readonly constraints?: Readonly<Record<string, readonly string[]>>;
}

/**
 * The entities of a model of Prisma. What Prisma makes of values is left as it is: `Decimal`, `bigint`, `Date` with its
 * milliseconds, so that keyset pages by a timestamp need one of milliseconds, too (`@db.Timestamptz(3)`). Values that are
 * objects are written to fields of type `Json` only, as they would be operators to Prisma elsewhere. Fields of an enum can
 * be compared with its values only; texts are ordered as the collation of their column says. In a transaction, take
 * `repository.using(tx.item)`.
 */
export class PrismaRepository<Entity extends object = object, Key extends object = Criteria>
  implements Repository<Entity, Key>
{
  readonly #delegate: Calls;
  readonly #options: PrismaRepositoryOptions;
  readonly #key: readonly string[];
  readonly #model: PrismaModel;

  /** @throws TypeError when there is no delegate, or the model has no fields as the options say. */
  constructor(delegate: PrismaDelegate, options: PrismaRepositoryOptions) {
    if (typeof delegate?.findMany !== 'function' || typeof delegate.fields !== 'object') {
      throw new TypeError('A PrismaRepository takes the delegate of a model, such as `prisma.item`.');
    }
    this.#delegate = delegate as unknown as Calls;
    this.#options = options;
    this.#key = [options.key ?? 'id'].flat();
    const types = typesOf(delegate.fields);
    this.#model = { ...options, types };
    const relations = options.relations ?? {};
    const named = [...this.#key, ...options.nullable].filter(
      (path) => !path.includes('.') && !Object.hasOwn(relations, path),
    );
    const strange = named.find((name) => !Object.hasOwn(types, name));
    if (strange !== undefined) {
      throw new TypeError(
        `The model has no field "${strange}", which \`key\` or \`nullable\` names; its fields are ${Object.keys(types).join(', ')}.`,
      );
    }
  }

  /** The same repository with the delegate of a transaction: `prisma.$transaction((tx) => items.using(tx.item).create(...))`. */
  using(delegate: PrismaDelegate): PrismaRepository<Entity, Key> {
    return new PrismaRepository(delegate, this.#options);
  }

  async create(values: object): Promise<Entity> {
    const data = this.#data(values);
    return (await this.#write(this.#delegate.create({ data, ...this.#included() }))) as Entity;
  }

  async get(key: Key): Promise<Entity | undefined> {
    const where = this.#criteria(key);
    if (isNever(where)) return undefined;
    const found = await this.#read(this.#delegate.findFirst({ where, ...this.#included() }));
    return (found as Entity | null) ?? undefined;
  }

  async list(selection: Selection): Promise<Entity[]> {
    const { where, sort = [], fields, limit, offset = 0 } = selection;
    const filter = toPrismaWhere(where, this.#model);
    const select = fields && fields.length > 0 ? toPrismaSelect(fields, this.#model) : undefined;
    const found = this.#delegate.findMany({
      where: filter,
      ...(sort.length > 0 && { orderBy: toPrismaOrderBy(sort, this.#model) }),
      ...(select ? { select } : this.#included()),
      ...(limit !== undefined && { take: limit }),
      ...(offset > 0 && { skip: offset }),
    });
    return (await this.#read(found)) as Entity[];
  }

  /** One after the other, as a transaction does one thing at a time. */
  async getFilteredPage(selection: PageSelection): Promise<RepositoryPage<Entity>> {
    const items = await this.list(selection);
    if (!selection.total) return { items };
    const total = this.#delegate.count({ where: toPrismaWhere(selection.where, this.#model) });
    return { items, total: await this.#read(total) };
  }

  async updateOne(key: Key, values: object): Promise<Entity | undefined> {
    const criteria = this.#criteria(key);
    const data = this.#data(values);
    if (isNever(criteria)) return undefined;
    // There is nothing to write, and Prisma would not look at the criteria beside the key.
    if (Object.keys(data).length === 0) return this.get(key);
    const where = { ...this.#uniqueWhere(key), AND: [criteria] };
    try {
      return (await this.#write(this.#delegate.update({ where, data, ...this.#included() }))) as Entity;
    } catch (error) {
      // There is no record to update.
      if (codeOf(error) === 'P2025') return undefined;
      throw error;
    }
  }

  async delete(key: Key): Promise<boolean> {
    const where = this.#criteria(key);
    if (isNever(where)) return false;
    const { count } = await this.#write(this.#delegate.deleteMany({ where }));
    return count > 0;
  }

  /** Everything that the key says; an `undefined` in it would otherwise widen what is changed or removed. */
  #criteria(key: Key): PrismaWhere {
    const entries = Object.entries(key);
    if (entries.length === 0) throw new TypeError('The key of an entity has no properties.');
    const missing = entries.find(([, value]) => value === undefined);
    if (missing) throw new TypeError(`The key of an entity has no value for "${missing[0]}".`);
    return toPrismaWhere(equalsAll(key as Criteria), this.#model);
  }

  /** Names the entity as Prisma wants to have it: by the fields of a unique index, beside which there may be more. */
  #uniqueWhere(key: Key): PrismaWhere {
    const hasKey = this.#key.every((name) => Object.hasOwn(key, name));
    const values = Object.fromEntries(
      Object.entries(key as Criteria).filter(([name, value]) =>
        hasKey ? this.#key.includes(name) : value !== null,
      ),
    );
    return hasKey && this.#key.length > 1 ? { [this.#key.join('_')]: values } : values;
  }

  /**
   * @throws TypeError when a value could be an operator to Prisma, as `{ increment: 1 }` is.
   * @throws BadRequest when a number is none that its field can hold.
   */
  #data(values: object): Readonly<Record<string, unknown>> {
    const types = this.#model.types ?? {};
    const entries = Object.entries(values).filter(([, value]) => value !== undefined);
    for (const [name, value] of entries) {
      if (!isPlainName(name) || !Object.hasOwn(types, name)) {
        throw new TypeError('A property cannot be stored: the model of Prisma has no field of its name.');
      }
      if (types[name] !== 'Json' && isPlainObject(value)) {
        throw new TypeError(
          `The property "${name}" cannot be stored: its value is an object, and no field of type Json.`,
        );
      }
    }
    // Prisma refuses these before it asks the database, with an error that has no code.
    const beyond = entries.flatMap(([name, value]) => (types[name] === 'Int' && !isInt(value) ? [name] : []));
    if (beyond.length > 0) throw new RefusedValue(undefined, { fields: beyond });
    return Object.fromEntries(entries);
  }

  #included(): { readonly include?: object } {
    const { include } = this.#options;
    return include ? { include } : {};
  }

  async #write<T>(result: PromiseLike<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      throw translatedWrite(error, {
        key: this.#key,
        fields: Object.keys(this.#model.types ?? {}),
        constraints: this.#options.constraints ?? {},
      });
    }
  }

  async #read<T>(result: PromiseLike<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      throw translatedRead(error);
    }
  }
}

/** The delegate describes each field for comparisons of fields with each other. */
function typesOf(fields: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, String((field as { typeName?: unknown }).typeName)]),
  );
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
