import { types } from 'pg';

/** Days as texts, and integers of 64 bits as numbers, as most applications set pg up. */
export const pgTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === types.builtins.DATE) return (text: string) => text;
    if (oid === types.builtins.INT8) return Number;
    return types.getTypeParser(oid, format as 'text');
  },
} as typeof types;
