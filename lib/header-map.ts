import { ServerResponse } from 'node:http';
import { detachedResponse } from './detached-response.js';

/** The headers of a response by their names in lower case, each with its name as it is sent and its value. */
type HeaderMap = Record<string, [name: string, value: string | number]>;

type Headed = ServerResponse & Record<symbol, HeaderMap | null>;

/** Like Node's own, without `Object.prototype`: any token can be the name of a header. */
const HeaderMap = function HeaderMap() {} as unknown as new () => HeaderMap;
HeaderMap.prototype = Object.create(null);

const { setHeader: setChecked } = ServerResponse.prototype;

/** Where a response has its headers; nothing where Node's insides differ. */
const HEADERS = ((): symbol | undefined => {
  const response = detachedResponse() as Headed;
  const symbol = Object.getOwnPropertySymbols(response).find((own) => own.description === 'kOutHeaders');
  // An agent that was here first has a method of its own, which gets all headers as ever.
  if (symbol === undefined || response[symbol] !== null || !/\bkOutHeaders\b/.test(String(setChecked)))
    return undefined;
  response.setHeader('X-Name', 'value');
  const map: unknown = response[symbol];
  const isKnown =
    JSON.stringify(map) === '{"x-name":["X-Name","value"]}' && Object.getPrototypeOf(map) === null;
  return isKnown ? symbol : undefined;
})();

/**
 * Called where the first header of a response is about to be set. Node puts headers into an object that is a dictionary from the beginning
 * (`{ __proto__: null }`); objects of a constructor share hidden classes instead, and to fill them and to go through them takes some
 * hundredths less of the time of a whole request. For nothing else: `writeHead` treats a response that has no headers otherwise.
 *
 * @returns the headers of the response, also where they are Node's own; nothing where it is not known.
 */
export function keepHeaderClass(response: ServerResponse): HeaderMap | null | undefined {
  if (HEADERS === undefined) return undefined;
  const headed = response as Headed;
  if (headed[HEADERS] === null) headed[HEADERS] = new HeaderMap();
  return headed[HEADERS];
}

/** Sets a header that is known to be good, with its name in lower case, as `setHeader` does behind its look at each letter of both. */
export function setHeaderUnchecked(response: ServerResponse, name: string, value: string | number): void {
  const headers = keepHeaderClass(response);
  // A dictionary of Node's is left to Node: V8 adds to it fast only behind code that has seen many names.
  if (headers instanceof HeaderMap && response.setHeader === setChecked && !response.headersSent)
    headers[name] = [name, value];
  else response.setHeader(name, value);
}
