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
