import type { Condition } from '../operations/types.js';
import { CLOSE, isQuote, MINUS, OPEN } from './characters.js';
import { compare } from './comparison.js';
import * as faults from './faults.js';
import { Scanner } from './scanner.js';
import type { ExpressionFault, ExpressionField, ExpressionLimits } from './types.js';

/*
 * Recursive descent, one method a rule of the grammar:
 *
 *   filter     = [ expression ]
 *   expression = factor { AND factor }
 *   factor     = term { OR term }
 *   term       = [ NOT | "-" ] ( "(" expression ")" | comparison )
 *   comparison = name comparator value
 */
export class Parser {
  readonly #scanner: Scanner;
  readonly #fields: ReadonlyMap<string, ExpressionField>;
  readonly #limits: ExpressionLimits;
  #nodes = 0;
  #depth = 0;

  constructor(text: string, fields: ReadonlyMap<string, ExpressionField>, limits: ExpressionLimits) {
    this.#scanner = new Scanner(text);
    this.#fields = fields;
    this.#limits = limits;
  }

  filter(): Condition | ExpressionFault {
    const scanner = this.#scanner;
    scanner.skipSpace();
    if (scanner.ended) return { op: 'and', conditions: [] };
    const found = this.#expression();
    if (isExpressionFault(found) || scanner.ended) return found;
    const { position, next } = scanner;
    return next === CLOSE ? faults.unopened(position) : faults.missingEnd(position);
  }

  #expression(): Condition | ExpressionFault {
    return this.#joined('and', 'AND', () => this.#joined('or', 'OR', () => this.#term()));
  }

  /** Leaves the scanner before what is neither whitespace nor the keyword. */
  #joined(
    op: 'and' | 'or',
    keyword: 'AND' | 'OR',
    rule: () => Condition | ExpressionFault,
  ): Condition | ExpressionFault {
    const scanner = this.#scanner;
    const first = rule();
    if (isExpressionFault(first)) return first;
    const conditions = partsOf(op, first);
    for (let more = false; ; more = true) {
      scanner.skipSpace();
      const { position } = scanner;
      if (!scanner.takeKeyword(keyword)) return more ? { op, conditions } : first;
      const next = (more ? undefined : this.#count(position)) ?? rule();
      if (isExpressionFault(next)) return next;
      conditions.push(...partsOf(op, next));
    }
  }

  #term(): Condition | ExpressionFault {
    const scanner = this.#scanner;
    scanner.skipSpace();
    const { position } = scanner;
    if (!scanner.take(MINUS) && !scanner.takeKeyword('NOT')) return this.#simple(faults.missingTerm);
    const excess = this.#count(position);
    if (excess) return excess;
    scanner.skipSpace();
    const condition = this.#simple(faults.missingSimple);
    return isExpressionFault(condition) ? condition : { op: 'not', condition };
  }

  #simple(missing: (position: number) => ExpressionFault): Condition | ExpressionFault {
    const { position } = this.#scanner;
    return this.#scanner.take(OPEN) ? this.#group(position) : this.#comparison(missing);
  }

  #group(position: number): Condition | ExpressionFault {
    if (this.#depth === this.#limits.maxDepth) return faults.tooDeep(position, this.#limits);
    this.#depth++;
    const condition = this.#expression();
    this.#depth--;
    if (isExpressionFault(condition) || this.#scanner.take(CLOSE)) return condition;
    return faults.missingClose(this.#scanner.position);
  }

  #comparison(missing: (position: number) => ExpressionFault): Condition | ExpressionFault {
    const scanner = this.#scanner;
    const start = scanner.position;
    if (isQuote(scanner.next)) return faults.literal(start);
    const name = scanner.name();
    if (name === undefined) return missing(start);
    if (scanner.next === OPEN) return faults.call(start);
    scanner.skipSpace();
    const { position } = scanner;
    const field = this.#fields.get(name);
    const comparator = scanner.takeComparator();
    if (!comparator) return field ? faults.missingComparator(position, field) : faults.literal(start);
    if (!field) return faults.unknownField(start, this.#fields.keys());
    scanner.skipSpace();
    const value = scanner.value();
    if (isExpressionFault(value)) return value;
    const condition = compare(field, comparator, value, position);
    if (isExpressionFault(condition)) return condition;
    return this.#count(start, condition.op === 'not' ? 2 : 1) ?? condition;
  }

  #count(position: number, nodes = 1): ExpressionFault | undefined {
    this.#nodes += nodes;
    return this.#nodes > this.#limits.maxNodes ? faults.tooMany(position, this.#limits) : undefined;
  }
}

/** Tells a fault from what it stands for. */
export function isExpressionFault(found: object): found is ExpressionFault {
  return 'code' in found;
}

function partsOf(op: 'and' | 'or', condition: Condition): Condition[] {
  return condition.op === op ? [...condition.conditions] : [condition];
}
