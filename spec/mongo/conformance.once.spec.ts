import { MongoRepository } from 'express-viewsets/mongo';
import { documentsOf, type Feature, Product, repositoryCases } from 'express-viewsets/testing';
import { FakeCollection } from './fake-collection';

/* mingo compares texts by UTF-16 units, and MongoDB by code points. A date of BSON has milliseconds; a key of its own is an ObjectId. */
const lacks: Feature[] = ['codePointOrder', 'microseconds', 'generatedKeys'];

const cases = repositoryCases(
  async (fixtures) => {
    const collection = new FakeCollection([['sku']]);
    for (const { id, created_at, ...rest } of documentsOf(fixtures)) {
      await collection.insertOne({ _id: id, ...rest, created_at: new Date(created_at) });
    }
    const allow = [
      ...Object.keys(Product.properties),
      'category.name',
      'category.parent.name',
      'tags.name',
      'labels',
    ];
    return { repository: new MongoRepository(collection, { allow }) };
  },
  { lacks, dateTime: (text) => new Date(text) },
);

describe('documents', () => {
  for (const { name, run, skip } of cases) (skip ? test.skip : test)(name, run);
});

describe('documents under other names, with dates as texts', () => {
  const options = { fields: { name: 'title', created_at: 'created' }, dates: 'text' } as const;
  const others = repositoryCases(
    async (fixtures) => {
      const collection = new FakeCollection([['sku'], ['id']]);
      for (const { name, created_at, ...rest } of documentsOf(fixtures)) {
        await collection.insertOne({ ...rest, title: name, created: created_at });
      }
      return { repository: new MongoRepository(collection, options) };
    },
    { lacks: [...lacks, 'closedFields'] },
  );
  for (const { name, run, skip } of others) (skip ? test.skip : test)(name, run);
});
