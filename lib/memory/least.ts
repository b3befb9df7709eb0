/** Where most rows are wanted, one sort of all costs less. */
const WORTHWHILE = 4;

/**
 * The first rows of an order, in this order. A page of many rows does not need them all sorted: the rows that are the first so far
 * are kept in a heap, whose root is the last of them.
 */
export function leastOf<Row>(
  rows: readonly Row[],
  count: number,
  order: (a: Row, b: Row) => number,
): readonly Row[] {
  if (count * WORTHWHILE > rows.length) return [...rows].sort(order);
  const heap: Row[] = rows.slice(0, count);
  for (let index = (count >> 1) - 1; index >= 0; index -= 1) sink(heap, index, order);
  for (let index = count; index < rows.length && count > 0; index += 1) {
    const row = rows[index] as Row;
    if (order(row, heap[0] as Row) >= 0) continue;
    heap[0] = row;
    sink(heap, 0, order);
  }
  return heap.sort(order);
}

/** Lets a row sink below those that come after it in the order. */
function sink<Row>(heap: Row[], from: number, order: (a: Row, b: Row) => number): void {
  const row = heap[from] as Row;
  let at = from;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && order(heap[child + 1] as Row, heap[child] as Row) > 0) child += 1;
    if (order(heap[child] as Row, row) <= 0) break;
    heap[at] = heap[child] as Row;
    at = child;
  }
  heap[at] = row;
}
