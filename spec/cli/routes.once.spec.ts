import { oldApp, otherApps, sameApps } from './apps.js';
import { type Installation, install } from './command-line.js';

jest.setTimeout(120_000);

describe.each(['express', 'express4'] as const)('routes on %s', (express) => {
  let at: Installation;

  beforeAll(async () => {
    at = await install(`routes-${express}`, express);
    at.write({ ...sameApps, ...otherApps, 'old.cjs': oldApp });
  });

  test('those of views, in a table', async () => {
    const { code, stdout, stderr } = await at.cli('routes', 'typed.ts');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      [
        'METHOD  PATH            ACTION                OPERATION ID',
        'GET     /api/items      ItemViewSet.list      list_item',
        'GET     /api/items/:id  ItemViewSet.retrieve  retrieve_item',
        '',
      ].join('\n'),
    );
  });

  test("an old app's own, those of mounted routers and of mounted apps", async () => {
    const { code, stdout, stderr } = await at.cli('routes', 'old.cjs', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows = (JSON.parse(stdout) as Record<string, string | null>[]).map(
      ({ method, path, action, operationId }) => `${method} ${path} ${action} ${operationId ?? '-'}`,
    );
    expect(rows).toEqual([
      'GET / home -',
      'GET /orders listOrders -',
      'POST /orders check, addOrder -',
      '* /any <anonymous> -',
      'GET /^\\/old.*/ <anonymous> -',
      'DELETE /outer/deep/:id remove -',
      'GET /outer/admin/x inAdmin -',
      'GET /v1/items ItemViewSet.list list_item_v1',
      'GET /v1/items/:id ItemViewSet.retrieve retrieve_item_v1',
      'GET /v2/items ItemViewSet.list list_item_v2',
      'GET /v2/items/:id ItemViewSet.retrieve retrieve_item_v2',
      // Where these are mounted only a regular expression can tell.
      'DELETE /?/:id remove -',
      'GET /?/items ItemViewSet.list -',
      'GET /?/items/:id ItemViewSet.retrieve -',
      'GET /first/sub inSub -',
      'GET /first/items ItemViewSet.list list_item',
      'GET /first/items/:id ItemViewSet.retrieve retrieve_item',
    ]);
  });

  test('of a router, and of an app without any', async () => {
    expect((await at.cli('routes', 'router.cjs')).stdout).toMatch(
      /^GET +\/items +ItemViewSet\.list +list_item$/m,
    );
    expect(await at.cli('routes', 'plain.cjs')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'plain.cjs has no routes.\n',
    });
  });
});
