export { type AccessLogOptions, accessLog, describeRequest } from './access-log.js';
export { type AccessLogger, jsonLogger, structured, usualLogger } from './logger.js';
export { type RequestIdOptions, requestIdOf, requestIds } from './request-id.js';
