import { randomFillSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { exchangeOf, type Observer } from '../exchange.js';
import { setHeaderUnchecked } from '../header-map.js';

export interface RequestIdOptions {
  /** The header that it comes and goes by. Default `X-Request-Id`. */
  readonly header?: string;
  /** Whether an id that came with the request is kept, where it is one; else each request has a new one. Default true. */
  readonly trust?: boolean;
  /** Makes a new id, of the same letters. What is none, or fails, is logged, and the default is taken. Default: 32 random hexadecimal digits, as a trace id has. */
  readonly generate?: () => string;
}

/** What ids are made of in the field: UUIDs, ULIDs, base64, trace ids. No space and no quote, so that a line of a log stays one. */
const ID = /^[\w.:@+/=-]{1,128}$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Gives each request an id, and sends it.
 *
 * @throws TypeError for a header that is none.
 */
export function requestIds(
  { header = 'X-Request-Id', trust = true, generate }: RequestIdOptions,
  complain: (error: unknown) => void,
): Observer {
  if (!TOKEN.test(header))
    throw new TypeError(`\`requestId.header\` is "${header}", which is no name of a header.`);
  const name = header.toLowerCase();
  const make = (): string => {
    if (!generate) return randomId();
    try {
      const id: unknown = generate();
      if (typeof id === 'string' && ID.test(id)) return id;
      throw new TypeError('An id is up to 128 of letters, digits and `._:@+/=-`.');
    } catch (error) {
      complain(error);
      return randomId();
    }
  };
  return {
    kind: 'request id',
    begin(exchange) {
      const came = trust ? exchange.request.headers[name] : undefined;
      const id = typeof came === 'string' && ID.test(came) ? came : make();
      exchange.requestId = id;
      setHeaderUnchecked(exchange.response, name, id);
    },
  };
}

const DIGITS = 32;
/** Random bytes for 512 ids, as to ask for some takes as long as for many. */
const bytes = Buffer.alloc((512 * DIGITS) / 2);
let spent = bytes.length;

/** A UUID has as many random bits, and takes longer: V8 puts it together of twenty pieces, which it has to copy when the header is checked. */
function randomId(): string {
  if (spent === bytes.length) {
    randomFillSync(bytes);
    spent = 0;
  }
  spent += DIGITS / 2;
  return bytes.toString('hex', spent - DIGITS / 2, spent);
}

/** The id of a request, where `requestId` or `logs` of `configureApp` is on. */
export function requestIdOf(request: IncomingMessage): string | undefined {
  return exchangeOf(request)?.requestId;
}
