import type { Operation } from '../operation.js';
import { eventStreamer } from './event-stream.js';
import { rowStreamer } from './row-stream.js';
import type { Streamer } from './streamer.js';

export { isEvent, type ServerSentEvent } from './event-frame.js';
export { eventSchema, Gap } from './event-schema.js';
export { formatTypes } from './row-stream.js';
export { endStreams, openStreams } from './shutdown.js';
export type { Streamer } from './streamer.js';

/**
 * Compiles how an operation sends results item by item; none for one that never does.
 *
 * @throws TypeError for schemas that can not be served.
 */
export function streamerOf(operation: Operation): Streamer | undefined {
  const { checked, spec } = operation;
  if (!checked) return undefined;
  if (spec.sse) return eventStreamer(operation);
  return spec.response && !spec.empty ? rowStreamer(operation) : undefined;
}
