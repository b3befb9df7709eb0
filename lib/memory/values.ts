const INSTANT = /^[+-]?\d{4,6}-\d\d-\d\d(?:T|$)/;

/** Null, and what JSON has no other word for. */
export function isAbsent(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'number'
    ? Number.isNaN(value)
    : value instanceof Date && Number.isNaN(value.getTime());
}

/**
 * Negative, zero or positive, as `a` comes before, with or after `b`; `undefined` where the two cannot be compared. Texts are
 * in the order of their code points, and a `Date` and an ISO text are one instant or not.
 */
export function compareValues(a: unknown, b: unknown): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (isNumeric(a) && isNumeric(b)) return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Date || b instanceof Date) {
    const difference = instantOf(a) - instantOf(b);
    return Number.isNaN(difference) ? undefined : difference;
  }
  return undefined;
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' ? !Number.isNaN(value) : typeof value === 'bigint';
}

/** Milliseconds since 1970; not a number for what is no instant. */
export function instantOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  // Other texts would be guessed at.
  return typeof value === 'string' && INSTANT.test(value) ? Date.parse(value) : Number.NaN;
}

function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return inCodePointOrder(left) - inCodePointOrder(right);
  }
  return a.length - b.length;
}

/** Surrogates are halves of code points behind all others, but have units before some of them. */
function inCodePointOrder(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
