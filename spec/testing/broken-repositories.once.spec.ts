import {
  documentsOf,
  type ProductDocument,
  repositoryCases,
  standardFixtures,
} from 'express-viewsets/testing';
import { MemoryRepository } from '../../lib/memory/index';
import { type Condition, type FieldCondition, isLogical, type Selection } from '../../lib/operations/index';
import type { Criteria, PageSelection } from '../../lib/repository/index';

/*
 * The suite is only worth what it finds: each of these repositories has one fault, of those that repositories are known
 * for, and the cases that are about it have to fail.
 */

type Products = MemoryRepository<ProductDocument>;
type Broken = new (...args: ConstructorParameters<typeof MemoryRepository<ProductDocument>>) => Products;
type Leaf = (condition: FieldCondition) => Condition;

function rewritten(condition: Condition, leaf: Leaf): Condition {
  if (!isLogical(condition)) return leaf(condition);
  if (condition.op === 'not') return { op: 'not', condition: rewritten(condition.condition, leaf) };
  return { op: condition.op, conditions: condition.conditions.map((inner) => rewritten(inner, leaf)) };
}

/** Selections are changed on their way in. */
const selections = (change: (selection: Selection) => Selection): Broken =>
  class extends MemoryRepository<ProductDocument> {
    override list(selection: Selection) {
      return super.list(change(selection));
    }

    override getFilteredPage(selection: PageSelection) {
      return super.getFilteredPage({ ...selection, ...change(selection) });
    }
  };

const conditions = (leaf: Leaf): Broken =>
  selections((selection) =>
    selection.where ? { ...selection, where: rewritten(selection.where, leaf) } : selection,
  );

const and = (...parts: Condition[]): Condition => ({ op: 'and', conditions: parts });
const present = (field: string): Condition => ({ op: 'is_null', field, value: false });

/** What a pattern of SQL finds where the text was not escaped. */
function unescaped(condition: FieldCondition): Condition {
  if (condition.op !== 'contains' || condition.field.includes('.')) return condition;
  const literal = condition.value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(
    literal.replaceAll('%', '.*').replaceAll('_', '.'),
    condition.ignoreCase ? 'is' : 's',
  );
  const found = standardFixtures().products.filter((product) => {
    const own = (product as Record<string, unknown>)[condition.field];
    return typeof own === 'string' && pattern.test(own);
  });
  return { op: 'in', field: 'id', value: found.map(({ id }) => id) };
}

const keyOnly = ({ id, sku }: Criteria): Criteria => (id === undefined ? { sku: sku ?? null } : { id });

