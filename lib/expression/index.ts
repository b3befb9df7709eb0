export { compileExpression } from './compile.js';
export { expressionLimits } from './limits.js';
export { isExpressionFault } from './parser.js';
export { isExpressionName } from './scanner.js';
export type {
  ExpressionFault,
  ExpressionFaultCode,
  ExpressionField,
  ExpressionFieldType,
  ExpressionLimits,
} from './types.js';
