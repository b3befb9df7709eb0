import { type RawBuilder, sql } from 'kysely';
import type { Chunk, Fragment } from '../sql/index.js';

/** A fragment as an expression of Kysely, which quotes its names and binds its values. */
export function expressionOf<T>(fragment: Fragment): RawBuilder<T> {
  const texts: string[] = [''];
  const parameters: unknown[] = [];
  for (const chunk of fragment) {
    if (typeof chunk === 'string') {
      texts[texts.length - 1] += chunk;
    } else {
      parameters.push(parameterOf(chunk));
      texts.push('');
    }
  }
  return sql<T>(Object.assign(texts, { raw: texts }), ...parameters);
}

function parameterOf(chunk: Exclude<Chunk, string>): unknown {
  if (chunk.kind === 'value') return sql.val(chunk.value);
  if (chunk.kind === 'native') return chunk.native;
  return chunk.kind === 'table' ? sql.table(chunk.parts.join('.')) : sql.id(...chunk.parts);
}
