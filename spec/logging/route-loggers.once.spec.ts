import { child } from '../support/child.js';

/** The lines of an app whose log pino writes, in the order of the requests. */
async function linesOf(routes: string, options: string, requests: string[][]): Promise<object[]> {
  const script = `
    const express = require('express');
    const { configureApp } = require('./lib/index.ts');
    const app = express();
    ${routes}
    configureApp(app, { info: { title: 'a', version: '1' }, logs: ${options} });
    const server = app.listen(0, async () => {
      for (const [method, path, host] of ${JSON.stringify(requests)}) {
        await new Promise((resolve) => require('node:http')
          .request({ method, path, port: server.address().port, headers: { host: host ?? 'a' }, agent: false },
            (response) => response.resume().on('close', resolve))
          .end());
      }
      server.close();
    });`;
  const { exit, output } = child(['-e', script]);
  await exit;
  const { stdout } = output();
  const lines = stdout.trimEnd().split('\n');
  for (const line of lines) {
    const names = [...line.matchAll(/[{,]"(\w+)":/g)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
  }
  return lines.map((line) => JSON.parse(line));
}

test('the lines of a route have its fields, each time', async () => {
  const routes =
    "app.get('/items/:id', (req, res) => res.send('a')); app.post('/items/:id', (req, res) => res.send('b'));";
  const requests = [
    ['GET', '/items/1'],
    ['HEAD', '/items/2'],
    ['POST', '/items/3'],
    ['GET', '/items/4'],
    ['GET', '/none'],
  ];
  await expect(linesOf(routes, 'true', requests)).resolves.toMatchObject([
    { method: 'GET', route: '/items/:id', path: '/items/1', status: 200, msg: 'request completed' },
    { method: 'HEAD', route: '/items/:id', path: '/items/2', status: 200 },
    { method: 'POST', route: '/items/:id', path: '/items/3', status: 200 },
    { method: 'GET', route: '/items/:id', path: '/items/4', status: 200 },
    { method: 'GET', route: '(unmatched)', path: '/none', status: 404 },
  ]);
});

test('two views of one path, of which the host decides, are told apart', async () => {
  const routes = `
    const { Type } = require('@sinclair/typebox');
    const { compose, ListMixin, Resource, ViewRouter } = require('./lib/index.ts');
    const schema = Type.Object({});
    const viewsOf = (name, host) => ViewRouter({ prefix: '/items' })
      .use((req, res, next) => next(req.hostname === host ? undefined : 'router'))
      .register(class extends compose(Resource({ name, schema }), ListMixin) { list() { return []; } });
    app.use(viewsOf('Apple', 'a'), viewsOf('Berry', 'b'));
    `;
  const requests = [
    ['GET', '/items', 'a'],
    ['GET', '/items', 'b'],
    ['GET', '/items', 'a'],
  ];
  const lines = await linesOf(routes, 'true', requests);
  const ids = lines.map((line) => (line as { operation_id: string }).operation_id);
  expect(ids).toEqual(['list_apple', 'list_berry', 'list_apple']);
});

test('fields of the app are in place of those of the route', async () => {
  const routes = "app.get('/a', (req, res) => res.send('a'));";
  const options = "{ fields: () => ({ route: 'mine', tenant: 7 }) }";
  await expect(linesOf(routes, options, [['GET', '/a']])).resolves.toMatchObject([
    { method: 'GET', route: 'mine', tenant: 7, path: '/a' },
  ]);
});
