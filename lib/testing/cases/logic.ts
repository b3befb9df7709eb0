import type { Condition } from '../../operations/index.js';
import { type CaseDefinition, defineWhere } from '../harness.js';

const cheap: Condition = { op: 'lt', field: 'price', value: 10 };
const active: Condition = { op: 'eq', field: 'active', value: true };
const north: Condition = { op: 'eq', field: 'tenant', value: 'north' };
const unrated: Condition = { op: 'is_null', field: 'rating', value: true };

const isCheap = ({ price }: { price: number | null }) => price !== null && price < 10;
const not = (condition: Condition): Condition => ({ op: 'not', condition });
const and = (...conditions: Condition[]): Condition => ({ op: 'and', conditions });
const or = (...conditions: Condition[]): Condition => ({ op: 'or', conditions });

export const logicCases: readonly CaseDefinition[] = [
  defineWhere(
    '"and" holds where each of its conditions does',
    and(cheap, active, north),
    (product) => isCheap(product) && product.active && product.tenant === 'north',
  ),
  defineWhere(
    '"or" holds where one of its conditions does',
    or(cheap, unrated),
    (product) => isCheap(product) || product.rating === null,
  ),
  defineWhere('"and" of one condition is that condition', and(cheap), isCheap),
  defineWhere('"or" of one condition is that condition', or(cheap), isCheap),
  defineWhere('"and" of nothing holds for everything', and(), () => true, { holdsFor: 'all' }),
  defineWhere('"or" of nothing holds for nothing', or(), () => false, { holdsFor: 'none' }),
  defineWhere('"or" of nothing within "and" holds for nothing', and(active, or()), () => false, {
    holdsFor: 'none',
  }),
  defineWhere('"and" of nothing within "or" holds for everything', or(cheap, and()), () => true, {
    holdsFor: 'all',
  }),
  defineWhere(
    '"or" within "and" keeps its brackets',
    and(active, or(cheap, unrated)),
    (product) => product.active && (isCheap(product) || product.rating === null),
  ),
  defineWhere(
    '"and" within "or" keeps its brackets',
    or(and(active, cheap), and(north, unrated)),
    (product) =>
      (product.active && isCheap(product)) || (product.tenant === 'north' && product.rating === null),
  ),
  defineWhere('"not" of a comparison holds for null', not(cheap), (product) => !isCheap(product)),
  defineWhere('"not" twice is nothing', not(not(cheap)), isCheap),
  defineWhere(
    '"not" of "ne" does not hold for null',
    not({ op: 'ne', field: 'price', value: 100 }),
    ({ price }) => price === 100,
  ),
  defineWhere(
    '"not" of "in" holds for null',
    not({ op: 'in', field: 'price', value: [100, 20] }),
    ({ price }) => price !== 100 && price !== 20,
  ),
  defineWhere(
    '"not" of "not_in" does not hold for null',
    not({ op: 'not_in', field: 'price', value: [100, 20] }),
    ({ price }) => price === 100 || price === 20,
  ),
  defineWhere(
    '"not" of a text match holds for null',
    not({ op: 'contains', field: 'description', value: 'a', ignoreCase: true }),
    ({ description }) => !description?.toLowerCase().includes('a'),
  ),
  defineWhere(
    '"not" of "and" holds where one condition does not',
    not(and(cheap, active)),
    (product) => !(isCheap(product) && product.active),
  ),
  defineWhere(
    '"not" of "or" holds where no condition does',
    not(or(cheap, unrated)),
    (product) => !isCheap(product) && product.rating !== null,
  ),
  defineWhere(
    'negations nest to any depth',
    and(not(or(not(and(active, not(cheap))), north)), not(and(unrated, not(or())))),
    (product) => product.active && !isCheap(product) && product.tenant !== 'north' && product.rating !== null,
  ),
  defineWhere(
    'one field may be compared more than once',
    and(
      { op: 'ge', field: 'price', value: 2 },
      { op: 'le', field: 'price', value: 20 },
      { op: 'ne', field: 'price', value: 9 },
    ),
    ({ price }) => price !== null && price >= 2 && price <= 20 && price !== 9,
  ),
  defineWhere(
    'conditions on 200 values are one condition',
    or(
      ...Array.from({ length: 200 }, (_, index): Condition => ({ op: 'eq', field: 'id', value: index * 2 })),
    ),
    ({ id }) => id % 2 === 0,
  ),
];
