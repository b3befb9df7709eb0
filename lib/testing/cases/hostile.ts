import type { Condition, FieldCondition } from '../../operations/index.js';
import {
  type Bench,
  type CaseDefinition,
  defineCase,
  defineWhere,
  expectEqual,
  expectNothing,
  expectStored,
  frozen,
  idsOf,
  shown,
  thrownBy,
} from '../harness.js';

/** Texts that mean something in a query language, all of which some product has for its name or description. */
const values = [
  `'; drop table products; --`,
  '$ne',
  '__proto__',
  `1' or '1'='1`,
  '{"$ne":null}',
  'constructor',
];

/** Names that no entity has, and that would do harm where they became part of a query or led out of an object. */
const names = [
  'nope',
  'id; drop table products',
  'id" = 1 or "id',
  'id` = 1 or `id',
  '1=1) or (id',
  'lower(name)',
  '*',
  '?',
  ':id',
  '$1',
  '$where',
  '$expr',
  '$or',
  'name.$ne',
  'name.length',
  'nope.name',
  '__proto__',
  '__proto__.polluted',
  'constructor',
  'constructor.name',
  'toString',
  'hasOwnProperty',
  '',
  '.',
  'id.',
  'i\0d',
];

function conditionsOn(field: string): FieldCondition[] {
  return [
    { op: 'eq', field, value: 'x' },
    { op: 'gt', field, value: '' },
    { op: 'in', field, value: ['x', '1'] },
    { op: 'contains', field, value: '', ignoreCase: false },
    { op: 'starts_with', field, value: '', ignoreCase: true },
    { op: 'is_null', field, value: false },
  ];
}

/** Either refused, or without effect; never more. */
async function resultOf(act: () => unknown): Promise<unknown> {
  try {
    return await act();
  } catch {
    // What it says is the store's own affair; the cases of `closedFields` ask that it is said at all.
    return undefined;
  }
}

async function expectIntact(bench: Bench) {
  await expectStored(bench, bench.fixtures.products);
  expectEqual('polluted' in {}, false, 'whether all objects have a property "polluted"');
}

export const hostileCases: readonly CaseDefinition[] = [
  ...values.map((value) =>
    defineWhere(
      `a value means itself: ${JSON.stringify(value)}`,
      {
        op: 'or',
        conditions: [
          { op: 'eq', field: 'name', value },
          { op: 'in', field: 'description', value: [value] },
        ],
      },
      ({ name, description }) => name === value || description === value,
    ),
  ),
  ...values.map((value) =>
    defineCase(`a value in a key means itself: ${JSON.stringify(value)}`, async (bench) => {
      const key = frozen({ sku: value });
      expectNothing(await bench.repository.get(key), () => `what is found by ${shown(key)}`);
      expectNothing(await bench.repository.updateOne(key, frozen({ price: 1 })), 'what updateOne returns');
      expectEqual(await bench.repository.delete(key), false, 'what delete returns');
      await expectIntact(bench);
    }),
  ),
  ...names.map((field) =>
    defineCase(
      `a name in a condition finds nothing, and does no harm: ${JSON.stringify(field)}`,
      async (bench) => {
        for (const where of conditionsOn(field)) {
          const found = (await resultOf(() => bench.repository.list(frozen({ where })))) as
            | Iterable<object>
            | undefined;
          expectEqual(idsOf(found ?? []), [], () => `the ids of the list where ${shown(where)}`);
        }
        await expectIntact(bench);
      },
    ),
  ),
  defineCase('names in an order, in fields and in keys do no harm', async (bench) => {
    const { repository } = bench;
    for (const name of names) {
      await resultOf(() => repository.list(frozen({ sort: [{ field: name, direction: 'asc' }] })));
      await resultOf(() => repository.list(frozen({ fields: [name] })));
      const key = frozen(
        Object.fromEntries([
          ['id', 1],
          [name, 'x'],
        ]),
      );
      expectNothing(await resultOf(() => repository.get(key)), () => `what is found by ${shown(key)}`);
      expectNothing(
        await resultOf(() => repository.updateOne(key, { price: 1 })),
        () => `the update by ${shown(key)}`,
      );
      expectEqual(
        (await resultOf(() => repository.delete(key))) ?? false,
        false,
        () => `the deletion by ${shown(key)}`,
      );
    }
    await expectIntact(bench);
  }),
  defineCase('values for "__proto__" change no object but their own', async (bench) => {
    const sent = JSON.parse(
      '{"__proto__":{"polluted":true,"tenant":"x"},"constructor":{"prototype":{"polluted":true}}}',
    );
    const updated = await resultOf(() => bench.repository.updateOne(frozen({ id: 1 }), sent));
    expectEqual(
      (updated as { polluted?: boolean } | undefined)?.polluted,
      undefined,
      'a property that was inherited',
    );
    expectEqual('polluted' in {}, false, 'whether all objects have a property "polluted"');
  }),
  ...['list', 'getFilteredPage'].flatMap((method) => [
    defineCase(
      `${method} refuses unknown fields in conditions`,
      async (bench) => {
        for (const field of names) {
          for (const where of conditionsOn(field)) {
            await thrownBy(
              () => select(bench, method, { where }),
              () => `${method} where ${shown(where)}`,
            );
          }
        }
        await expectIntact(bench);
      },
      { needs: ['closedFields'] },
    ),
    defineCase(
      `${method} refuses unknown fields in the order`,
      async (bench) => {
        for (const field of names) {
          const sort = [{ field, direction: 'asc' }];
          await thrownBy(
            () => select(bench, method, { sort }),
            () => `${method} by ${shown(sort)}`,
          );
        }
        await expectIntact(bench);
      },
      { needs: ['closedFields'] },
    ),
  ]),
  defineCase(
    'refuses to write what the entity has no property for',
    async (bench) => {
      for (const name of names) {
        const more = Object.fromEntries([[name, 'x']]);
        await thrownBy(
          () => bench.repository.updateOne(frozen({ id: 1 }), frozen({ ...more, name: 'Pear' })),
          () => `updateOne of ${shown(more)}`,
        );
      }
      await expectIntact(bench);
    },
    { needs: ['closedFields'] },
  ),
];

function select(
  { repository }: Bench,
  method: string,
  selection: { where?: Condition; sort?: unknown },
): unknown {
  const full = frozen({ ...selection, limit: 10, total: true }) as Parameters<
    typeof repository.getFilteredPage
  >[0];
  return method === 'list' ? repository.list(full) : repository.getFilteredPage(full);
}
