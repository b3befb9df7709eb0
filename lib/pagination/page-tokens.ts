import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { Scalar } from '../operations/index.js';

/** Where a page starts: at which values of the sort fields, and in which direction it goes from there. */
export interface Position {
  readonly direction: 'next' | 'previous';
  readonly values: readonly PositionValue[];
  /** Whether what stands at these values belongs to the page; else it starts behind it. */
  readonly inclusive: boolean;
}

/** A value of a sort field; a text that is too long for a token is cut. */
export type PositionValue = Scalar | null | CutText;

/** The start of a text, and what tells whether another one is the same. */
export class CutText {
  constructor(
    readonly start: string,
    readonly digest: string,
  ) {}

  /** @param bytes The most that the start takes, written as JSON. */
  static of(text: string, bytes: number): CutText {
    return new CutText(startOf(text, bytes), digest(text).toString('base64url'));
  }

  isOf(value: unknown): boolean {
    return typeof value === 'string' && digest(value).toString('base64url') === this.digest;
  }
}

/** Makes tokens of positions, which a client can neither read nor change, and reads them. */
export interface PageTokens {
  /**
   * Tokens are short: where the values take more than 600 bytes, the long texts are cut; the last value, which is of the key, beyond
   * 4000 bytes.
   *
   * @param context What the token holds for: it can be opened with the same alone.
   */
  seal(position: Position, context: string): string;
  /** `undefined` for what is no token of ours, or holds for something else. */
  open(token: string, context: string): Position | undefined;
}

const CIPHER = 'aes-256-gcm';
const VERSION = 1;
const NONCE = 12;
const TAG = 16;

// The `Link` of a page has two tokens, and has to be short.
const MAX_VALUES = 600;
// The last value tells which item it is of those whose texts start alike; no index of a database takes a longer one.
const MAX_KEY = 4000;
const LONGEST_START = 256;
const SHORTEST_START = 16;

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

type Encoded =
  | string
  | number
  | boolean
  | null
  | readonly ['date' | 'bigint', string]
  | readonly ['cut', string, string];

function encode({ direction, inclusive, values }: Position): string {
  const key = values.slice(-1).map((value) => shortened(value, MAX_KEY));
  return JSON.stringify([
    direction,
    inclusive,
    ...[...fitting(values.slice(0, -1)), ...key].map(encodeValue),
  ]);
}

/** Values that take 600 bytes together, with as much of each text as there is room for. */
function fitting(values: readonly PositionValue[]): readonly PositionValue[] {
  let found = values;
  for (let bytes = LONGEST_START; sizeOf(found) > MAX_VALUES && bytes >= SHORTEST_START; bytes /= 2) {
    found = values.map((value) => shortened(value, bytes));
  }
  return found;
}

function sizeOf(values: readonly PositionValue[]): number {
  return Buffer.byteLength(JSON.stringify(values.map(encodeValue)));
}

function shortened(value: PositionValue, bytes: number): PositionValue {
  return typeof value === 'string' && jsonBytes(value) > bytes
    ? CutText.of(value, Math.min(bytes, LONGEST_START))
    : value;
}

/** As much of a text as fits, by whole characters. */
function startOf(text: string, bytes: number): string {
  let start = '';
  let left = bytes;
  for (const character of text) {
    left -= jsonBytes(character);
    if (left < 0) break;
    start += character;
  }
  return start;
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

function encodeValue(value: PositionValue): Encoded {
  if (value instanceof CutText) return ['cut', value.start, value.digest];
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

function decodeValue(value: Encoded): PositionValue {
  if (!Array.isArray(value)) return value as Scalar | null;
  const [type, text, found] = value as ['date' | 'bigint', string] | ['cut', string, string];
  if (type === 'cut') return new CutText(text, found);
  return type === 'date' ? new Date(text) : BigInt(text);
}
