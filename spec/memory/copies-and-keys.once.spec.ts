import { MemoryRepository } from '../../lib/memory/index';
import { UniqueViolation } from '../../lib/repository/index';

interface Item {
  id: number;
  name: string;
  tags: string[];
  at: Date;
}

const item = (id: number): Item => ({ id, name: `item ${id}`, tags: ['a'], at: new Date(0) });

describe('what is stored', () => {
  test('is not what came in', () => {
    const [initial, created] = [item(1), item(2)];
    const repository = new MemoryRepository<Item>([initial]);
    repository.create(created);
    const tags = ['b'];
    repository.updateOne({ id: 2 }, { tags });
    initial.tags.push('x');
    created.name = 'x';
    created.at.setTime(1);
    tags.push('x');
    expect(repository.list({})).toEqual([item(1), { ...item(2), tags: ['b'] }]);
  });

  test('is not what came out', () => {
    const repository = new MemoryRepository<Item>([item(1)]);
    const out = [
      repository.get({ id: 1 }),
      repository.updateOne({ id: 1 }, {}),
      ...repository.list({}),
      ...repository.getFilteredPage({ limit: 5, total: false }).items,
      repository.create(item(2)),
    ] as Item[];
    for (const each of out) {
      each.name = 'x';
      each.tags.push('x');
      each.at.setTime(1);
    }
    expect(repository.list({})).toEqual([item(1), item(2)]);
  });

  test('is left as it is by an update of what came out before', () => {
    const repository = new MemoryRepository<Item>([item(1)]);
    const before = repository.get({ id: 1 });
    repository.updateOne({ id: 1 }, { name: 'new' });
    expect(before).toEqual(item(1));
  });

  test('keeps its class, its place and what it refers to', () => {
    class Node {
      self: Node = this;
      data = new Map([[1, Buffer.from('a')]]);
      constructor(
        readonly id: number,
        public name: string,
      ) {}
      get upper() {
        return this.name.toUpperCase();
      }
    }
    const repository = new MemoryRepository<Node>([new Node(1, 'a'), new Node(2, 'b')]);
    const updated = repository.updateOne({ upper: 'A' }, { name: 'c' });
    expect(updated).toBeInstanceOf(Node);
    expect(updated?.upper).toBe('C');
    expect(updated?.self.id).toBe(1);
    expect(repository.list({}).map(({ id }) => id)).toEqual([1, 2]);
  });

  test('has no property that sets a prototype', () => {
    const repository = new MemoryRepository();
    const created = repository.create(
      JSON.parse('{"id":1,"__proto__":{"admin":true},"in":{"__proto__":{"a":1}}}'),
    );
    expect(Object.keys(created)).toEqual(['id', 'in']);
    expect('admin' in created).toBe(false);
  });

  test('is not changed by values that are undefined', () => {
    const repository = new MemoryRepository<Item>([item(1)]);
    expect(repository.updateOne({ id: 1 }, { name: undefined })).toEqual(item(1));
  });
});

