import type { IncomingMessage, ServerResponse } from 'node:http';

const OPEN = Symbol('open');

/** Mostly of one, and then a list is less work than a set. */
type Open = (() => void)[];

type Connection = IncomingMessage['socket'] & { [OPEN]?: Open };

/** What a response of HTTP/2 has besides; it can not tell itself whether it is closed. */
interface OverHTTP2 {
  readonly stream?: { readonly destroyed: boolean; readonly rstCode: number };
}

/**
 * Calls back once, when a response is over: sent, or given up. Of requests that are pipelined on one connection, Node closes the
 * first response alone when the connection goes, so that the connection is listened to as well.
 */
export function onceOver(request: IncomingMessage, response: ServerResponse, done: () => void): void {
  const { socket } = request;
  // A connection that has gone says nothing more.
  const { stream } = response as OverHTTP2;
  if (response.closed || response.destroyed || stream?.destroyed || socket?.destroyed) {
    done();
    return;
  }
  // The streams of HTTP/2 all close by themselves.
  const open = request.httpVersionMajor === 1 && socket ? openOf(socket) : undefined;
  let isOver = false;
  const over = (): void => {
    if (isOver) return;
    isOver = true;
    if (open) remove(open, over);
    done();
  };
  open?.push(over);
  response.on('close', over);
}

/** Whether a response that is over was sent whole, and not given up. */
export function wasSent(response: ServerResponse): boolean {
  const { stream } = response as OverHTTP2;
  // HTTP/2 says of what was reset that it is finished, too.
  return response.writableFinished && (!stream || (response.writableEnded && stream.rstCode === 0));
}

function openOf(socket: Connection): Open {
  const known = socket[OPEN];
  if (known) return known;
  const open: Open = [];
  socket[OPEN] = open;
  socket.once('close', () => {
    // The response that has the connection is closed after it, and says so by itself.
    setImmediate(() => {
      for (const over of [...open]) over();
    });
  });
  return open;
}

function remove(open: Open, over: () => void): void {
  if (open.at(-1) === over) open.pop();
  else open.splice(open.indexOf(over), 1);
}
