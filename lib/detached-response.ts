import { type IncomingMessage, ServerResponse } from 'node:http';

/** A response that nobody has asked for, and without a date: to see how Node does what it does. */
export function detachedResponse(): ServerResponse {
  const request = { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1, headers: {} };
  const response = new ServerResponse(request as unknown as IncomingMessage);
  response.sendDate = false;
  return response;
}
