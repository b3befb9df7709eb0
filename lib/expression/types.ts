import type { FieldPath, Scalar } from '../operations/types.js';

/** What a field's values are, which says what it can be compared with and how. */
export type ExpressionFieldType = 'string' | 'integer' | 'number' | 'boolean' | 'date-time' | 'date';

/** A field that filter expressions may name. */
export interface ExpressionField {
  /** In the conditions, such as `category.name`; the name on the wire may be another. */
  readonly path: FieldPath;
  readonly type: ExpressionFieldType;
  /** Whether the path leads through a list. */
  readonly many: boolean;
  /**
   * Whether parts of its texts can be looked for, and texts be put in an order. Default: whether the type is `string`;
   * false where a store holds no text or only certain ones (a UUID, an enum), which are then equal or not.
   */
  readonly freeText?: boolean;
  /**
   * Reads a literal as a value of the field; `undefined` when it is none. It is not asked about texts with
   * wildcards nor about those looked for with `:` in free text, as a part of a value need not be one.
   */
  read(text: string): Scalar | undefined;
}

/** How much an expression may ask for. */
export interface ExpressionLimits {
  /** In UTF-16 code units. Default 1000. */
  readonly maxLength: number;
  /** Comparisons, negations, and groups of what AND or OR joins; `!=` with a wildcard is also a negation. Default 50. */
  readonly maxNodes: number;
  /** Parentheses within each other. Default 10, and 100 at most. */
  readonly maxDepth: number;
}

/** The rule that an expression breaks. */
export type ExpressionFaultCode =
  | 'comparator'
  | 'encoding'
  | 'field'
  | 'function'
  | 'literal'
  | 'maxDepth'
  | 'maxLength'
  | 'maxNodes'
  | 'syntax'
  | 'value'
  | 'wildcard';

/** Why an expression is refused. */
export interface ExpressionFault {
  /** What the expression must be or have, to be read after the name of the parameter; repeats nothing of the expression. */
  readonly detail: string;
  readonly code: ExpressionFaultCode;
  /** Where in the expression, in UTF-16 code units from 0. */
  readonly position: number;
}
