import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2SecureServer, Http2Server, ServerHttp2Session } from 'node:http2';
import type { Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { Server as TLSServer } from 'node:tls';

/** A server of any kind. */
export type AnyServer = Server | SecureServer | Http2Server | Http2SecureServer;

interface Connection {
  readonly socket: Socket;
  /** When it was taken: milliseconds, of `performance.now()`. */
  readonly since: number;
  /**
   * The answer to the latest request. Those of HTTP/1.1 are sent in the order of their requests, so that nothing is in flight once
   * this one is over, whatever else has come that is no request yet.
   */
  last: ServerResponse | undefined;
  /** HTTP/2, which knows by itself what is in flight. */
  session: ServerHttp2Session | undefined;
  /** Whether it speaks another protocol, and is the business of who took it. */
  isTaken: boolean;
}

/** How long after a connection was taken its first request may still be on its way, in milliseconds. */
const ARRIVAL = 500;

const CONNECTION = Symbol('connection');

type Marked = Socket & { [CONNECTION]?: Connection };

/** The events of a server that begin with a request and its response, and those that begin with a request and its socket. */
const requests: ReadonlySet<unknown> = new Set(['request', 'checkContinue', 'checkExpectation']);
const takeovers: ReadonlySet<unknown> = new Set(['upgrade', 'connect']);

/** The connections of a server, from now on, and what is in flight on them. */
export class Connections {
  readonly #server: AnyServer;
  readonly #emit: AnyServer['emit'];
  readonly #all = new Set<Connection>();
  /** Those that do not speak TLS yet, by their client: what will speak it is another socket. */
  readonly #greeting = new Map<string, Pick<Connection, 'socket' | 'since'>>();
  #isEnding = false;

  constructor(server: AnyServer) {
    this.#server = server;
    this.#emit = server.emit;
    // In front of Node's own, which begin a session at once.
    server.prependListener('connection', server instanceof TLSServer ? this.#greet : this.#take);
    server.prependListener('secureConnection', this.#secure);
    server.on('session', this.#converse);
    const note = this.#note;
    const emit = this.#emit as (...args: unknown[]) => boolean;
    // A listener of its own would change what Node does, which asks whether there is one to `upgrade` or `checkContinue`.
    server.emit = function (this: unknown, ...args: unknown[]) {
      note(args);
      return emit.apply(this, args);
    } as AnyServer['emit'];
  }

  /** From now on each answer says that its connection is closed behind it. */
  lastCall(): void {
    this.#isEnding = true;
    for (const { last } of this.#all) if (last) comeBack(last, false);
  }

  /** Closes what has nothing in flight. To be called again, for what has. */
  end(): void {
    const before = performance.now() - ARRIVAL;
    for (const { socket, since, last, session, isTaken } of this.#all) {
      session?.close();
      if (!session && !isTaken && (last ? isOver(last) : since < before)) socket.destroy();
    }
    for (const { socket, since } of this.#greeting.values()) if (since < before) socket.destroy();
    // Those that were there before.
    if ('closeIdleConnections' in this.#server) this.#server.closeIdleConnections();
  }

  /** Closes all of them, and waits until they are. */
  async cut(): Promise<void> {
    const sockets = [...this.#all, ...this.#greeting.values()].map(({ socket }) => socket);
    const closed = sockets.map(
      (socket) => socket.closed || new Promise((resolve) => socket.once('close', resolve)),
    );
    for (const socket of sockets) socket.destroy();
    if ('closeAllConnections' in this.#server) this.#server.closeAllConnections();
    await Promise.all(closed);
  }

  /** Takes no notice of the server any more. */
  dispose(): void {
    const server = this.#server;
    server.off('connection', this.#greet).off('connection', this.#take);
    server.off('secureConnection', this.#secure).off('session', this.#converse);
    server.emit = this.#emit;
  }

  readonly #note = ([event, request, other]: unknown[]): void => {
    if (requests.has(event)) this.#answer(request as IncomingMessage, other as ServerResponse);
    else if (takeovers.has(event)) this.#take(other as Socket).isTaken = true;
  };

  #answer({ httpVersionMajor, socket }: IncomingMessage, response: ServerResponse): void {
    if (httpVersionMajor !== 1) return;
    const connection = this.#take(socket);
    const before = connection.last;
    connection.last = response;
    if (!this.#isEnding || before === response) return;
    // It came in time, and was the last one.
    if (before) comeBack(before, true);
    comeBack(response, false);
  }

  readonly #take = (socket: Marked): Connection => {
    const known = socket[CONNECTION];
    if (known) return known;
    const since = performance.now();
    const connection: Connection = { socket, since, last: undefined, session: undefined, isTaken: false };
    socket[CONNECTION] = connection;
    this.#all.add(connection);
    socket.once('close', () => this.#all.delete(connection));
    return connection;
  };

  readonly #greet = (socket: Socket): void => {
    const client = clientOf(socket);
    if (client === undefined) return;
    this.#greeting.set(client, { socket, since: performance.now() });
    socket.once('close', () => {
      if (this.#greeting.get(client)?.socket === socket) this.#greeting.delete(client);
    });
  };

  readonly #secure = (socket: Socket): void => {
    this.#greeting.delete(clientOf(socket) ?? '');
    this.#take(socket);
  };

  readonly #converse = (session: ServerHttp2Session): void => {
    // A stand-in for the socket, which shows what is on it.
    const connection = (session.socket as Marked)[CONNECTION];
    if (connection) connection.session = session;
  };
}

/** Whether a client may use its connection again after this answer. */
function comeBack(response: ServerResponse, may: boolean): void {
  if (!response.headersSent) response.shouldKeepAlive = may;
}

function isOver(response: ServerResponse): boolean {
  return response.writableFinished || response.destroyed;
}

/** `undefined` for what has no address, such as a pipe. */
function clientOf({ remoteAddress, remotePort }: Socket): string | undefined {
  return remotePort === undefined ? undefined : `${remoteAddress} ${remotePort}`;
}
