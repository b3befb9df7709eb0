import { instrument } from './instrument.js';
import { recordOnce } from './recorded.js';
import { traceViews } from './trace-views.js';

/*
 * Traces, in one import: `node --require express-viewsets/opentelemetry app.js`, for ECMAScript modules with `--import`. It has to come
 * before Express is loaded. Where spans go is the business of an SDK; without one, they cost little and go nowhere.
 */

instrument();
traceViews();

export { recordOnce, traceViews };
