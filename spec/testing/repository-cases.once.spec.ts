import util from 'node:util';
import {
  documentsOf,
  type ProductDocument,
  repositoryCases,
  type SetUp,
  standardFixtures,
} from 'express-viewsets/testing';
import { MemoryRepository } from '../../lib/memory/index';

const setUp: SetUp = (fixtures) => ({
  repository: new MemoryRepository<ProductDocument>(documentsOf(fixtures), { unique: ['sku'] }),
});

const named = (setup: SetUp, name: string) => {
  const found = repositoryCases(setup).find((each) => each.name === name);
  if (!found) throw new Error(`There is no case "${name}".`);
  return found;
};

test('no two cases have the same name', () => {
  const names = repositoryCases(setUp).map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(names.length).toBeGreaterThan(200);
});

test('what a store lacks is told in the cases, which stay in the list', () => {
  const all = repositoryCases(setUp);
  const some = repositoryCases(setUp, { lacks: ['lists'] });
  expect(all.every(({ skip }) => skip === undefined)).toBe(true);
  expect(some.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
  const skipped = some.filter(({ skip }) => skip);
  expect(skipped.length).toBeGreaterThan(5);
  expect(skipped.filter(({ name }) => !name.startsWith('labels: '))).toEqual([]);
  expect(skipped[0]?.skip).toBe('The store lacks conditions on the list of texts `labels`.');
});

test('what no store has cannot be lacking', () => {
  expect(() => repositoryCases(setUp, { lacks: ['wings' as 'lists'] })).toThrow(
    'A store cannot lack "wings"; "lacks" takes relationToOne,',
  );
});

test('a failure names the case, what was expected and what came', async () => {
  const empty: SetUp = () => ({ repository: new MemoryRepository() });
  await expect(named(empty, '"not" twice is nothing').run()).rejects.toThrow(
    /the ids of the list where \{ op: 'not'.*\n {2}expected: \[ 3, .*\]\n {2}got: {6}\[\]/,
  );
});

test('the text of a failure is made when there is one', async () => {
  const inspect = jest.spyOn(util, 'inspect');
  const quick = [
    '"not" twice is nothing',
    'gets nothing by a key that is not there',
    'sorts texts ascending',
  ];
  for (const name of quick) await named(setUp, name).run();
  expect(inspect).not.toHaveBeenCalled();
  const empty: SetUp = () => ({ repository: new MemoryRepository() });
  await expect(named(empty, quick[0] as string).run()).rejects.toThrow();
  expect(inspect).toHaveBeenCalled();
  inspect.mockRestore();
});

test('a store is closed after its case, passed or failed', async () => {
  const closed: string[] = [];
  const close = (text: string) => async () => closed.push(text);
  await named(
    async (fixtures) => ({ ...(await setUp(fixtures)), close: close('passed') }),
    'sorts texts ascending',
  ).run();
  const failing = named(
    () => ({ repository: new MemoryRepository(), close: close('failed') }),
    'sorts texts ascending',
  );
  await expect(failing.run()).rejects.toThrow('in order');
  expect(closed).toEqual(['passed', 'failed']);
});

test('a set-up that returns no repository is told so', async () => {
  await expect(named((() => ({})) as unknown as SetUp, 'sorts texts ascending').run()).rejects.toThrow(
    'The set-up has to return { repository, close? }',
  );
});

test('the fixtures are new at each call', () => {
  const [first, second] = [standardFixtures(), standardFixtures()];
  expect(first).toEqual(second);
  expect(first.products[0]).not.toBe(second.products[0]);
  expect(first.categories[0]).not.toBe(second.categories[0]);
});
