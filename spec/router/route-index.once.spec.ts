import { RouteIndex } from '../../lib/router/route-index.js';

function indexOf(...templates: string[]): RouteIndex<string> {
  const index = new RouteIndex<string>();
  for (const template of templates) index.add('GET', template, template);
  return index;
}

describe('RouteIndex', () => {
  test.each([
    ['/', '/', []],
    ['', '/', []],
    ['/a', '/a', []],
    ['/a/', '/a', []],
    ['/A', '/a', []],
    ['/a/1', '/a/:x', ['1']],
    ['/a/b', '/a/b', []],
    ['/a/b/c', '/a/:x/c', ['b']],
    ['/a/1/2', '/a/:x/:y', ['1', '2']],
    ['/z/deep', '/:any/deep', ['z']],
  ])('%j is %s', (path, target, values) => {
    const index = indexOf('/', '/a', '/a/:x', '/a/b', '/a/:x/c', '/a/:x/:y', '/:any/deep');
    expect(index.match(path, 'GET')).toEqual({ target, values });
  });

  test.each(['/b', '/a//', '//a', '/a//1', 'a', 'aa', 'aa/1', '*', '/a/1/2/3', 'http://host/a'])(
    '%j is nothing',
    (path) => {
      expect(indexOf('/a', '/a/:x', '/a/:x/:y').match(path, 'GET')).toBeUndefined();
    },
  );

  test('a literal that does not take the method leaves it to a parameter, and both are allowed', () => {
    const index = new RouteIndex<number>();
    index.add('GET', '/a/stats', 1);
    index.add('PUT', '/a/:id', 2);
    expect(index.match('/a/stats', 'PUT')).toEqual({ target: 2, values: ['stats'] });
    expect([...(index.allowed('/a/stats') ?? [])]).toEqual([
      ['GET', 1],
      ['PUT', 2],
    ]);
    expect(index.allowed('/b')).toBeUndefined();
  });

  test('what stands there stays', () => {
    const index = new RouteIndex<number>();
    expect(index.add('GET', '/a/:x', 1)).toBeUndefined();
    expect(index.add('GET', '/a/:y', 2)).toBe(1);
    expect(index.match('/a/9', 'GET')?.target).toBe(1);
  });

  test('names of every object are no routes', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(indexOf('/a').match(`/${name}`, 'GET')).toBeUndefined();
      expect(indexOf('/a/:x').match(`/a/${name}`, 'GET')?.values).toEqual([name]);
    }
  });

  test('the work of a match does not grow with the number of routes', () => {
    const lookups = (routes: number): number => {
      const index = indexOf(...Array.from({ length: routes }, (_, number) => `/view-${number}/:id`));
      const get = jest.spyOn(Map.prototype, 'get');
      index.match('/view-0/7', 'GET');
      const count = get.mock.calls.length;
      get.mockRestore();
      return count;
    };
    expect(lookups(1)).toBeGreaterThan(0);
    expect(lookups(5_000)).toBe(lookups(1));
  });
});
