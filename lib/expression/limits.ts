import type { ExpressionLimits } from './types.js';

const defaults: ExpressionLimits = { maxLength: 1000, maxNodes: 50, maxDepth: 10 };

/** The parser calls itself once a parenthesis, and so does what reads its conditions: this is far from any stack's end. */
const DEEPEST = 100;

/**
 * The limits with their defaults, for a part that takes them from its settings and wants to know early.
 *
 * @throws {TypeError} for a limit that is no positive integer, or parentheses more than 100 deep.
 */
export function expressionLimits(limits: Partial<ExpressionLimits> = {}): ExpressionLimits {
  const {
    maxLength = defaults.maxLength,
    maxNodes = defaults.maxNodes,
    maxDepth = defaults.maxDepth,
  } = limits;
  for (const [name, value] of Object.entries({ maxLength, maxNodes, maxDepth })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new TypeError(
        `The limit ${name} of filter expressions must be a positive integer, not ${value}.`,
      );
    }
  }
  if (maxDepth > DEEPEST) {
    throw new TypeError(
      `The limit maxDepth of filter expressions must be ${DEEPEST} at most, not ${maxDepth}.`,
    );
  }
  return { maxLength, maxNodes, maxDepth };
}
