import { PrismaRepository } from 'express-viewsets/prisma';
import { type Feature, repositoryCases, type SetUp } from 'express-viewsets/testing';
import { Held } from '../support/engines/held';
import { bestPostgres, type PostgresServer } from '../support/engines/postgres';
import type { Client, OpenClient } from './client';
import { productOptions } from './options';
import { createTables, fill } from './tables';

/*
 * Prisma has numbers of 64 bits as BigInt only, and dates with milliseconds. Lists of texts can be tested for what they
 * hold as a whole, and for no part of it. Letters beyond ASCII have no case here, as the columns are of the collation "C",
 * which orders by code points.
 */
const lacks: Feature[] = ['largeIntegers', 'microseconds', 'lists', 'unicodeCase'];

/** The cases of `express-viewsets/testing`, on the best server that there is. */
export function describeConformance(clientOpener: () => OpenClient): void {
  describe.each(bestPostgres)('Prisma on %s', (_, start) => {
    const schema = `prisma_${Math.random().toString(36).slice(2, 10)}`;
    let server: PostgresServer;
    let client: Client;

    beforeAll(async () => {
      server = await start();
      client = clientOpener()(server.url, schema, server.connections);
      await createTables(client, schema);
    }, 60_000);

    afterAll(async () => {
      await client.$executeRawUnsafe(`drop schema ${schema} cascade`);
      await client.$disconnect();
      await server.close();
    });

    const held = new Held();
    const watched = (delegate: Client['product']): Client['product'] =>
      new Proxy(delegate, {
        get(target, name, receiver) {
          const member: unknown = Reflect.get(target, name, receiver);
          if (typeof member === 'function' && !/^(find|count)/.test(String(name))) held.forget();
          return member;
        },
      });
    const setUp: SetUp = async (fixtures) => {
      await held.fill(schema, fixtures, () => fill(client, schema, fixtures));
      // What pages are found again by has to be in their items.
      const options = { ...productOptions, include: { category: true } };
      return { repository: new PrismaRepository(watched(client.product), options) };
    };

    for (const { name, run, skip } of repositoryCases(setUp, { lacks })) (skip ? test.skip : test)(name, run);
  });
}
