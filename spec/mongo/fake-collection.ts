import { isDeepStrictEqual } from 'node:util';
import { Aggregator } from 'mingo/aggregator';
import { Context } from 'mingo/core';
import * as expressionOperators from 'mingo/operators/expression';
import * as pipelineOperators from 'mingo/operators/pipeline';
import * as projectionOperators from 'mingo/operators/projection';
import * as queryOperators from 'mingo/operators/query';
import { Query } from 'mingo/query';

type Document = Record<string, unknown>;

/**
 * mingo's own `$type` looks at an array as a whole; that of MongoDB holds for one of its members, too:
 * https://www.mongodb.com/docs/manual/reference/operator/query/type/#behavior
 */
const $type = (path: string, types: unknown) => {
  const holds = queryOperators.$type('value', types as never, options as never);
  return (document: object) => valuesAt(document, path.split('.')).some((value) => holds({ value }));
};

function valuesAt(value: unknown, names: readonly string[]): unknown[] {
  if (Array.isArray(value))
    return [...(names.length === 0 ? [value] : []), ...value.flatMap((item) => valuesAt(item, names))];
  const [name, ...rest] = names;
  if (name === undefined) return [value];
  return typeof value === 'object' && value !== null ? valuesAt((value as Document)[name], rest) : [];
}

const options = {
  context: Context.init({
    expression: expressionOperators,
    pipeline: pipelineOperators,
    projection: projectionOperators,
    query: { ...queryOperators, $type } as never,
  }),
};

/** Which names have to be unique together. */
export type UniqueIndex = readonly string[];

/**
 * A collection in memory, as the driver has it, with the query language of mingo. mingo follows MongoDB closely, but it
 * compares texts by UTF-16 units, and its `$regex` is JavaScript's. What is stored and what is returned are copies.
 * Each operation is done in one go, so that it is atomic like those of MongoDB on one document.
 */
export class FakeCollection {
  readonly calls: { readonly method: string; readonly args: readonly unknown[] }[] = [];
  #documents: Document[] = [];
  #ids = 0;

  constructor(readonly indexes: readonly UniqueIndex[] = []) {}

  async insertOne(document: object, options?: object) {
    this.#note('insertOne', document, options);
    const own: Document = copyOf({ ...document });
    own._id ??= `generated${++this.#ids}`;
    this.#checkUnique(own);
    this.#documents.push(own);
    return { acknowledged: true, insertedId: own._id };
  }

  find(filter: object, options: object = {}) {
    this.#note('find', filter, options);
    const { sort, skip, limit, projection } = options as Record<string, never>;
    const stages: object[] = [{ $match: filter }];
    if (sort) stages.push({ $sort: sort });
    if (skip) stages.push({ $skip: skip });
    if (limit) stages.push({ $limit: limit });
    if (projection) stages.push({ $project: projection });
    return this.#run(stages);
  }

  aggregate(pipeline: object[], options?: object) {
    this.#note('aggregate', pipeline, options);
    return this.#run(pipeline);
  }

  async countDocuments(filter: object, options?: object) {
    this.#note('countDocuments', filter, options);
    return this.#matching(filter).length;
  }

  async findOneAndUpdate(filter: object, update: object, options: object) {
    this.#note('findOneAndUpdate', filter, update, options);
    const { $set, ...others } = update as { $set: Document };
    if (Object.keys(others).length > 0 || Object.keys($set).length === 0)
      throw new Error('Only { $set } is faked.');
    const [found] = this.#matching(filter);
    if (!found) return null;
    const changed = { ...found, ...copyOf($set) };
    this.#checkUnique(changed, found);
    this.#documents[this.#documents.indexOf(found)] = changed;
    return copyOf(changed);
  }

  async deleteOne(filter: object, options?: object) {
    this.#note('deleteOne', filter, options);
    const [found] = this.#matching(filter);
    this.#documents = this.#documents.filter((document) => document !== found);
    return { acknowledged: true, deletedCount: found ? 1 : 0 };
  }

  #matching(filter: object): Document[] {
    const query = new Query(filter as never, options);
    return this.#documents.filter((document) => query.test(document));
  }

  #run(stages: object[]) {
    return {
      toArray: async (): Promise<Document[]> =>
        copyOf(new Aggregator(stages as never, options).run(copyOf(this.#documents)) as Document[]),
    };
  }

  #checkUnique(document: Document, except?: Document) {
    for (const index of [['_id'], ...this.indexes]) {
      const taken = this.#documents.some(
        (other) => other !== except && index.every((name) => isDeepStrictEqual(other[name], document[name])),
      );
      if (!taken) continue;
      // As the driver reports it: MongoServerError.
      const keyPattern = Object.fromEntries(index.map((name) => [name, 1]));
      throw Object.assign(
        new Error(
          `E11000 duplicate key error collection: test.items index: ${index.join('_1_')}_1 dup key: {}`,
        ),
        {
          name: 'MongoServerError',
          code: 11000,
          keyPattern,
        },
      );
    }
  }

  #note(method: string, ...args: unknown[]) {
    this.calls.push({ method, args });
  }
}

/** Not `structuredClone`, whose dates are of another realm than those of Jest. */
function copyOf<T>(value: T): T {
  if (value instanceof Date) return new Date(value) as T;
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copyOf(item)])) as T;
}
