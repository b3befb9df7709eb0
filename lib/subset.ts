const subsets = new WeakSet<object>();

/**
 * Says that what a request is answered with shows only some of its fields: it is written by the `subset` schema of the action, and
 * not by `response`.
 */
export function showSubset(request: object): void {
  subsets.add(request);
}

export function showsSubset(request: object): boolean {
  return subsets.has(request);
}
