export type { PrismaModel } from './model.js';
export * from './order.js';
export * from './repository.js';
export { type PrismaWhere, toPrismaWhere } from './where.js';
