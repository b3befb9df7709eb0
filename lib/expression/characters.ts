export const NUL = 0x00;
export const QUOTE = 0x22;
export const APOSTROPHE = 0x27;
export const OPEN = 0x28;
export const CLOSE = 0x29;
export const STAR = 0x2a;
export const MINUS = 0x2d;
export const COLON = 0x3a;
export const BACKSLASH = 0x5c;

/** What ends a word, whitespace aside. A colon ends a name, but not a value: times have some. */
const delimiters = new Set([...'()<>=!,"\'\\'].map((character) => character.charCodeAt(0)));

/** Any whitespace of Unicode, as texts are pasted from anywhere. */
export function isSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return /\s/.test(String.fromCharCode(code));
}

export function isQuote(code: number): boolean {
  return code === QUOTE || code === APOSTROPHE;
}

export function isInValue(code: number): boolean {
  return !delimiters.has(code) && !isSpace(code);
}

export function isInName(code: number): boolean {
  return code !== COLON && isInValue(code);
}

/** Where the first character stands that is none, or that stores refuse in a text; -1 where all is well. */
export function indexOfBroken(text: string): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === NUL) return index;
    if (code < 0xd800 || code > 0xdfff) continue;
    const next = index + 1 < text.length ? text.charCodeAt(index + 1) : NUL;
    if (code > 0xdbff || next < 0xdc00 || next > 0xdfff) return index;
    index++;
  }
  return -1;
}
