import type { ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import { log } from '../errors/index.js';
import { isExpired } from '../expiry.js';
import type { Awaitable } from '../inference.js';
import type { Operation } from '../operation.js';
import { settingsOfRequest } from '../settings.js';
import type { View } from '../view.js';
import { release, type Source } from './pump.js';

/** A result that is to be sent item by item. */
export interface StreamedResult {
  readonly view: View;
  readonly request: Request;
  readonly response: Response;
  readonly result: unknown;
  /** The media type that was negotiated. */
  readonly type: string;
  /** Last words of the view, before anything is sent. */
  readonly finalize: () => Awaitable<void>;
}

/** How an operation sends results item by item. */
export interface Streamer {
  /** The media types that it can send, the best one first. */
  readonly types: readonly string[];
  /** Whether it sends this result. */
  takes(result: unknown): boolean;
  /** Resolves when the response is complete or given up. Rejects while it is not begun: that is a problem like any other. */
  send(streamed: StreamedResult): Promise<void>;
}

/** How long a reader may stand still, in ms. */
export const WRITE_TIMEOUT = 60_000;

export type Head = (response: ServerResponse) => void;

/** Whether there is anything to send: not after a HEAD, to a client that has left, nor when time is over. The source is let go then. */
export async function begin(
  source: Source,
  { request, response, finalize }: StreamedResult,
  head: Head,
  report: (error: unknown) => void,
): Promise<boolean> {
  try {
    if (!response.headersSent && !isOver(response)) {
      await finalize();
      if (!isOver(response)) {
        if (request.method !== 'HEAD') return true;
        head(response);
        response.end();
      }
    }
  } catch (thrown) {
    void release(source, report);
    throw thrown;
  }
  await release(source, report);
  return false;
}

function isOver(response: ServerResponse): boolean {
  return response.writableEnded || response.destroyed || isExpired(response);
}

/** Logs what goes wrong when nobody can be told any more. */
export function faultLog(operation: Operation, { request }: StreamedResult): (error: unknown) => void {
  return (err) => {
    // Whoever waits with `this.signal` is told by it so.
    if ((err as Partial<Error> | undefined)?.name === 'AbortError') return;
    const said = err instanceof Error ? `: ${err.message}` : '.';
    log(settingsOfRequest(request).logger, { err }, `The stream of ${labelOf(operation)} broke off${said}`);
  };
}

export function labelOf({ view, handler }: Operation): string {
  return `${view.name}.${handler}`;
}
