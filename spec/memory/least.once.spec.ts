import fc from 'fast-check';
import { leastOf } from '../../lib/memory/least';

const byNumber = (a: number, b: number) => a - b;

test('the first rows of an order are those that a sort of all puts there', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }), fc.nat(220), (rows, count) => {
      const given = [...rows];
      expect(leastOf(rows, count, byNumber).slice(0, count)).toEqual(
        [...rows].sort(byNumber).slice(0, count),
      );
      expect(rows).toEqual(given);
    }),
  );
});

test('a few rows of many are found with few comparisons', () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => (index * 7919) % 10_000);
  let comparisons = 0;
  const found = leastOf(rows, 10, (a, b) => {
    comparisons += 1;
    return a - b;
  });
  expect(found).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  // A sort of all takes over 100,000.
  expect(comparisons).toBeLessThan(20_000);
});
