import type { Condition } from '../operations/types.js';
import { indexOfBroken } from './characters.js';
import * as faults from './faults.js';
import { expressionLimits } from './limits.js';
import { Parser } from './parser.js';
import type { ExpressionFault, ExpressionField, ExpressionLimits } from './types.js';

/**
 * Turns a filter expression such as `price >= 10 AND (name = "a*" OR tags:x)` into a condition. The language is that of
 * AIP-160 (https://google.aip.dev/160), where `OR` binds tighter than `AND`; an expression of nothing but whitespace
 * holds for everything, as an `and` of nothing.
 *
 * - `=` `!=` `<` `<=` `>` `>=` compare a field with a value, in quotes (`"` or `'`) or without. Booleans, and texts that
 *   are not free, have no order. A backslash in quotes makes `\` `"` `'` `*` mean itself.
 * - `= null` and `!= null` ask whether there is a value; `"null"` is a text.
 * - `=` and `!=` take a `*` at the start, at the end or at both of a free text for any characters, with case. It is
 *   refused elsewhere rather than taken for itself, which is `\*` in quotes.
 * - `:` is "has": on a list that a member equals the value, where wildcards may be (a list has no other comparator); on
 *   free text that it contains the value, whatever the case; on anything else the same as `=`. `field:*` is that there
 *   is a value.
 * - `NOT` and `-` negate what follows; there is one only before a comparison or parenthesis.
 * - `AND`, `OR` and `NOT` are in upper case.
 *
 * What else AIP-160 knows is refused: values without a field, comparisons without `AND` between them, functions,
 * durations, parentheses around values.
 *
 * A mistake in the expression is returned; `isExpressionFault` tells it. The work grows with the length of the text.
 *
 * @param fields the fields that can be named, by their names on the wire; see `isExpressionName`.
 * @throws {TypeError} for a limit that `expressionLimits` refuses.
 */
export function compileExpression(
  text: string,
  fields: ReadonlyMap<string, ExpressionField>,
  limits?: Partial<ExpressionLimits>,
): Condition | ExpressionFault {
  const bounds = expressionLimits(limits);
  if (text.length > bounds.maxLength) return faults.tooLong(bounds);
  const broken = indexOfBroken(text);
  return broken < 0 ? new Parser(text, fields, bounds).filter() : faults.broken(broken);
}