const faults: Record<string, [repository: Broken, failing: string[]]> = {
  '"ne" that drops null, as SQL does': [
    conditions((leaf) => (leaf.op === 'ne' ? and(leaf, present(leaf.field)) : leaf)),
    ['an integer that may be null differs from a value: "ne"', '"not" of "ne" does not hold for null'],
  ],
  '"not_in" that drops null': [
    conditions((leaf) =>
      leaf.op === 'not_in' && leaf.value.length > 0 ? and(leaf, present(leaf.field)) : leaf,
    ),
    ['"not_in" holds for null', 'category.name: "not_in" holds where it leads to nothing'],
  ],
  'an empty "in" that is left out of the query': [
    conditions((leaf) => (leaf.op === 'in' && leaf.value.length === 0 ? and() : leaf)),
    ['"in" of nothing holds for nothing'],
  ],
  '"le" that is "lt"': [
    conditions((leaf) => (leaf.op === 'le' ? { ...leaf, op: 'lt' } : leaf)),
    ['an integer is at most a value: "le"', 'an instant is at most a value: "le"'],
  ],
  'wildcards that are not escaped': [
    conditions(unescaped),
    [
      'a per cent sign means itself in "contains", case kept: "%" in name',
      'an underscore means itself in "contains", case ignored: "a_b" in name',
    ],
  ],
  'case that is always ignored': [
    conditions((leaf) => ('ignoreCase' in leaf ? { ...leaf, ignoreCase: true } : leaf)),
    ['"contains" keeps case apart', '"starts_with" finds a text at the start, with case'],
  ],
  'case that is never ignored': [
    conditions((leaf) => ('ignoreCase' in leaf ? { ...leaf, ignoreCase: false } : leaf)),
    ['"contains" ignores case where it is told to', '"ends_with" ignores case where it is told to'],
  ],
  'times that are cut to the second': [
    conditions((leaf) =>
      'value' in leaf && leaf.value instanceof Date
        ? ({
            ...leaf,
            value: new Date(leaf.value.getTime() - leaf.value.getUTCMilliseconds()),
          } as FieldCondition)
        : leaf,
    ),
    ['an instant by the millisecond equals a value: "eq"', 'a walk by instants sees each entity once'],
  ],
  'a last sort field that is the major one': [
    selections((selection) => ({ ...selection, sort: [...(selection.sort ?? [])].reverse() })),
    ['takes the first sort field for the major one', 'sorts null last when ascending'],
  ],
  'an offset that is not looked at': [
    selections((selection) => ({ ...selection, offset: 0 })),
    ['leaves out the items before the offset', 'pages put together are the list'],
  ],
  'a total of the page only': [
    class extends MemoryRepository<ProductDocument> {
      override getFilteredPage(selection: PageSelection) {
        const page = super.getFilteredPage(selection);
        return selection.total ? { ...page, total: page.items.length } : page;
      }
    },
    ['counts what fulfils the condition, and not the page', 'limits the number of items'],
  ],
  'a total that is always counted': [
    class extends MemoryRepository<ProductDocument> {
      override getFilteredPage(selection: PageSelection) {
        return super.getFilteredPage({ ...selection, total: true });
      }
    },
    ['counts only where the total is asked for'],
  ],
  'a total that is never counted': [
    class extends MemoryRepository<ProductDocument> {
      override getFilteredPage(selection: PageSelection) {
        return { items: super.getFilteredPage(selection).items };
      }
    },
    ['counts nothing where nothing fulfils the condition'],
  ],
  'fields that are taken from what is stored': [
    class extends MemoryRepository<ProductDocument> {
      override list(selection: Selection) {
        const items = super.list(selection);
        const fields = selection.fields;
        if (!fields) return items;
        for (const item of items) {
          for (const name of ['description', 'price', 'rating']) {
            if (!fields.includes(name)) this.updateOne({ id: item.id }, { [name]: null });
          }
        }
        return items;
      }
    },
    ['returns the fields that are asked for'],
  ],
  'fields that are missing': [
    class extends MemoryRepository<ProductDocument> {
      override list(selection: Selection) {
        return super
          .list(selection)
          .map((item) => (selection.fields ? ({ id: item.id } as ProductDocument) : item));
      }
    },
    ['returns the fields that are asked for'],
  ],
  'a scope that an update does not look at': [
    class extends MemoryRepository<ProductDocument> {
      override updateOne(key: Criteria, values: object) {
        return super.updateOne(keyOnly(key), values);
      }
    },
    [
      'updates nothing by a scope that does not match',
      'updates nothing by a version that does not match',
      'lets one of 20 writers with the same version through',
    ],
  ],
  'a scope that a deletion does not look at': [
    class extends MemoryRepository<ProductDocument> {
      override delete(key: Criteria) {
        return super.delete(keyOnly(key));
      }
    },
    ['deletes nothing by a scope that does not match', 'deletes nothing by a version that does not match'],
  ],
  'a scope that a retrieval does not look at': [
    class extends MemoryRepository<ProductDocument> {
      override get(key: Criteria) {
        return super.get(keyOnly(key));
      }
    },
    ['gets nothing by a scope that does not match'],
  ],
  'an update that returns what was there before': [
    class extends MemoryRepository<ProductDocument> {
      override updateOne(key: Criteria, values: object) {
        const before = super.get(key);
        super.updateOne(key, values);
        return before;
      }
    },
    ['changes one property, and no other'],
  ],
  'an update that leaves out null': [
    class extends MemoryRepository<ProductDocument> {
      override updateOne(key: Criteria, values: object) {
        return super.updateOne(
          key,
          Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)),
        );
      }
    },
    ['stores null as null'],
  ],
  'an update that takes what is empty for null': [
    class extends MemoryRepository<ProductDocument> {
      override updateOne(key: Criteria, values: object) {
        return super.updateOne(
          key,
          Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value || null])),
        );
      }
    },
    ['stores what is empty, zero or false as it is'],
  ],
  'an update of all that match the value': [
    class extends MemoryRepository<ProductDocument> {
      override updateOne(key: Criteria, values: object) {
        const updated = super.updateOne(key, values);
        if (updated) super.updateOne({ id: 3 }, { version: 99 });
        return updated;
      }
    },
    ['changes one property, and no other'],
  ],
  'unique values that are not': [
    class extends MemoryRepository<ProductDocument> {
      constructor(initial?: ConstructorParameters<Broken>[0]) {
        super(initial);
      }
    },
    [
      'refuses to create what has a unique value that is taken',
      'refuses an update to a unique value that is taken',
    ],
  ],
  'a duplicate that is an error of the store': [
    class extends MemoryRepository<ProductDocument> {
      override create(values: object) {
        try {
          return super.create(values);
        } catch {
          throw new Error('duplicate key value violates unique constraint');
        }
      }
    },
    [
      'refuses to create what has a unique value that is taken',
      'refuses to create what has a key that is taken',
    ],
  ],
  'values that are changed on their way in': [
    class extends MemoryRepository<ProductDocument> {
      override create(values: object) {
        return super.create(Object.assign(values, { version: 1 }));
      }
    },
    ['leaves the values that an entity is created from as they are'],
  ],
  'an update in two steps': [
    class extends MemoryRepository<ProductDocument> {
      override updateOne(key: Criteria, values: object) {
        const found = super.get(key);
        return (found &&
          Promise.resolve().then(() => super.updateOne({ id: found.id }, values))) as ProductDocument | null;
      }
    },
    ['lets one of 20 writers with the same version through'],
  ],
  'a deletion that is always told as done': [
    class extends MemoryRepository<ProductDocument> {
      override delete(key: Criteria) {
        super.delete(key);
        return true;
      }
    },
    ['deletes an entity once', 'lets one of 20 deletions through'],
  ],
  'positions that are not those of the items': [
    class extends MemoryRepository<ProductDocument> {
      override getFilteredPage(selection: PageSelection) {
        const page = super.getFilteredPage(selection);
        const position = selection.sort?.map(() => 1) ?? [];
        return { ...page, positions: page.items.map(() => position) };
      }
    },
    [
      'positions, where a page has them, are one for each item and one value for each sort field',
      'a walk by the key sees each entity once',
    ],
  ],
  'pages by a relation that leave out what leads to nothing': [
    class extends MemoryRepository<ProductDocument> {
      override getFilteredPage(selection: PageSelection) {
        const page = super.getFilteredPage(selection);
        const byRelation = selection.sort?.[0]?.field === 'category.name';
        return byRelation ? { ...page, items: page.items.filter(({ category }) => category) } : page;
      }
    },
    [
      'a walk by a relation that may lead to nothing sees each entity once: asc',
      'a walk by a relation that may lead to nothing sees each entity once: desc',
    ],
  ],
  'criteria that have to fit into their columns': [
    class extends MemoryRepository<ProductDocument> {
      override updateOne(key: Criteria, values: object) {
        const version = Number(key.version ?? 0);
        if (version >= 2 ** 31 || version < -(2 ** 31)) throw new RangeError('out of range for type integer');
        return super.updateOne(key, values);
      }
    },
    [2 ** 31, -(2 ** 31) - 1, 1e16, -1e16].map(
      (version) => `finds nothing by a criterion that its column can not hold: ${version}`,
    ),
  ],
  'a version beyond its column that is a fault of the server': [
    class extends MemoryRepository<ProductDocument> {
      override updateOne(key: Criteria, values: Partial<ProductDocument>) {
        if ((values.version ?? 0) >= 2 ** 31) throw new RangeError('out of range for type integer');
        return super.updateOne(key, values);
      }
    },
    ['finds nothing, or refuses the value, where the next version is beyond 32 bits'],
  ],
  'null that is smaller than any value': [
    class extends MemoryRepository<ProductDocument> {
      override list(selection: Selection) {
        const items = super.list(selection);
        const field = selection.sort?.[0]?.field as keyof ProductDocument | undefined;
        const isNull = (item: ProductDocument) => Number(field !== undefined && item[field] === null);
        const sign = selection.sort?.[0]?.direction === 'desc' ? 1 : -1;
        return items.sort((a, b) => sign * (isNull(a) - isNull(b)));
      }
    },
    ['sorts null last when ascending', 'sorts null first when descending'],
  ],
};

describe('a repository with a fault fails the cases that are about it:', () => {
  test.each(Object.entries(faults))('%s', async (_, [Repository, failing]) => {
    const cases = repositoryCases((fixtures) => ({
      repository: new Repository(documentsOf(fixtures), { unique: ['sku'] }),
    })).filter(({ name }) => failing.includes(name));
    const failed: string[] = [];
    for (const { name, run } of cases) await run().catch(() => failed.push(name));
    expect(failed.sort()).toEqual([...failing].sort());
    expect(failed).not.toEqual([]);
  });
});
