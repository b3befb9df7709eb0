import { once } from 'node:events';
import { createServer, get as httpGet, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

const servers: Server[] = [];

/** A stock server of an app; `closeServers` ends it. */
export async function serve(app: Express): Promise<{ server: Server; url: string }> {
  const server = createServer(app);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export async function closeServers(): Promise<void> {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    if (server.listening) await new Promise((done) => server.close(done));
  }
}

/** A request whose response is read bit by bit, or not at all. */
export function open(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpGet(url, { headers, agent: false }, resolve).on('error', reject);
  });
}

/** Waits until something is so, in turns of the event loop. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The frames of a whole stream, without the comments. */
export function framesOf(text: string): string[] {
  return text.split('\n\n').filter((frame) => frame !== '' && !frame.startsWith(':'));
}
