export type { RedisClient, RedisConnection } from './client.js';
export { type RedisEventHubOptions, redisEventHub } from './event-hub.js';
