import type { IncomingMessage, ServerResponse } from 'node:http';
import { expiryOf } from '../expiry.js';
import { onceOver } from '../once-over.js';
import { comesLate, noteStream } from './shutdown.js';

export interface OutletOptions {
  /** How long a client may take nothing of what is written, in ms, before its connection is cut. */
  readonly writeTimeout: number;
  /** Sets what is known only when the response starts: status, headers. */
  readonly head: (response: ServerResponse) => void;
  /** What is written in front of all else. */
  readonly prelude?: string | undefined;
  /** Whether it has no end of its own, so that it is ended when the server shuts down. */
  readonly endless?: boolean;
}

/** The bytes that are written in one turn of the event loop, before other requests get theirs. */
const TURN = 65_536;

/** HTTP/2's own way to say that a stream broke off (RFC 9113 section 7, INTERNAL_ERROR). */
const INTERNAL_ERROR = 2;

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A response that is written bit by bit, at the pace of its reader, until either side has enough. */
export class Outlet {
  /** Whether nothing more is wanted: the client left, it reads nothing, or the server shuts down. */
  over = false;
  opened = false;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: OutletOptions;
  readonly #forget: () => void;
  #onOver: (() => void) | undefined;
  #full = false;
  #written = 0;
  #drain: Promise<void> | undefined;
  #onDrain: (() => void) | undefined;
  #stall: NodeJS.Timeout | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, options: OutletOptions) {
    this.#request = request;
    this.#response = response;
    this.#options = options;
    // A part of a result must not look like the whole: rows go on to their end, as any request in flight.
    this.#forget = options.endless ? noteStream(request, () => this.#shutDown()) : () => {};
    onceOver(request, response, () => {
      this.#forget();
      clearTimeout(this.#stall);
      this.#stop();
    });
    // When its time is over before it begins, another answer is sent in its place.
    expiryOf(response)?.addEventListener('abort', () => this.opened || this.#stop(), { once: true });
    if (response.destroyed) this.#stop();
    else if (options.endless && comesLate(request)) this.#shutDown();
  }

  /** Calls back once, when it is over before the source is. */
  onOver(call: () => void): void {
    if (this.over) call();
    else this.#onOver = call;
  }

  /** Sends the headers, once. */
  open(): void {
    if (this.opened || this.over) return;
    this.opened = true;
    // An action may have sent them itself.
    if (!this.#response.headersSent) this.#options.head(this.#response);
    // In place of one for each wait: middleware such as compression keeps each listener for good.
    this.#response.on('drain', () => this.#caughtUp());
    this.#response.flushHeaders();
    if (this.#options.prelude !== undefined) this.#response.write(this.#options.prelude);
  }

  /** Whether the reader is behind, so that nothing should be written which can wait. */
  get full(): boolean {
    return this.#full;
  }

  /** Resolves when the reader has caught up, or it is over. */
  drained(): Promise<void> {
    this.#drain ??= new Promise((resolve) => {
      this.#onDrain = resolve;
    });
    return this.#drain;
  }

  /** What it returns is to be awaited before the next write. */
  write(text: string): Promise<void> | undefined {
    if (this.over) return undefined;
    // It is destroyed and has not said so yet: a source that never waits would keep it from saying so.
    if (this.#response.destroyed) return turn();
    this.open();
    this.#written += text.length;
    const hasRoom = this.#response.write(text);
    if (this.over) return undefined;
    if (!hasRoom) {
      this.#full = true;
      this.#watch();
    }
    if (this.#written < TURN) return hasRoom ? undefined : this.drained();
    this.#written = 0;
    // Where the reader keeps up it has caught up within the same turn, again and again.
    return hasRoom ? turn() : this.drained().then(turn);
  }

  /** Sends on what middleware that compresses holds back. */
  flush(): void {
    const { flush } = this.#response as { flush?: () => void };
    // Its own method: that of older Node versions is another one.
    if (!this.over && Object.hasOwn(this.#response, 'flush')) flush?.call(this.#response);
  }

  /** Ends the response as complete. */
  end(): void {
    if (this.over) return;
    this.open();
    this.#close();
  }

  /** Ends the response so that the client sees that something is missing. */
  cut(): void {
    const { stream } = this.#response as { stream?: { close?(code: number): void } };
    if (this.#request.httpVersionMajor === 2 && stream?.close) stream.close(INTERNAL_ERROR);
    else this.#response.destroy();
  }

  /** Lets the response go where another one is sent in its place. */
  release(): void {
    this.#forget();
    this.#onOver = undefined;
  }

  #close(): void {
    this.#onOver = undefined;
    this.over = true;
    this.#forget();
    this.#response.end();
    // What is still on its way out waits for the reader no longer than a write does.
    if (!this.#response.writableFinished) this.#watch();
  }

  #shutDown(): void {
    if (this.over) return;
    const { socket } = this.#request;
    // It is no longer idle to come back for the next request, which nobody would answer.
    if (this.#request.httpVersionMajor === 1) this.#response.once('finish', () => socket.end());
    this.open();
    const stopped = this.#onOver;
    this.#caughtUp();
    this.#close();
    stopped?.();
  }

  #stop(): void {
    this.over = true;
    const stopped = this.#onOver;
    this.#onOver = undefined;
    stopped?.();
    this.#caughtUp();
  }

  #caughtUp(): void {
    clearTimeout(this.#stall);
    this.#stall = undefined;
    this.#full = false;
    const resume = this.#onDrain;
    this.#onDrain = undefined;
    this.#drain = undefined;
    resume?.();
  }

  #watch(): void {
    if (this.#stall || this.#options.writeTimeout === 0) return;
    this.#stall = setTimeout(() => this.cut(), this.#options.writeTimeout).unref();
  }
}
