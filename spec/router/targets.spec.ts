import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { configureApp, ViewRouter } from 'express-viewsets';
import { info, itemViewSet } from '../support/app';

/** The status line and the body of what comes for a target. */
async function ask(target: string, mount: string): Promise<string> {
  const items = new Map([[1, { id: 1, name: 'tea', price: 3 }]]);
  const router = ViewRouter({ prefix: '/items' });
  router.register(itemViewSet(items));
  const app = express();
  app.use(mount, router);
  configureApp(app, { info, logger: { error: () => {} } });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.end(`GET ${target} HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  server.close();
  return answer;
}

test.each(['/', '/api'])('a target in absolute form is its path, mounted at %s', async (mount) => {
  const path = `${mount === '/' ? '' : mount}/items/1`;
  for (const target of [path, `http://example.org${path}`, `HTTPS://example.org:8080${path}?x=1`]) {
    const answer = await ask(target, mount);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).toContain('{"id":1,"name":"tea","price":3}');
  }
});
