import type { APIError } from 'express-viewsets';
import { PrismaRepository } from 'express-viewsets/prisma';

/* How the versions and adapters of Prisma tell which value is taken. */

const field = { typeName: 'String' };
const fields = { id: field, name: field, short_name: field, tenant: field };

async function fieldsOf(meta: unknown): Promise<unknown> {
  const error = Object.assign(new Error('Unique constraint failed'), { code: 'P2002', meta });
  const fail = () => Promise.reject(error);
  const delegate = {
    create: fail,
    findFirst: fail,
    findMany: fail,
    count: fail,
    update: fail,
    deleteMany: fail,
    fields,
  };
  const items = new PrismaRepository(delegate, { nullable: [], constraints: { mine: ['tenant'] } });
  const rejection = await items.create({ id: 'a' }).catch((reason: unknown) => reason);
  expect(rejection).toMatchObject({ name: 'UniqueViolation', cause: error });
  return (rejection as { fields: unknown }).fields;
}

const adapter = (constraint: object) => ({ driverAdapterError: { cause: { constraint } } });

test.each<[what: string, meta: unknown, fields: string[]]>([
  ['fields', { target: ['tenant', 'name'] }, ['tenant', 'name']],
  ['fields of an adapter', adapter({ fields: ['"tenant"', 'name'] }), ['tenant', 'name']],
  ['an index', { target: 'Item_tenant_short_name_key' }, ['tenant', 'short_name']],
  ['an index of an adapter', adapter({ index: 'Item_name_key' }), ['name']],
  ['the key', adapter({ index: 'Item_pkey' }), ['id']],
  ['an index with a name of its own', { target: 'mine' }, ['tenant']],
  ['an index that is not known', { target: 'other' }, []],
  ['nothing', undefined, []],
])('%s', async (_, meta, expected) => {
  expect(await fieldsOf(meta)).toEqual(expected);
});

const integer = { typeName: 'Int' };

function failing(error: unknown) {
  const fail = () => Promise.reject(error);
  return new PrismaRepository(
    {
      create: fail,
      findFirst: fail,
      findMany: fail,
      count: fail,
      update: fail,
      deleteMany: fail,
      fields: { ...fields, price: integer },
    },
    { nullable: [] },
  );
}

const known = (code: string, meta: object = {}, message = 'secret') =>
  Object.assign(new Error(message), { code, meta });
const ofDriver = (originalCode: string) =>
  known('P2010', { driverAdapterError: { cause: { originalCode } } });
const ofEngine = (code: string) =>
  new Error(`ConnectorError(QueryError(PostgresError { code: "${code}", message: "secret" }))`);

test.each<[what: string, error: Error, status: number, pointers: string[]]>([
  ['a reference to nothing', known('P2003'), 409, []],
  ['a relation that is required', known('P2014'), 409, []],
  ['a text that is too long', known('P2000', { column_name: 'name' }), 400, ['#/name']],
  ['a column that is no field', known('P2000', { column_name: 'secret' }), 400, []],
  ['a value of another type', known('P2005'), 400, []],
  ['a value that is none', known('P2006'), 400, []],
  ['a value that does not fit', known('P2007'), 400, []],
  ['a number out of range', known('P2020'), 400, []],
  ['null', known('P2011', { constraint: ['tenant'] }), 400, ['#/tenant']],
  ['null, of an adapter', known('P2011', adapter({ fields: ['"tenant"'] })), 400, ['#/tenant']],
  ['a value that is missing', known('P2012'), 400, []],
  ['a constraint', known('P2004'), 400, []],
  ['a check, of an adapter', ofDriver('23514'), 400, []],
  ['a check, of an engine', ofEngine('23514'), 400, []],
  ['no UUID', known('P2023', {}, 'Error creating UUID, invalid character: secret'), 400, []],
])('a value that is refused is told, and not repeated: %s', async (_, error, status, pointers) => {
  const items = failing(error);
  for (const act of [() => items.create({ id: 'a' }), () => items.updateOne({ id: 'a' }, { name: 'b' })]) {
    const rejection = await act().catch((reason: unknown) => reason);
    expect(rejection).toMatchObject({ status, cause: error });
    const { message, errors } = rejection as APIError;
    expect(errors.map((fault) => 'pointer' in fault && fault.pointer)).toEqual(pointers);
    expect(JSON.stringify([message, errors])).not.toContain('secret');
  }
});

test('what others refer to is not removed', async () => {
  await expect(failing(known('P2003')).delete({ id: 'a' })).rejects.toMatchObject({ status: 409 });
});

test('a value that no field can have is a 400 where it is asked for', async () => {
  for (const error of [known('P2007'), ofDriver('22P02'), ofEngine('22003')]) {
    const items = failing(error);
    await expect(items.get({ id: 'a' })).rejects.toMatchObject({ status: 400, cause: error });
    await expect(items.list({})).rejects.toMatchObject({ status: 400 });
    await expect(items.getFilteredPage({ limit: 1, total: true })).rejects.toMatchObject({ status: 400 });
  }
});

test.each([2 ** 31, -(2 ** 31) - 1, 1.5, 2n ** 40n])('the number %p is refused for an Int', async (price) => {
  const items = failing(new Error('Nothing is to be sent.'));
  await expect(items.create({ price })).rejects.toMatchObject({ status: 400, fields: ['price'] });
  await expect(items.updateOne({ id: 'a' }, { price })).rejects.toMatchObject({ status: 400 });
});

test.each([known('P2024'), known('P2023', {}, 'Inconsistent column data'), ofEngine('42P01'), undefined])(
  'anything else stays as it is: %p',
  async (error) => {
    const items = failing(error);
    await expect(items.create({ id: 'a' })).rejects.toBe(error);
    await expect(items.list({})).rejects.toBe(error);
  },
);
