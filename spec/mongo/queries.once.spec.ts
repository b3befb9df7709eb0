import {
  type MongoMapping,
  toMongoFilter,
  toMongoPipeline,
  toMongoProjection,
  toMongoSort,
} from 'express-viewsets/mongo';
import type { Condition, Scalar } from '../../lib/operations';

const text = (value: string, ignoreCase = false): Condition => ({
  op: 'contains',
  field: 'name',
  value,
  ignoreCase,
});

describe('filters', () => {
  const filters: Record<string, [condition: Condition | undefined, filter: object]> = {
    nothing: [undefined, {}],
    eq: [{ op: 'eq', field: 'id', value: 1 }, { _id: { $eq: 1 } }],
    ne: [{ op: 'ne', field: 'a.b', value: 'x' }, { 'a.b': { $ne: 'x' } }],
    ge: [{ op: 'ge', field: 'id.part', value: 2 }, { '_id.part': { $gte: 2 } }],
    in: [{ op: 'in', field: 'a', value: [1, 2] }, { a: { $in: [1, 2] } }],
    'not_in of nothing': [{ op: 'not_in', field: 'a', value: [] }, { a: { $nin: [] } }],
    'and of nothing': [{ op: 'and', conditions: [] }, {}],
    'or of nothing': [{ op: 'or', conditions: [] }, { _id: { $in: [] } }],
    not: [{ op: 'not', condition: { op: 'lt', field: 'a', value: 1 } }, { $nor: [{ a: { $lt: 1 } }] }],
    'a text that has operators': [
      text('.*+?^$()|{}[]\\/-#'),
      { name: { $regex: '\\.\\*\\+\\?\\^\\$\\(\\)\\|\\{\\}\\[\\]\\\\\\/\\-\\#' } },
    ],
    'a text with NUL': [text('a\0', true), { name: { $regex: 'a\\x00', $options: 'i' } }],
    'an end that is one': [
      { op: 'ends_with', field: 'name', value: 'z', ignoreCase: false },
      { name: { $regex: 'z(?![\\s\\S])' } },
    ],
  };

  test.each(Object.entries(filters))('%s', (_, [condition, filter]) => {
    expect(toMongoFilter(condition)).toEqual(filter);
  });

  test('a line break at the end belongs to the text', () => {
    const { name } = toMongoFilter({ op: 'ends_with', field: 'name', value: 'a', ignoreCase: false }) as {
      name: { $regex: string };
    };
    expect(new RegExp(name.$regex).test('a')).toBe(true);
    expect(new RegExp(name.$regex).test('a\n')).toBe(false);
  });

  test('values are made what documents have, and hold for nothing where none can', () => {
    const mapping: MongoMapping = {
      dates: 'text',
      encode: { id: (value) => (value === 'bad' ? undefined : { oid: value }) },
    };
    const filter = (op: 'eq' | 'ne' | 'lt', value: Scalar) =>
      toMongoFilter({ op, field: 'id', value }, mapping);
    expect(filter('eq', 'a')).toEqual({ _id: { $eq: { oid: 'a' } } });
    expect(filter('eq', 'bad')).toEqual({ _id: { $in: [] } });
    expect(filter('lt', 'bad')).toEqual({ _id: { $in: [] } });
    expect(filter('ne', 'bad')).toEqual({});
    expect(toMongoFilter({ op: 'not_in', field: 'id', value: ['a', 'bad'] }, mapping)).toEqual({
      _id: { $nin: [{ oid: 'a' }] },
    });
    expect(toMongoFilter({ op: 'gt', field: 'at', value: new Date(0) }, mapping)).toEqual({
      at: { $gt: '1970-01-01T00:00:00.000Z' },
    });
  });

  test.each(['', '.', 'a.', '$where', 'a.$ne', '__proto__', 'a.__proto__.b', 'a\0b'])(
    'the field %j is refused',
    (field) => {
      const refused = 'A field was asked for that is not allowed';
      expect(() => toMongoFilter({ op: 'eq', field, value: 1 })).toThrow(refused);
      expect(() => toMongoSort([{ field, direction: 'asc' }])).toThrow(refused);
      expect(toMongoProjection(['name', field])).toBeUndefined();
    },
  );

  test('only fields that are allowed may be asked for', () => {
    expect(() => toMongoFilter({ op: 'eq', field: 'password', value: 'x' }, { allow: ['name'] })).toThrow(
      TypeError,
    );
    expect(toMongoFilter({ op: 'eq', field: 'name', value: 'x' }, { allow: ['name'] })).toEqual({
      name: { $eq: 'x' },
    });
  });

  test.each([{ $ne: null }, [1], null, undefined, /x/])('the value %j is refused', (value) => {
    expect(() => toMongoFilter({ op: 'eq', field: 'a', value } as never)).toThrow(TypeError);
    expect(() => toMongoFilter({ op: 'in', field: 'a', value: [value] } as never)).toThrow(TypeError);
    expect(() => toMongoFilter({ op: 'contains', field: 'a', value, ignoreCase: true } as never)).toThrow(
      TypeError,
    );
  });
});

describe('orders and fields', () => {
  test('a field that may be null takes a computed one', () => {
    expect(
      toMongoPipeline({
        where: { op: 'gt', field: 'price', value: 1 },
        sort: [
          { field: 'price', direction: 'desc' },
          { field: 'id', direction: 'asc', nullable: false },
        ],
        offset: 4,
        limit: 2,
      }),
    ).toEqual([
      { $match: { price: { $gt: 1 } } },
      { $set: { __nullOrder: { by0: { $eq: [{ $ifNull: ['$price', null] }, null] } } } },
      { $sort: { '__nullOrder.by0': -1, price: -1, _id: 1 } },
      { $skip: 4 },
      { $limit: 2 },
      { $unset: '__nullOrder' },
    ]);
  });

  test('no field twice, and none by a number', () => {
    const by = (field: string, direction: 'asc' | 'desc') => ({ field, direction, nullable: false });
    expect(toMongoSort([by('a', 'asc'), by('a', 'desc')])).toEqual({ sort: { a: 1 } });
    expect(() => toMongoSort([by('1', 'asc')])).toThrow('name is a number');
  });

  test('a projection has _id where it is asked for, and no path within another', () => {
    expect(toMongoProjection(['id', 'name'])).toEqual({ _id: 1, name: 1 });
    expect(toMongoProjection(['a.b', 'a', 'c.d'])).toEqual({ a: 1, 'c.d': 1, _id: 0 });
    expect(toMongoProjection([])).toEqual({ _id: 1 });
  });

  test('all is selected where a field is not allowed', () => {
    const mapping = { allow: ['id', 'name', 'address.c'] };
    expect(toMongoProjection(['name', 'address.c'], mapping)).toEqual({ name: 1, 'address.c': 1, _id: 0 });
    for (const fields of [['address'], ['name', 'label'], ['$where']]) {
      expect(toMongoProjection(fields, mapping)).toBeUndefined();
      expect(toMongoPipeline({ fields }, mapping)).toEqual([]);
      const sort = [{ field: 'name', direction: 'asc' }] as const;
      expect(toMongoPipeline({ fields, sort }, mapping).at(-1)).toEqual({ $unset: '__nullOrder' });
    }
  });
});
