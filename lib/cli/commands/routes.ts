import { command, Fault, sentenceOf } from '../command.js';
import { table } from '../help.js';
import { loadApp, loadOptions } from '../load/index.js';
import { type RouteRow, routesOf } from '../routes.js';

const heads: Readonly<Record<keyof RouteRow, string>> = {
  method: 'METHOD',
  path: 'PATH',
  action: 'ACTION',
  operationId: 'OPERATION ID',
};

export const routes = command({
  usage: 'routes <module> [options]',
  summary: 'List the routes of an app: those of views and its own, also in mounted routers and apps.',
  takes: [1, 1],
  options: {
    ...loadOptions,
    json: { type: 'boolean', help: 'As a JSON array.' },
  },
  async run([module = ''], values) {
    const { target, subApps } = await loadApp(module, values);
    let rows: RouteRow[];
    try {
      rows = routesOf(target, subApps);
    } catch (error) {
      throw new Fault(`The routes of ${module} can not be told: ${sentenceOf(error)}`, { cause: error });
    }
    if (values.json) return { output: `${JSON.stringify(rows, null, 2)}\n` };
    if (rows.length === 0) return { notes: [`${module} has no routes.`] };
    const names = Object.keys(heads) as (keyof RouteRow)[];
    const lines = table([
      names.map((name) => heads[name]),
      ...rows.map((row) => names.map((name) => row[name] ?? '-')),
    ]);
    return { output: `${lines.join('\n')}\n` };
  },
});
