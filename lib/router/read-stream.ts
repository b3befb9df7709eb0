import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { BadRequest, PayloadTooLarge, UnsupportedMediaType } from '../errors/index.js';

/** RFC 9110 section 8.4.1. */
const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * The bytes of a body, inflated where it says so; the limit is one on both sides of that. At once where all of it has arrived.
 *
 * @throws what it rejects with, too: `BadRequest`, `PayloadTooLarge`, `UnsupportedMediaType`.
 */
export function readBytes(request: IncomingMessage, limit: number): Buffer | Promise<Buffer> {
  // It would say nothing more, not even that it is closed.
  if (request.destroyed) throw aborted();
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const length = request.headers['content-length'];
  if (length !== undefined && Number(length) > limit) throw new PayloadTooLarge();
  if (encoding === 'identity' || encoding === '')
    return hasArrived(request) ? taken(request, limit) : collect(request, limit);
  const decoder = Object.hasOwn(decoders, encoding) ? decoders[encoding]?.() : undefined;
  if (!decoder) {
    const headers = { 'Accept-Encoding': 'gzip, deflate, br' };
    const detail = 'The content encoding of the body is not supported.';
    throw new UnsupportedMediaType(detail, { headers });
  }
  return inflate(request, decoder, limit);
}

/**
 * Whether all of a body is there to be taken: nothing has to be listened to. Middleware that listens already gets it in its pieces. That a
 * message is complete is told only behind the tick of its last bytes, and their number already in it.
 */
function hasArrived(request: IncomingMessage): boolean {
  if (request.readableFlowing !== null) return false;
  if (request.complete) return true;
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  // A lenient parser takes both, and then the length says nothing (RFC 9112 section 6.3).
  if (length === undefined || coding !== undefined || request.readableEncoding !== null) return false;
  return request.readableLength === Number(length);
}

function taken(request: IncomingMessage, limit: number): Buffer {
  const body = (request.read() ?? '') as Buffer | string;
  // Whoever waits for its end is told of it, as of the end of all that flows.
  if (!request.complete) request.resume();
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  if (bytes.length > limit) throw new PayloadTooLarge();
  return bytes;
}

async function inflate(request: IncomingMessage, decoder: Transform, limit: number): Promise<Buffer> {
  // A request closes too once it has arrived whole, while its last bytes are still being inflated.
  const leave = () => request.complete || decoder.destroy(aborted());
  request.once('close', leave);
  try {
    return await collect(request.pipe(decoder), limit);
  } catch (error) {
    // The request itself stays open, as it is answered; what is left of the body runs dry.
    request.unpipe(decoder);
    request.resume();
    throw isZlibError(error)
      ? new BadRequest('The body is not encoded as it says.', { cause: error })
      : error;
  } finally {
    request.off('close', leave);
    decoder.destroy();
  }
}

function collect(stream: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (outcome: () => void): void => {
      stream.off('data', take).off('end', end).off('error', fail).off('close', leave);
      outcome();
    };
    const take = (chunk: Buffer | string): void => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      size += bytes.length;
      if (size <= limit) chunks.push(bytes);
      else {
        settle(() => reject(new PayloadTooLarge()));
        stream.pause();
      }
    };
    const end = () =>
      settle(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    const fail = (error: Error) => settle(() => reject(isReset(error) ? aborted() : error));
    const leave = () => settle(() => reject(aborted()));
    stream.on('data', take).on('end', end).on('error', fail).on('close', leave);
  });
}

function aborted(): BadRequest {
  return new BadRequest('The request was aborted.');
}

function isReset(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ECONNRESET' || error.message === 'aborted';
}

function isZlibError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && (code.startsWith('Z_') || code.startsWith('ERR_'));
}
