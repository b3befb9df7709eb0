import type { IncomingMessage } from 'node:http';
import { shutdownSignal } from '../shutdown-signal.js';

interface ClosableServer {
  close(...args: unknown[]): unknown;
  readonly listening?: boolean;
}

interface Streams {
  readonly open: Set<() => void>;
  wasClosed: boolean;
}

const streamsOf = new WeakMap<object, Streams>();

/**
 * Ends the open streams of a server: their clients see a complete response, and an EventSource comes back after its `retry`.
 * `server.close()` does so by itself, as it would wait for them for ever.
 */
export function endStreams(server: object): void {
  for (const end of [...(streamsOf.get(server)?.open ?? [])]) end();
}

/** Takes note of a stream, so that it is ended when its server closes. What it returns is called when it is over. */
export function noteStream(request: IncomingMessage, end: () => void): () => void {
  const server = serverOf(request);
  if (!server) return () => {};
  const { open } = streamsOf.get(server) ?? watch(server);
  open.add(end);
  return () => open.delete(end);
}

/** Whether a stream comes too late: its server, or its app, is about to end. */
export function comesLate(request: IncomingMessage & { readonly app?: object }): boolean {
  const server = serverOf(request);
  // It may listen again.
  if (server && streamsOf.get(server)?.wasClosed && !server.listening) return true;
  return request.app !== undefined && shutdownSignal(request.app).aborted;
}

function serverOf({ socket }: IncomingMessage): ClosableServer | undefined {
  return (socket as { server?: ClosableServer }).server;
}

/** Node tells nobody that a server is asked to close until all of its connections are gone. */
function watch(server: ClosableServer): Streams {
  const streams: Streams = { open: new Set(), wasClosed: false };
  streamsOf.set(server, streams);
  const { close } = server;
  server.close = function (this: unknown, ...args) {
    streams.wasClosed = true;
    endStreams(server);
    return close.apply(this, args);
  };
  return streams;
}

/** How many streams a server has open. */
export function openStreams(server: object): number {
  return streamsOf.get(server)?.open.size ?? 0;
}
