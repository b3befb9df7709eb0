export * from './create.js';
export * from './destroy.js';
export * from './list.js';
export * from './options.js';
export * from './partial-update.js';
export * from './retrieve.js';
export type { GenericClass, Kwargs, RepositoryMethod, StoreView } from './store-view.js';
export * from './update.js';
export * from './viewsets.js';
