import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Writable } from 'node:stream';

const { end, writeHead } = ServerResponse.prototype;

/** Where Node keeps the head of a response from `writeHead` until the first write, with which it is sent. */
interface Headed {
  _header: string;
}

/**
 * Ends a response with a text, of which it tells the length. Head and body go out in one write, which takes a tenth less of the time of
 * a whole request than the two that `response.end(text)` makes, the second of them empty. What has taken the place of Node's own methods, as
 * compression does, gets the text as ever.
 */
export function endWith(response: ServerResponse, text: string): void {
  const length = Buffer.byteLength(text);
  response.setHeader('Content-Length', length);
  const isASCII = length === text.length;
  if (isASCII && joins && isUntouched(response) && response.req.method !== 'HEAD') {
    response.writeHead(response.statusCode);
    (response as unknown as Headed)._header += text;
    response.end();
  } else response.end(text);
}

function isUntouched(response: ServerResponse): boolean {
  return response.end === end && response.writeHead === writeHead && !response.strictContentLength;
}

/** Whether a text can be put behind the head, and is worth it: newer Node makes one write of both by itself. */
const joins = ((): boolean => {
  const text = 'x';
  try {
    const usual = writesOf((response) => response.end(text));
    const joined = writesOf((response) => {
      response.writeHead(200);
      (response as unknown as Headed)._header += text;
      response.end();
    });
    return usual.length > 1 && joined.length === 1 && joined[0] === usual.join('');
  } catch {
    // A Node whose insides differ: it is left to its own ways.
    return false;
  }
})();

/** What a response writes to its connection. */
function writesOf(answer: (response: ServerResponse) => void): string[] {
  const writes: string[] = [];
  const connection = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      writes.push(String(chunk));
      done();
    },
  });
  const request = { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1, headers: {} };
  const response = new ServerResponse(request as unknown as IncomingMessage);
  response.sendDate = false;
  response.setHeader('Content-Length', 1);
  response.assignSocket(connection as Socket);
  answer(response);
  return writes;
}
