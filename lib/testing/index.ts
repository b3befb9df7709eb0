export { type Feature, features } from './features.js';
export { documentsOf, standardFixtures } from './fixtures.js';
export type { SetUp, Store } from './harness.js';
export { type Category, type Fixtures, Product, type ProductDocument, type Tag } from './product.js';
export { type RepositoryCase, type RepositoryCasesOptions, repositoryCases } from './repository-cases.js';
