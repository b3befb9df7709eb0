import { Type } from '@sinclair/typebox';
import { allOf, anyOf, type FieldPath } from '../operations/index.js';
import type { ObjectSchema } from '../typebox.js';
import { type FilterClass, filterOf } from './filter.js';
import { checkCount } from './limits.js';
import { checkPaths } from './spelling.js';

export interface SearchFilterOptions {
  /** The most terms that are looked for; further ones are part of the last. Default 10. */
  readonly maxTerms?: number;
  /** In characters. Default 200. */
  readonly maxLength?: number;
  /** Where the fields are declared, if they are not shown by the view. */
  readonly schema?: ObjectSchema;
}

/**
 * Searches texts without regard to case: `SearchFilter(['name', 'description'])` takes `query=red "tea pot"`, or `q`. Each term, and
 * each phrase in quotes, has to be in one of the fields.
 */
export function SearchFilter(
  fields: readonly FieldPath[],
  { maxTerms = 10, maxLength = 200, schema }: SearchFilterOptions = {},
): FilterClass<{ readonly query?: string }, 'none'> {
  checkPaths('SearchFilter', fields);
  checkCount('maxTerms', maxTerms);
  checkCount('maxLength', maxLength);
  return filterOf([
    {
      label: 'SearchFilter',
      parameters: () => ({
        query: Type.Optional(
          Type.String({
            maxLength,
            'x-aliases': ['q'],
            description: 'Terms that have to be found, and phrases in double quotes.',
          }),
        ),
      }),
      operations: ({ query = '' }) => ({
        where: allOf(
          termsOf(query as string, maxTerms).map((value) =>
            anyOf(fields.map((field) => ({ op: 'contains', field, value, ignoreCase: true }))),
          ),
        ),
      }),
      uses: fields.map((field) => ({ field, for: 'search', schema })),
    },
  ]);
}

/** `red "tea pot"` has two. A quote without an end goes on to the end. */
function termsOf(text: string, most: number): string[] {
  const terms: string[] = [];
  const pattern = /"([^"]*)"?|([^\s"]+)/g;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const last = terms.length === most - 1;
    const term = last ? text.slice(match.index).replaceAll('"', '') : (match[1] ?? match[2] ?? '');
    if (term.trim() !== '') terms.push(term.trim());
    if (terms.length === most) break;
  }
  return terms;
}
