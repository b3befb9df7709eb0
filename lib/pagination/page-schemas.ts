import { type TSchema, Type } from '@sinclair/typebox';
import type { Schema } from '../typebox.js';

/** One page of items by its number. */
export interface NumberedPage<Item> {
  readonly items: readonly Item[];
  readonly current_page: number;
  readonly page_size: number;
  /** Where items are counted. */
  readonly total_pages?: number;
  readonly total_items?: number;
}

/** One page of items by its position, with tokens to go on with. */
export interface TokenPage<Item> {
  readonly items: readonly Item[];
  /** The token of this page; `null` for the first one. */
  readonly cursor: string | null;
  readonly next_page: string | null;
  readonly previous_page: string | null;
}

const count = (description: string) => Type.Integer({ minimum: 0, description });

export function numberedPageSchema(item: Schema, $id?: string): TSchema {
  return Type.Object(
    {
      items: Type.Array(item as TSchema),
      current_page: Type.Integer({ minimum: 1 }),
      page_size: Type.Integer({ minimum: 1, description: 'The most items of a page.' }),
      total_pages: Type.Optional(count('Where items are counted.')),
      total_items: Type.Optional(count('Where items are counted.')),
    },
    { $id },
  );
}

export function tokenPageSchema(item: Schema, $id?: string): TSchema {
  const token = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
  return Type.Object(
    {
      items: Type.Array(item as TSchema),
      cursor: token('The token of this page; null for the first one.'),
      next_page: token('The token of the next page; null for the last one.'),
      previous_page: token('The token of the previous page; null for the first one.'),
    },
    { $id },
  );
}
