import { recordOnce } from '../recorded.js';
import { traceViews } from '../trace-views.js';

/*
 * What views know, for traces of an instrumentation of your own, such as that of `@opentelemetry/auto-instrumentations-node`: nothing
 * is instrumented here, so that it may come before or after.
 */

traceViews();

export { recordOnce, traceViews };
