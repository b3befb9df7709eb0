/** How deep a body may nest where its schema sets no bound. */
export const MAX_DEPTH = 100;

/** How many objects and arrays a value is made of; `undefined` where it nests deeper than a bound. */
export function sizeWithin(value: unknown, bound: number = MAX_DEPTH): number | undefined {
  // It walks without recursion, as the depth is the client's.
  let level = [value].filter(isNesting);
  let size = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === bound) return undefined;
    size += level.length;
    const below: object[] = [];
    for (const nesting of level) {
      for (const item of Object.values(nesting)) if (isNesting(item)) below.push(item);
    }
    level = below;
  }
  return size;
}

function isNesting(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What is harmful in free-form JSON whose depth is known to be bounded: a number or a text that can not be sent back as it came. */
export function harmOf(value: unknown): 'number' | 'text' | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'text';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'number';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, item] of Object.entries(value)) {
    const harm = name.isWellFormed() ? harmOf(item) : 'text';
    if (harm) return harm;
  }
  return undefined;
}

const polluting = new Set(['__proto__', 'constructor', 'prototype']);

/** Names that would reach a prototype if a program merged them: they are never handed on. */
export function isPolluting(name: string): boolean {
  return polluting.has(name);
}

/** A copy of free-form JSON without the names that could pollute a prototype. */
export function copyHarmless(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyHarmless);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    if (!isPolluting(name)) copy[name] = copyHarmless((value as Record<string, unknown>)[name]);
  }
  return copy;
}
