import { Type } from '@sinclair/typebox';
import type { FieldPath, Sort } from '../operations/index.js';
import type { ObjectSchema } from '../typebox.js';
import { type FilterClass, filterOf } from './filter.js';
import { listOf } from './operators.js';
import { checkPaths, choiceOf, spellings, spelt } from './spelling.js';

export interface OrderingFilterOptions {
  /** The order where the client asks for none, as in `['-created_at']`. Default: that of the key. */
  readonly default?: readonly string[];
  /** Where the fields are declared, if they are not shown by the view. */
  readonly schema?: ObjectSchema;
}

/**
 * Sorts: `OrderingFilter(['name', 'price'])` takes `sort=-price,name`, or `sort` repeated. The first field is the major one, and
 * `-` is descending. Views sort by their key last, so that the order of equals is the same on each page.
 *
 * @throws TypeError for a default that is none of the fields.
 */
export function OrderingFilter(
  fields: readonly FieldPath[],
  { default: usual = [], schema }: OrderingFilterOptions = {},
): FilterClass<{ readonly sort?: readonly string[] }, 'none'> {
  checkPaths('OrderingFilter', fields);
  const known = spellings(fields);
  const read = (text: string): Sort => {
    const descending = text.startsWith('-');
    const field = known.get(descending ? text.slice(1) : text);
    if (field === undefined) {
      throw new TypeError(`OrderingFilter can not sort by "${text}"; its fields are: ${fields.join(', ')}.`);
    }
    return { field, direction: descending ? 'desc' : 'asc' };
  };
  const order = distinct(usual.map(read));
  return filterOf([
    {
      label: 'OrderingFilter',
      parameters: (naming) => {
        const choices = fields.map((field) => spelt(field, naming)).flatMap((name) => [name, `-${name}`]);
        return {
          sort: Type.Optional({
            ...listOf(choiceOf(choices), { minItems: 1, maxItems: fields.length }),
            description: 'The order: fields, the major one first, with `-` for descending.',
          }),
        };
      },
      operations: ({ sort }) => ({ sort: sort ? distinct((sort as string[]).map(read)) : order }),
      uses: fields.map((field) => ({ field, for: 'sort', schema })),
    },
  ]);
}

/** Of a field that is named twice only the first place says anything. */
function distinct(sort: readonly Sort[]): Sort[] {
  return sort.filter(({ field }, index) => sort.findIndex((other) => other.field === field) === index);
}
