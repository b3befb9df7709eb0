import { type MongoCollection, MongoRepository } from 'express-viewsets/mongo';
import { type Collection, type Document, MongoClient, ObjectId } from 'mongodb';
import { UniqueViolation } from '../../lib/repository';
import { FakeCollection } from './fake-collection';

interface Item {
  readonly id: string;
  readonly name: string;
}

/** What the types of the driver say of a collection is enough, whatever its documents are. */
test('collections of the driver fit', () => {
  const make = <T extends Document>(collection: Collection<T>) => new MongoRepository<Item>(collection);
  const database = new MongoClient('mongodb://127.0.0.1:1').db('test');
  expect(make(database.collection('items'))).toBeInstanceOf(MongoRepository);
  expect(make(database.collection<{ _id: ObjectId; name: string; tags?: string[] }>('items'))).toBeInstanceOf(
    MongoRepository,
  );
});

test('keys may be ObjectIds, of which clients know the texts', async () => {
  const collection = new FakeCollection();
  const items = new MongoRepository<Item>(collection, {
    encode: { id: (id) => (ObjectId.isValid(String(id)) ? String(new ObjectId(String(id))) : undefined) },
    fromDocument: ({ _id, name }) => ({ id: String(_id), name: String(name) }),
  });
  const id = new ObjectId().toHexString();
  expect(await items.create({ id: id.toUpperCase(), name: 'a' })).toEqual({ id, name: 'a' });
  expect(await items.get({ id })).toEqual({ id, name: 'a' });
  expect(await items.get({ id: 'no ObjectId' })).toBeUndefined();
  expect(await items.updateOne({ id: 'no ObjectId' }, { name: 'b' })).toBeUndefined();
  expect(await items.delete({ id: 'no ObjectId' })).toBe(false);
  await expect(items.create({ id: 'no ObjectId' })).rejects.toMatchObject({
    status: 400,
    errors: [{ pointer: '#/id' }],
  });
});

test('a key that the collection makes is returned', async () => {
  const items = new MongoRepository<Item>(new FakeCollection());
  expect(await items.create({ name: 'a' })).toEqual({ id: 'generated1', name: 'a' });
});

test('fields that are not allowed are none to select by', async () => {
  const items = new MongoRepository(new FakeCollection(), { allow: ['id', 'name', 'address.c'] });
  const item = { id: 1, name: 'a', address: { c: 'x' } };
  await items.create(item);
  expect(await items.list({ fields: ['id', 'name'] })).toEqual([{ id: 1, name: 'a' }]);
  for (const sort of [[], [{ field: 'name', direction: 'asc' }]] as const) {
    expect(await items.list({ fields: ['address'], sort })).toEqual([item]);
    expect(await items.list({ fields: ['id', 'label'], sort })).toEqual([item]);
  }
});

test('null is stored, and undefined is not', async () => {
  const collection = new FakeCollection();
  const items = new MongoRepository(collection);
  await items.create({ id: 1, a: null, b: undefined });
  await items.updateOne({ id: 1 }, { c: undefined, d: null });
  expect(await collection.find({}).toArray()).toEqual([{ _id: 1, a: null, d: null }]);
});

test('all is done in the session', async () => {
  const collection = new FakeCollection();
  const session = {};
  const items = new MongoRepository(collection).using(session);
  await items.create({ id: 1 });
  await items.get({ id: 1 });
  await items.list({});
  await items.getFilteredPage({ limit: 1, total: true, sort: [{ field: 'a', direction: 'asc' }] });
  await items.updateOne({ id: 1 }, { a: 1 });
  await items.delete({ id: 1 });
  expect(collection.calls.map(({ method }) => method)).toEqual([
    'insertOne',
    'find',
    'find',
    'aggregate',
    'countDocuments',
    'findOneAndUpdate',
    'deleteOne',
  ]);
  for (const { args } of collection.calls)
    expect((args.at(-1) as { session?: object }).session).toBe(session);
});

test.each([{}, { id: 1, tenant: undefined }])('the key %j is refused, and nothing is done', async (key) => {
  const collection = new FakeCollection();
  const items = new MongoRepository(collection);
  for (const act of [
    () => items.get(key as never),
    () => items.updateOne(key as never, { a: 1 }),
    () => items.delete(key as never),
  ]) {
    await expect(act()).rejects.toThrow(TypeError);
  }
  expect(collection.calls).toEqual([]);
});

test.each(['$set', 'a.b', '__proto__', '', 'a\0'])('the property %j is not written', async (name) => {
  const collection = new FakeCollection();
  const values = Object.fromEntries([[name, 1]]);
  await expect(new MongoRepository(collection).create(values)).rejects.toThrow('A property cannot be stored');
  await expect(new MongoRepository(collection).updateOne({ id: 1 }, values)).rejects.toThrow(TypeError);
  expect(collection.calls).toEqual([]);
});

describe('what the driver rejects with', () => {
  const failing = (error: unknown) =>
    new MongoRepository(
      Object.assign(new FakeCollection(), { insertOne: () => Promise.reject(error) }) as MongoCollection,
      { fields: { id: '_id', title: 'name' } },
    ).create({ id: 1 });
  const duplicate = (values: object) => Object.assign(new Error('E11000'), { code: 11000 }, values);

  const duplicates: Record<string, [error: object, fields: string[]]> = {
    'a pattern': [duplicate({ keyPattern: { tenant: 1, name: -1, 'a.b': 1 } }), ['tenant', 'title', 'a.b']],
    'the name of an index': [
      duplicate({
        message: 'E11000 duplicate key error collection: test.items index: tenant_1_name_-1 dup key: { }',
      }),
      ['tenant', 'title'],
    ],
    'the index of the key': [
      duplicate({
        message: 'E11000 duplicate key error collection: test.items index: _id_ dup key: { : 1 }',
      }),
      ['id'],
    ],
    'an index with a name of its own': [duplicate({ message: 'E11000 index: mine dup key: { }' }), []],
    'no index': [duplicate({}), []],
  };
  test.each(Object.entries(duplicates))('a duplicate with %s', async (_, [error, fields]) => {
    const rejection = await failing(error).catch((reason: unknown) => reason);
    expect(rejection).toBeInstanceOf(UniqueViolation);
    expect(rejection).toMatchObject({ fields, cause: error });
  });

  test('what the validator of the collection refuses is a 400', async () => {
    const error = Object.assign(new Error('Document failed validation: secret'), { code: 121 });
    const rejection = await failing(error).catch((reason: unknown) => reason);
    expect(rejection).toMatchObject({ status: 400, cause: error });
    expect((rejection as Error).message).not.toContain('secret');
  });

  test('anything else is left as it is', async () => {
    const error = Object.assign(new Error('not primary'), { code: 10107 });
    await expect(failing(error)).rejects.toBe(error);
  });
});

test('wrong options are told at once', () => {
  expect(() => new MongoRepository(undefined as never)).toThrow('takes a collection of MongoDB');
  const make = (fields: Record<string, string>) => () =>
    new MongoRepository(new FakeCollection(), { fields });
  expect(make({ id: '$id' })).toThrow('`fields` maps "id" to "$id"');
  expect(make({ 'a.b': 'c' })).toThrow('single names');
  expect(make({ a: 'c', b: 'c' })).toThrow('two properties to one name');
});
