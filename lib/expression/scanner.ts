import {
  BACKSLASH,
  CLOSE,
  indexOfBroken,
  isInName,
  isInValue,
  isQuote,
  isSpace,
  MINUS,
  OPEN,
  STAR,
} from './characters.js';
import * as faults from './faults.js';
import type { ExpressionFault } from './types.js';

/** The longer ones first, as they begin with a shorter one. */
const comparators = ['<=', '>=', '!=', '<', '>', '=', ':'] as const;

export type Comparator = (typeof comparators)[number];

const keywords = ['AND', 'OR', 'NOT'] as const;

export type Keyword = (typeof keywords)[number];

/** A literal. */
export interface Value {
  /** Without the quotes, and with what the escapes stand for. */
  readonly text: string;
  readonly position: number;
  readonly quoted: boolean;
  /** The asterisks that are not escaped: where in `text`, and where in the expression. */
  readonly stars: readonly { readonly index: number; readonly position: number }[];
}

/** Whether a field of this name on the wire can be named in an expression. */
export function isExpressionName(name: string): boolean {
  return indexOfBroken(name) < 0 && new Scanner(name).name() === name;
}

function isKeyword(word: string): boolean {
  return keywords.some((keyword) => keyword === word);
}

/** Goes through an expression once; the parser says what is to come next, as a colon may end a word or stand in it. */
export class Scanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get position(): number {
    return this.#position;
  }

  get ended(): boolean {
    return this.#position >= this.#text.length;
  }

  /** The code of the next character; -1 at the end. */
  get next(): number {
    return this.ended ? -1 : this.#text.charCodeAt(this.#position);
  }

  skipSpace(): void {
    while (!this.ended && isSpace(this.next)) this.#position++;
  }

  take(code: number): boolean {
    if (this.next !== code) return false;
    this.#position++;
    return true;
  }

  /** Takes a keyword if it is the next word. */
  takeKeyword(keyword: Keyword): boolean {
    const end = this.#position + keyword.length;
    if (!this.#text.startsWith(keyword, this.#position)) return false;
    if (end < this.#text.length && isInName(this.#text.charCodeAt(end))) return false;
    this.#position = end;
    return true;
  }

  takeComparator(): Comparator | undefined {
    const found = comparators.find((comparator) => this.#text.startsWith(comparator, this.#position));
    if (found) this.#position += found.length;
    return found;
  }

  /** The name of a field, with its dots; `undefined` where there is none, but a keyword or a sign. */
  name(): string | undefined {
    if (this.next === MINUS) return undefined;
    const word = this.#word(isInName);
    return word === '' || isKeyword(word) ? undefined : word;
  }

  value(): Value | ExpressionFault {
    const position = this.#position;
    if (isQuote(this.next)) return this.#quoted();
    const text = this.#word(isInValue);
    if (text === '' && this.next === OPEN) return faults.composite(position);
    if (text === '' || isKeyword(text)) return faults.missingValue(position);
    if (this.next === OPEN) return faults.call(position);
    if (!this.ended && !isSpace(this.next) && this.next !== CLOSE) return faults.unquoted(this.#position);
    const stars: { index: number; position: number }[] = [];
    for (let index = text.indexOf('*'); index >= 0; index = text.indexOf('*', index + 1)) {
      stars.push({ index, position: position + index });
    }
    return { text, position, quoted: false, stars };
  }

  #quoted(): Value | ExpressionFault {
    const position = this.#position;
    const quote = this.next;
    const stars: { index: number; position: number }[] = [];
    let text = '';
    this.#position++;
    let from = this.#position;
    const takeUp = () => {
      text += this.#text.slice(from, this.#position);
    };
    for (; !this.ended; this.#position++) {
      const { next } = this;
      if (next === quote) {
        takeUp();
        this.#position++;
        return { text, position, quoted: true, stars };
      }
      if (next === STAR) {
        stars.push({ index: text.length + this.#position - from, position: this.#position });
      } else if (next === BACKSLASH) {
        takeUp();
        this.#position++;
        if (!isEscapable(this.next)) return faults.unknownEscape(this.#position - 1);
        from = this.#position;
      }
    }
    return faults.unclosedQuote(position);
  }

  #word(has: (code: number) => boolean): string {
    const start = this.#position;
    while (!this.ended && has(this.next)) this.#position++;
    return this.#text.slice(start, this.#position);
  }
}

function isEscapable(code: number): boolean {
  return code === BACKSLASH || code === STAR || isQuote(code);
}
