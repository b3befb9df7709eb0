import type { Category, Fixtures, Product, ProductDocument, Tag } from './product.js';

type Row = [
  id: number,
  sku: string,
  name: string,
  description: string | null,
  price: number | null,
  rating: number | null,
  active: boolean,
  created_at: string,
  released_on: string | null,
  tenant: string,
  category_id: number | null,
];

// In no order: neither the order of the keys nor that of the texts is the one they are stored in.
const rows: Row[] = [
  [12, 'p04', 'a.b', 'dot', 20, 1.5, true, '2024-03-01T12:00:00.000Z', '2024-02-29', 'north', 1],
  [1, 'p19', 'Apple', 'A red fruit', 100, 4.5, true, '2024-01-01T00:00:00.000Z', '2024-01-01', 'north', 2],
  [2, 'p03', 'apple', null, null, null, false, '2024-01-01T00:00:00.001Z', null, 'south', null],
  [25, 'p11', ' padded ', 'a_b*c', 7, 0.1, true, '2024-01-01T00:00:00.002Z', '1999-12-31', 'south', 4],
  [3, 'p22', 'APPLE', '', 0, 0, false, '2023-12-31T23:59:59.999Z', '2024-01-02', 'north', 3],
  [4, 'p01', '100%', 'per cent', 100, -1.5, true, '2024-03-01T12:00:00.000Z', null, 'south', 4],
  [5, 'p16', '100 percent', '100%', 1000, 4.5, true, '2024-02-29T08:30:00.500Z', '2024-02-29', 'north', 4],
  [
    17,
    'p25',
    '😀 smile',
    'an emoji 😀 inside',
    20,
    1e-7,
    false,
    '2024-01-01T00:00:00.000Z',
    null,
    'north',
    5,
  ],
  [6, 'p08', 'a_b', 'under_score', -5, null, true, '2024-01-01T00:00:00.000Z', '2024-03-31', 'south', 2],
  [7, 'p13', 'axb', null, 20, 1e21, false, '1969-12-31T23:59:59.999Z', null, 'north', 2],
  [8, 'p02', 'back\\slash', 'C:\\temp\\', 9, 2, true, '2024-03-01T12:00:00.001Z', '2024-01-01', 'north', 1],
  [9, 'p24', 'backslash', 'C:/temp', null, 3, true, '2024-03-01T12:00:00.000Z', null, 'south', null],
  [10, 'p10', 'star*', 'x', 100, 4.25, false, '2024-05-05T05:05:05.005Z', '2024-05-05', 'south', 3],
  [11, 'p06', 'starfish', 'X', 1000, null, true, '2024-02-29T08:30:00.500Z', '2024-02-29', 'north', 3],
  [13, 'p17', `O'Neill "quoted"`, `it's`, 3, 5, true, '2024-06-01T00:00:00.000Z', null, 'north', null],
  [14, 'p12', '', null, null, -0.5, true, '2024-01-01T00:00:00.000Z', '2024-01-01', 'south', 1],
  [15, 'p20', 'Äpfel', 'Obst', 100, 0.3, false, '2024-04-01T00:00:00.000Z', '2024-04-01', 'south', 2],
  [16, 'p05', 'äpfel', null, 2, 10, true, '2024-04-01T00:00:00.000Z', null, 'north', 2],
  [18, 'p14', '～ tilde', 'wide', null, null, true, '2024-01-01T00:00:00.000Z', null, 'south', 5],
  [19, 'p23', '$ne', '{"$ne":null}', -5, 2.5, false, '2024-01-15T10:00:00.000Z', '2024-01-15', 'north', 4],
  [20, 'p09', '__proto__', 'constructor', 9, 1, true, '2024-01-15T10:00:00.000Z', '2024-01-15', 'south', 1],
  [
    21,
    'p18',
    `'; drop table products; --`,
    `1' or '1'='1`,
    5,
    2,
    true,
    '2024-07-01T00:00:00.000Z',
    null,
    'north',
    2,
  ],
  [22, 'p07', '[a-z]', 'class', 8, 3.5, false, '2024-07-01T00:00:00.000Z', '2024-07-01', 'south', null],
  [23, 'p21', 'a?b', null, 1, 0, true, '2024-07-01T00:00:00.000Z', '2024-07-02', 'north', 3],
  [24, 'p15', 'line\nbreak', 'two\nlines', 6, 2, true, '2024-08-01T00:00:00.000Z', null, 'south', 2],
];

