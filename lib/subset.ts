const subsets = new WeakSet<object>();

/** Marks a result that shows only some of its fields: it is written by the `subset` schema of its action, and not by `response`. */
export function asSubset<T extends object>(result: T): T {
  subsets.add(result);
  return result;
}

export function isSubset(result: unknown): boolean {
  return typeof result === 'object' && result !== null && subsets.has(result);
}
