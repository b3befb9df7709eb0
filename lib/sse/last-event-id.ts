import type { IncomingMessage } from 'node:http';

/** No id that a hub gives is as long. */
const MAX_LENGTH = 256;

/**
 * The id of the last event that a client got before it reconnected (HTML standard section 9.2.4). It is the client's word: it says
 * where to go on, and never what the client may see.
 */
export function lastEventId({ headers }: IncomingMessage): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' && id.length <= MAX_LENGTH ? id : undefined;
}
