import type { IncomingMessage } from 'node:http';

interface ClosableServer {
  close(...args: unknown[]): unknown;
}

const streamsOf = new WeakMap<object, Set<() => void>>();

/**
 * Ends the open streams of a server: their clients see a complete response, and an EventSource comes back after its `retry`.
 * `server.close()` does so by itself, as it would wait for them for ever.
 */
export function endStreams(server: object): void {
  for (const end of [...(streamsOf.get(server) ?? [])]) end();
}

/** Takes note of a stream, so that it is ended when its server closes. What it returns is called when it is over. */
export function noteStream(request: IncomingMessage, end: () => void): () => void {
  const { server } = request.socket as { server?: ClosableServer };
  if (!server) return () => {};
  const streams = streamsOf.get(server) ?? watch(server);
  streams.add(end);
  return () => streams.delete(end);
}

/** Node tells nobody that a server is asked to close until all of its connections are gone. */
function watch(server: ClosableServer): Set<() => void> {
  const streams = new Set<() => void>();
  streamsOf.set(server, streams);
  const { close } = server;
  server.close = function (this: unknown, ...args) {
    endStreams(server);
    return close.apply(this, args);
  };
  return streams;
}

/** How many streams a server has open. */
export function openStreams(server: object): number {
  return streamsOf.get(server)?.size ?? 0;
}
