const recorded = new WeakSet<object>();

/** Whether a span has recorded it; from now on, one has. */
export function recordedBefore(exception: unknown): boolean {
  if (typeof exception !== 'object' || exception === null) return false;
  if (recorded.has(exception)) return true;
  recorded.add(exception);
  return false;
}

/** By its status, as `http-errors` and the problems of the package have one. */
export function isClientFault(exception: unknown): boolean {
  const { status, statusCode } = (exception ?? {}) as { status?: unknown; statusCode?: unknown };
  const found = status ?? statusCode;
  return typeof found === 'number' && found >= 400 && found < 500;
}
