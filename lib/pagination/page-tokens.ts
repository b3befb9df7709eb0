import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { Scalar } from '../operations/index.js';

/** Where a page starts: at which values of the sort fields, and in which direction it goes from there. */
export interface Position {
  readonly direction: 'next' | 'previous';
  readonly values: readonly (Scalar | null)[];
  /** Whether what stands at these values belongs to the page; else it starts behind it. */
  readonly inclusive: boolean;
}

/** Makes tokens of positions, which a client can neither read nor change, and reads them. */
export interface PageTokens {
  /** @param context What the token holds for: it can be opened with the same alone. */
  seal(position: Position, context: string): string;
  /** `undefined` for what is no token of ours, or holds for something else. */
  open(token: string, context: string): Position | undefined;
}

const CIPHER = 'aes-256-gcm';
const VERSION = 1;
const NONCE = 12;
const TAG = 16;

/** Tokens under these secrets: the first seals, and all open. */
export function pageTokens(secrets: readonly string[] = [randomBytes(32).toString('base64')]): PageTokens {
  const keys = secrets.map((secret) =>
    Buffer.from(hkdfSync('sha256', secret, '', 'express-viewsets page token', 32)),
  );
  return {
    seal: (position, context) => seal(keys[0] as Buffer, encode(position), context),
    open: (token, context) => {
      const bytes = Buffer.from(token, 'base64url');
      // Of the texts that decode alike, one is a token.
      if (bytes.toString('base64url') !== token || bytes[0] !== VERSION) return undefined;
      for (const key of keys) {
        const text = open(key, bytes, context);
        if (text !== undefined) return decode(text);
      }
      return undefined;
    },
  };
}

function seal(key: Buffer, text: string, context: string): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(digest(context));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

function open(key: Buffer, bytes: Buffer, context: string): string | undefined {
  if (bytes.length < 1 + NONCE + TAG) return undefined;
  const nonce = bytes.subarray(1, 1 + NONCE);
  const tag = bytes.subarray(1 + NONCE, 1 + NONCE + TAG);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG });
  decipher.setAAD(digest(context)).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(bytes.subarray(1 + NONCE + TAG)), decipher.final()]).toString(
      'utf8',
    );
  } catch {
    return undefined;
  }
}

function digest(context: string): Buffer {
  return createHash('sha256').update(context).digest();
}

type Encoded = string | number | boolean | null | readonly ['date' | 'bigint', string];

function encode({ direction, inclusive, values }: Position): string {
  return JSON.stringify([direction, inclusive, ...values.map(encodeValue)]);
}

function encodeValue(value: Scalar | null): Encoded {
  if (value instanceof Date) return ['date', value.toISOString()];
  if (typeof value === 'bigint') return ['bigint', String(value)];
  return value;
}

function decode(text: string): Position {
  const [direction, inclusive, ...values] = JSON.parse(text) as [
    Position['direction'],
    boolean,
    ...Encoded[],
  ];
  return { direction, inclusive, values: values.map(decodeValue) };
}

function decodeValue(value: Encoded): Scalar | null {
  if (!Array.isArray(value)) return value as Scalar | null;
  const [type, text] = value as ['date' | 'bigint', string];
  return type === 'date' ? new Date(text) : BigInt(text);
}