const categories: Category[] = [
  { id: 1, name: 'Food', parent_id: null },
  { id: 2, name: 'fruit', parent_id: 1 },
  { id: 3, name: 'sea_food', parent_id: 1 },
  { id: 4, name: '50% off', parent_id: null },
  { id: 5, name: 'emoji', parent_id: 4 },
];

const tags: [product: number, ...names: (string | null)[]][] = [
  [1, 'red', 'sweet'],
  [2, 'red'],
  [3, 'sweet', 'RED'],
  [4, 'red%', 'sale'],
  [5, null],
  [7, 'sweet', null],
  [10, 'sale'],
  [17, 'new', 'red'],
];

/** The entities of most cases, new at each call, so that none can spoil another's. */
export function standardFixtures(): Fixtures {
  return fixturesOf(products(rows));
}

/** Prices that fit into no 32 bits, up to the largest integers that a double holds exactly. */
export function largeFixtures(): Fixtures {
  const prices = [
    Number.MAX_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER - 1,
    2 ** 31,
    Number.MIN_SAFE_INTEGER,
    0,
    null,
  ];
  return fixturesOf(prices.map((price, index) => plainProduct(index + 1, { price })));
}

/** Instants that one `Date` cannot tell from each other, and ties among them. */
export function microsecondFixtures(): Fixtures {
  const fractions = [
    '000123',
    '000124',
    '000124',
    '000999',
    '000000',
    '001000',
    '001001',
    '000500',
    '000999',
  ];
  return fixturesOf(
    fractions.map((fraction, index) =>
      plainProduct(index + 1, {
        created_at: `2024-01-01T00:00:00.${fraction}Z`,
        price: index % 2 ? 5 : null,
      }),
    ),
  );
}

/** A product that no other is like: what cases create, or change. */
export function plainProduct(id: number, values: Partial<Product> = {}): Product {
  return {
    id,
    sku: `new${id}`,
    name: `Product ${id}`,
    description: null,
    price: id,
    rating: null,
    active: true,
    created_at: '2024-09-01T00:00:00.000Z',
    released_on: null,
    tenant: 'north',
    category_id: null,
    version: 1,
    ...values,
  };
}

/** The fixtures as documents, each product with its category, its tags and its labels in it. */
export function documentsOf(fixtures: Fixtures): ProductDocument[] {
  const byId = new Map(fixtures.categories.map((category) => [category.id, category]));
  const categoryOf = (id: number | null) => (id === null ? undefined : byId.get(id)) ?? null;
  return fixtures.products.map((product) => {
    const category = categoryOf(product.category_id);
    const own = fixtures.tags.filter((tag) => tag.product_id === product.id);
    return {
      ...product,
      category: category && { ...category, parent: copyOf(categoryOf(category.parent_id)) },
      tags: own.map(({ id, name }) => ({ id, name })),
      labels: own.flatMap(({ name }) => (name === null ? [] : [name])),
    };
  });
}

function products(table: readonly Row[]): Product[] {
  return table.map(
    ([id, sku, name, description, price, rating, active, created_at, released_on, tenant, category_id]) => ({
      id,
      sku,
      name,
      description,
      price,
      rating,
      active,
      created_at,
      released_on,
      tenant,
      category_id,
      version: 1,
    }),
  );
}

function fixturesOf(rowsOfProducts: Product[]): Fixtures {
  const ids = new Set(rowsOfProducts.map(({ id }) => id));
  let id = 0;
  const rowsOfTags: Tag[] = tags
    .filter(([product]) => ids.has(product))
    .flatMap(([product_id, ...names]) => names.map((name) => ({ id: ++id, product_id, name })));
  return { products: rowsOfProducts, categories: categories.map(copyOf), tags: rowsOfTags };
}

function copyOf<T extends object | null>(value: T): T {
  return value && { ...value };
}
