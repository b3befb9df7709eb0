import type { Repository } from 'express-viewsets';
import type { APIError } from '../../lib/errors';
import { UniqueViolation } from '../../lib/repository';
import { idOf, type ScopedDatabase, scopedDatabases } from '../support/engines/scoped';

/* What ordinary limits of databases make of what clients send: never a fault of the server. */

describe.each(scopedDatabases)('%s', (engine, open) => {
  const postgres = engine !== 'SQLite';
  let database: ScopedDatabase;
  beforeAll(async () => {
    database = await open();
  }, 60_000);
  afterAll(() => database.close());

  describe.each(['Kysely', 'Knex', 'Drizzle'] as const)('%s', (library) => {
    const scoped = () => database.libraries[library];
    const values = { id: idOf(100), tenant: 'north' };

    const refused: [
      what: string,
      values: object,
      status: number,
      pointers: string[],
      where: 'postgres' | 'both',
    ][] = [
      ['a number beyond its column', { ...values, price: 3_000_000_000 }, 400, [], 'postgres'],
      ['a text beyond its column', { ...values, code: 'x'.repeat(80) }, 400, [], 'postgres'],
      ['a text that is no UUID', { ...values, id: 'secret' }, 400, [], 'postgres'],
      ['a value that a check refuses', { ...values, price: -100 }, 400, [], 'both'],
      ['null where there is none', { ...values, tenant: null }, 400, ['#/tenant'], 'both'],
      ['what lacks a value', { id: idOf(100) }, 400, ['#/tenant'], 'both'],
      ['a reference to nothing', { ...values, category_id: 77 }, 409, [], 'both'],
      [
        'a reference to what another tenant has',
        { ...values, tenant: 'south', category_id: 2 },
        409,
        [],
        'both',
      ],
    ];
    for (const [what, sent, status, pointers, where] of refused) {
      if (where === 'postgres' && !postgres) continue;
      test(`refuses ${what}: ${status}`, async () => {
        const { items } = scoped();
        const acts = [() => items.create(sent), () => items.updateOne({ id: idOf(1) }, sent)];
        // What is not given stays as it is.
        for (const act of what === 'what lacks a value' ? acts.slice(0, 1) : acts) {
          const error = (await rejection(act)) as APIError;
          expect(error).not.toBeInstanceOf(UniqueViolation);
          expect(error).toMatchObject({ status, cause: expect.any(Error) });
          expect(error.errors.map((fault) => 'pointer' in fault && fault.pointer)).toEqual(pointers);
          expect(JSON.stringify([error.message, error.errors])).not.toMatch(
            /secret|3000000000|xxx|items_|insert/,
          );
        }
        expect(await items.get({ id: idOf(1) })).toMatchObject({ tenant: 'north', price: 1, code: 'a' });
        expect(await items.list({})).toHaveLength(3);
      });
    }

    if (postgres) {
      test.each([
        ['a text that is no UUID', { op: 'eq', field: 'id', value: 'secret' }],
        ['one of several that is no UUID', { op: 'in', field: 'id', value: [idOf(1), 'secret'] }],
        ['an instant that is none', { op: 'ge', field: 'at', value: '2024-13-45T00:00:00Z' }],
      ] as const)('a condition on %s is a 400', async (_, where) => {
        const { items } = scoped();
        const acts = [
          () => items.list({ where }),
          () => items.getFilteredPage({ where, limit: 5, total: true }),
          ...(where.op === 'eq'
            ? [
                () => items.get({ id: where.value }),
                () => items.updateOne({ id: where.value }, { price: 1 }),
                () => items.delete({ id: where.value }),
              ]
            : []),
        ];
        for (const act of acts) {
          const error = (await rejection(act)) as APIError;
          expect(error).toMatchObject({ status: 400, cause: expect.any(Error) });
          expect(error.message).not.toContain('secret');
        }
      });
    }

    test('a number beyond its column is that of no row', async () => {
      const { items } = scoped();
      for (const value of [2 ** 31, 1e16, 1e300]) {
        expect(await items.list({ where: { op: 'eq', field: 'price', value } })).toEqual([]);
        expect(await items.updateOne({ id: idOf(1), price: value }, { code: 'x' })).toBeUndefined();
        expect(await items.delete({ id: idOf(1), price: value })).toBe(false);
      }
    });

    test('a fault of the server stays one', async () => {
      const { items } = scoped();
      const error = await rejection(() => items.list({ where: { op: 'eq', field: 'nope.x', value: 1 } }));
      expect(error).toBeInstanceOf(TypeError);
    });

    test('a relation of two columns reaches the rows of the tenant alone', async () => {
      const { items } = scoped();
      const found = async (value: string) =>
        idsIn(await items.list({ where: { op: 'eq', field: 'category.name', value } }));
      expect(await found('fruit')).toEqual([idOf(1)]);
      expect(await found('secret')).toEqual([idOf(2)]);
      expect(await found('other')).toEqual([]);
      const scopedTo = async (tenant: string, value: string) =>
        idsIn(
          await items.list({
            where: {
              op: 'and',
              conditions: [
                { op: 'eq', field: 'tenant', value: tenant },
                { op: 'starts_with', field: 'category.name', value, ignoreCase: false },
              ],
            },
          }),
        );
      expect(await scopedTo('north', 's')).toEqual([]);
      expect(await scopedTo('south', 's')).toEqual([idOf(2)]);
      const sort = [
        { field: 'category.name', direction: 'asc' },
        { field: 'id', direction: 'asc' },
      ] as const;
      expect([...(await items.list({ sort }))].map(keyOf)).toEqual([idOf(1), idOf(2), idOf(3)]);
    });

    test('fields that are no columns are no SQL: all columns are selected', async () => {
      const { items, sent } = scoped();
      const id = idOf(1);
      const where = { op: 'eq', field: 'id', value: id } as const;
      const whole = { id, tenant: 'north', price: 1, code: 'a', at: null, category_id: 1, label: '<a>' };
      for (const fields of [
        ['label'],
        ['id', 'label'],
        ['category.name'],
        ['"; drop table x', 'id'],
        ['__proto__'],
      ]) {
        sent.length = 0;
        expect(await items.list({ fields, where })).toEqual([whole]);
        const page = await items.getFilteredPage({ fields, where, limit: 1, total: false });
        expect(page.items).toEqual([whole]);
        expect(sent.join()).not.toMatch(/label|drop|__proto__|name/);
      }
      sent.length = 0;
      expect(await items.list({ fields: ['id', 'price'], where })).toEqual([{ id, price: 1 }]);
      expect(sent.join()).not.toMatch(/code|\*/);
    });

    test('where no columns are declared, no field is SQL', async () => {
      const { undeclared, sent } = scoped();
      if (!undeclared) return;
      sent.length = 0;
      for (const fields of [['label'], ['id']]) {
        const [item] = [
          ...(await undeclared.list({ fields, where: { op: 'eq', field: 'id', value: idOf(1) } })),
        ];
        expect(item).toMatchObject({ id: idOf(1), price: 1, label: '<a>' });
      }
      expect(sent.join()).not.toContain('label');
    });
  });
});

function idsIn(items: Iterable<object>): unknown[] {
  return [...items].map(keyOf).sort();
}

function keyOf(item: object): unknown {
  return (item as { id: unknown }).id;
}

async function rejection(act: () => ReturnType<Repository[keyof Repository]>): Promise<unknown> {
  try {
    await act();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was refused.');
}
