import { Type } from '@sinclair/typebox';
import { BadRequest, type Fault } from '../errors/index.js';
import {
  compileExpression,
  type ExpressionField,
  type ExpressionLimits,
  expressionLimits,
  isExpressionFault,
  isExpressionName,
} from '../expression/index.js';
import type { FieldPath } from '../operations/index.js';
import { parameterInput } from '../schema/index.js';
import type { ObjectSchema, Schema } from '../typebox.js';
import { type Field, fieldAt } from './field.js';
import { type FilterClass, filterOf } from './filter.js';
import { checkPaths, spellings, spelt } from './spelling.js';

/** Limits of an expression; see `ExpressionLimits`. */
export type ExpressionFilterOptions = Partial<ExpressionLimits>;

/**
 * Filters by an expression as in AIP-160: `ExpressionFilter(Item, ['name', 'price', 'tags'])` takes
 * `filter=price >= 10 AND (name = "a*" OR tags:"x")`. `OR` binds tighter than `AND`, as the AIP has it.
 *
 * @throws TypeError for fields that the schema does not have or that are `writeOnly`, or that an expression can not name.
 */
export function ExpressionFilter(
  schema: ObjectSchema,
  fields: readonly FieldPath[],
  options: ExpressionFilterOptions = {},
): FilterClass<{ readonly filter?: string }, 'none'> {
  checkPaths('ExpressionFilter', fields);
  const limits = expressionLimits(options);
  const known = new Map<string, ExpressionField>();
  for (const [name, path] of spellings(fields)) {
    const field = fieldAt(schema, path);
    if (!field) {
      throw new TypeError(`ExpressionFilter names the field "${path}", which is no scalar of its schema.`);
    }
    if (field.writeOnly) {
      throw new TypeError(
        `ExpressionFilter names the field "${path}", which is writeOnly: who may ask for it finds out what it is.`,
      );
    }
    if (!isExpressionName(name)) {
      throw new TypeError(
        `ExpressionFilter names the field "${path}", which can not stand in an expression.`,
      );
    }
    known.set(name, expressionField(field));
  }
  return filterOf([
    {
      label: 'ExpressionFilter',
      joins: 'an ExpressionFilter',
      parameters: (naming) => ({
        filter: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: limits.maxLength,
            description: `An expression as in AIP-160, of the fields ${fields.map((field) => spelt(field, naming)).join(', ')}: \`a >= 1 AND (b = "x*" OR NOT c:"y")\`.`,
          }),
        ),
      }),
      operations: ({ filter }) => {
        if (filter === undefined) return {};
        const where = compileExpression(filter as string, known, limits);
        if (!isExpressionFault(where)) return { where };
        const { detail, code } = where;
        throw new BadRequest(undefined, { errors: [{ detail, in: 'query', parameter: 'filter', code }] });
      },
    },
  ]);
}

/** Literals are read as the parameters of a query are. */
function expressionField({ path, type, many, free, operand, value }: Field): ExpressionField {
  const read = parameterInput(Type.Object({ literal: operand }) as unknown as Schema, {
    source: 'query',
    hint: `the field ${path} of an ExpressionFilter`,
  });
  return {
    path,
    type,
    many,
    freeText: free,
    read: (text) => {
      const faults: Fault[] = [];
      const found = read(new Map([['literal', text]]), faults) as { readonly literal: unknown } | undefined;
      return faults.length === 0 && found ? value(found.literal) : undefined;
    },
  };
}
