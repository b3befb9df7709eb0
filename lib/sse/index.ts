export type { EventStreamSpec } from '../action.js';
export type { EventSchemas, EventSource, GapEvent, SentEvent } from '../inference.js';
export { endStreams, Gap, openStreams, type ServerSentEvent } from '../streams/index.js';
export { EventHub, type EventHubOptions, type Hub } from './event-hub.js';
export { lastEventId } from './last-event-id.js';
export { type EventsView, ServerSentEventsMixin } from './mixin.js';
export {
  type CancelledEvent,
  type FinishedEvent,
  type ResponseEventSchemas,
  responseEvent,
  responseEvents,
} from './response-events.js';
export { type SSEAction, type SSEOptions, sse } from './sse.js';
export type { PublishedEvent, Received, SubscribeOptions, Subscription } from './subscription.js';
