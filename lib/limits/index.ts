export { concurrencyGate, type LimitOptions } from './concurrency.js';
export { type ThrottleOptions, throttle } from './throttle.js';