describe('a key', () => {
  test('counts up, and is not used again', () => {
    const repository = new MemoryRepository<{ id: number }>([{ id: 7 }]);
    expect(repository.create({})).toEqual({ id: 8 });
    repository.delete({ id: 8 });
    expect(repository.create({ id: null })).toEqual({ id: 9 });
  });

  test('starts at 1', () => {
    expect(new MemoryRepository().create({})).toEqual({ id: 1 });
  });

  test('that a client chooses does not use up the numbers', () => {
    for (const chosen of [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, 2 ** 52, 1e300]) {
      const repository = new MemoryRepository<{ id: number }>([{ id: 7 }]);
      repository.create({ id: chosen });
      expect([1, 2, 3].map(() => repository.create({}).id)).toEqual([8, 9, 10]);
      repository.updateOne({ id: 8 }, { id: Number.MAX_SAFE_INTEGER - 2 });
      expect(repository.create({})).toEqual({ id: 11 });
    }
  });

  test('is one that is free', () => {
    const repository = new MemoryRepository<{ id: number }>();
    repository.create({ id: 2 ** 52 - 1 });
    repository.create({ id: 2 ** 52 });
    repository.create({ id: 2 ** 52 + 1 });
    expect(repository.create({})).toEqual({ id: 2 ** 52 + 2 });
    expect(repository.create({})).toEqual({ id: 2 ** 52 + 3 });
  });

  test('is not made beyond the integers that are exact', () => {
    const repository = new MemoryRepository<{ id: number }>([{ id: Number.MAX_SAFE_INTEGER }]);
    for (let time = 0; time < 2; time += 1) {
      expect(() => repository.create({})).toThrow(RangeError);
      expect(() => repository.create({})).toThrow('No number is left for "id"');
    }
    expect(repository.create({ id: 1 })).toEqual({ id: 1 });
    const bigints = new MemoryRepository<{ id: bigint }>([{ id: 2n ** 60n }]);
    expect(bigints.create({})).toEqual({ id: 2n ** 60n + 1n });
  });

  test('is a UUID where keys are texts', () => {
    const repository = new MemoryRepository<{ id: string }>([{ id: 'a' }]);
    expect(repository.create({}).id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });

  test('is made as it is told to be, with what else the store adds', () => {
    const repository = new MemoryRepository<{ id: string; name: string; made: boolean }>([], {
      generate: ({ name }) => ({ id: `id of ${name}`, name: 'not this', made: true }),
    });
    expect(repository.create({ name: 'a' })).toEqual({ id: 'id of a', name: 'a', made: true });
  });

  test('of several properties names one entity, and has to be given', () => {
    const repository = new MemoryRepository(
      [
        { a: 1, b: 'x' },
        { a: 1, b: 'y' },
      ],
      { key: ['a', 'b'] },
    );
    expect(repository.get({ a: 1, b: 'y' })).toEqual({ a: 1, b: 'y' });
    expect(() => repository.create({ a: 1, b: 'x' })).toThrow(UniqueViolation);
    expect(() => repository.create({ a: 1 })).toThrow('An entity without "b" cannot be stored');
  });

  test('can be changed, and is found anew', () => {
    const repository = new MemoryRepository([{ id: 1 }, { id: 2 }]);
    expect(() => repository.updateOne({ id: 1 }, { id: 2 })).toThrow(UniqueViolation);
    expect(repository.updateOne({ id: 1 }, { id: 3 })).toEqual({ id: 3 });
    expect(repository.get({ id: 1 })).toBeNull();
    expect(repository.get({ id: 3 })).toEqual({ id: 3 });
    expect(() => repository.updateOne({ id: 3 }, { id: null })).toThrow('An entity without "id"');
  });

  test('is a text or a number, and not one for the other', () => {
    const repository = new MemoryRepository<{ id: number | string }>([{ id: 1 }, { id: '1' }]);
    expect(repository.get({ id: '1' })).toEqual({ id: '1' });
    expect(repository.get({ id: 1n })).toEqual({ id: 1 });
  });

  test('may be an instant', () => {
    const at = new Date(0);
    const repository = new MemoryRepository([{ at }], { key: 'at' });
    expect(repository.get({ at })).toEqual({ at });
    expect(repository.get({ at: at.toISOString() })).toEqual({ at });
  });
});

describe('unique values', () => {
  test('may be several together, and null is shared', () => {
    const unique = [['a', 'b']];
    const repository = new MemoryRepository<object>(
      [
        { id: 1, a: 1, b: 1 },
        { id: 2, a: 1, b: null },
      ],
      { unique },
    );
    repository.create({ a: 1, b: null });
    repository.create({ a: 2, b: 1 });
    const act = () => repository.create({ a: 1, b: 1 });
    expect(act).toThrow(UniqueViolation);
    expect(act).toThrow(expect.objectContaining({ fields: ['a', 'b'] }));
  });

  test('are compared by what is in them', () => {
    const repository = new MemoryRepository<object>([{ id: 1, at: { x: 1, y: [2] } }], { unique: ['at'] });
    repository.create({ at: { x: 1, y: [3] } });
    repository.create({ at: { x: 1, y: ['2'] } });
    repository.create({ at: [1] });
    repository.create({ at: new Map([[1, 2]]) });
    repository.create({ at: Buffer.from('a') });
    repository.create({ at: { when: new Date(0) } });
    for (const at of [
      { y: [2], x: 1, z: undefined },
      { x: 1n, y: [2] },
      [1],
      new Map([[1, 2]]),
      Buffer.from('a'),
      { when: new Date(0) },
    ]) {
      expect(() => repository.create({ at })).toThrow(UniqueViolation);
    }
    expect(() => repository.updateOne({ id: 2 }, { at: { y: [2], x: 1 } })).toThrow(UniqueViolation);
    const circle: { self?: object } = {};
    circle.self = circle;
    repository.create({ at: circle });
    expect(() => repository.create({ at: circle })).toThrow(UniqueViolation);
  });

  test('that initial entities share are told at once', () => {
    expect(() => new MemoryRepository([{ id: 1 }, { id: 1 }])).toThrow(
      'Two of the initial entities have the same id, which has to be unique.',
    );
  });

  test('need a name', () => {
    expect(() => new MemoryRepository([], { key: [] })).toThrow('A key, and what has to be unique,');
  });
});

test('the initial entities may be the values of a map', () => {
  expect(new MemoryRepository(new Map([['x', { id: 1 }]])).list({})).toEqual([{ id: 1 }]);
});
