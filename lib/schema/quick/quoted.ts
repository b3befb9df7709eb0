/** A scalar as `JSON.stringify` writes it. */
export function scalarText(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** Of characters: to look at each of so few is faster than to search them. */
const SHORT = 40;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what JSON has to escape (RFC 8259 section 7).
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A string as `JSON.stringify` writes it. */
export function quoted(text: string): string {
  if (text.length > SHORT) return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code <= 0xdfff))
      return JSON.stringify(text);
  }
  return `"${text}"`;
}
