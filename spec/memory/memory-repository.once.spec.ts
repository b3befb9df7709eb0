import { documentsOf, type ProductDocument, repositoryCases } from 'express-viewsets/testing';
import { MemoryRepository } from '../../lib/memory/index';

// Objects in memory have whatever properties they are given.
const cases = repositoryCases(
  (fixtures) => ({
    repository: new MemoryRepository<ProductDocument>(documentsOf(fixtures), { unique: ['sku'] }),
  }),
  { lacks: ['closedFields', 'microseconds'] },
);

describe('the repository in memory', () => {
  for (const { name, skip, run } of cases) (skip ? test.skip : test)(name, run);
});
