import { SearchFilter } from 'express-viewsets';
import request from 'supertest';
import { filtered, type Item, ids } from '../generic/fixtures.js';

const items: Item[] = [
  { id: 1, name: 'Red Tea', price: 1, note: 'pot' },
  { id: 2, name: 'tea pot', price: 1, note: null },
  { id: 3, name: 'red', price: 1, note: '100% _wool_ (a|b) .* \\d' },
  { id: 4, name: 'POT of red tea', price: 1 },
];

const { app, called } = filtered(SearchFilter(['name', 'note']), items);
const query = (text: string) => request(app).get(`/items?${text}`);

describe('a search', () => {
  test.each([
    ['query=red', [1, 3, 4]],
    ['q=red', [1, 3, 4]],
    ['query=RED', [1, 3, 4]],
    ['query=red%20pot', [1, 4]],
    ['query=red+pot', [1, 4]],
    ['query=%22tea%20pot%22', [2]],
    ['query=%22red%20tea%22', [1, 4]],
    ['query=red%20%22tea%20pot%22', []],
    ['query=%22tea%20pot', [2]],
    ['query=tea%22pot%22', [1, 2, 4]],
    ['query=', [1, 2, 3, 4]],
    ['query=%20', [1, 2, 3, 4]],
    ['query=%22%22', [1, 2, 3, 4]],
    ['query=%22', [1, 2, 3, 4]],
    ['query=nothing', []],
  ])('%s: each term is in one of the fields', async (text, expected) => {
    expect(ids(await query(text).expect(200))).toEqual(expected);
  });

  test.each([
    ['%25', [3]],
    ['_', [3]],
    ['.*', [3]],
    ['(a|b)', [3]],
    ['%5Cd', [3]],
    ['.', [3]],
    ['^', []],
    ['*', [3]],
    ['%27', []],
  ])('of %s is literal', async (text, expected) => {
    expect(ids(await query(`query=${text}`).expect(200))).toEqual(expected);
  });

  test('W-9: null in a searched field is no fault', async () => {
    expect(ids(await query('query=tea').expect(200))).toEqual([1, 2, 4]);
  });

  test('of many terms has a bounded condition', async () => {
    await query(`query=${'a%20'.repeat(80)}`).expect(200);
    expect(called('getFilteredPage').at(-1)?.[0].where.conditions.length).toBeLessThanOrEqual(10);
  });

  test('of more terms than are looked for takes the rest as one phrase', async () => {
    const few = filtered(SearchFilter(['name'], { maxTerms: 2 }), items);
    await request(few.app).get('/items?query=red%20tea%20%22pot%22').expect(200);
    expect(few.called('getFilteredPage')[0]?.[0].where).toEqual({
      op: 'and',
      conditions: [
        { op: 'contains', field: 'name', value: 'red', ignoreCase: true },
        { op: 'contains', field: 'name', value: 'tea pot', ignoreCase: true },
      ],
    });
  });

  test('that is too long is 400', async () => {
    await query(`query=${'a'.repeat(200)}`).expect(200);
    await query(`query=${'a'.repeat(201)}`).expect(400);
  });

  test.each(['query=a&query=b', 'query=a&q=b', 'q=a&q='])('that is sent twice is 400: %s', async (text) => {
    const { body } = await query(text).expect(400);
    expect(body.errors[0]).toMatchObject({ parameter: 'query', code: 'duplicate' });
  });

  test.each(['query[$regex]=a', 'search=a', 'name=a'])('%s is 400', async (text) => {
    await query(text).expect(400);
  });

  test('of quotes without end takes linear time and no more', async () => {
    await query(`query=${'%22a'.repeat(100)}`).expect(200);
  });
});
