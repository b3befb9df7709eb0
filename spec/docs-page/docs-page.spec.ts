import express from 'express';
import { configureApp, ViewRouter } from 'express-viewsets';
import helmet from 'helmet';
import request from 'supertest';
import { info, itemViewSet } from '../support/app';

function app(options: object = {}) {
  const app = express();
  app.use(helmet());
  app.use('/api', ViewRouter({ prefix: '/items' }).register(itemViewSet()));
  configureApp(app, { info, ...options });
  return app;
}

/** The addresses that a page links to, as a browser resolves them. */
function linksOf(html: string, at: string): string[] {
  return [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(
    ([, link]) => new URL(link as string, `http://host${at}`).pathname,
  );
}

test.each([
  ['/docs', '/docs', '/openapi.json'],
  ['/docs/', '/docs', '/openapi.json'],
  ['/meta/docs', '/meta/docs', '/openapi.json'],
  ['/docs', '/docs', '/meta/openapi.json'],
  ['/', '/', '/openapi.json'],
])('at %s the page, all it links to and its document are served', async (docs, at, openapi) => {
  const { text } = await request(app({ docs, openapi }))
    .get(at)
    .expect(200)
    .expect('Content-Type', /^text\/html/);
  const links = linksOf(text, at);
  expect(links).toHaveLength(4);
  for (const link of links) await request(app({ docs, openapi })).get(link).expect(200);
  const init = links.find((link) => link.endsWith('init.js')) as string;
  const { text: script } = await request(app({ docs, openapi })).get(init);
  const [, url] = /new URL\("([^"]+)"/.exec(script) as RegExpExecArray;
  expect(new URL(url as string, `http://host${at}`).pathname).toBe(openapi);
});

test('a trailing slash leads to the page', async () => {
  await request(app()).get('/docs/').expect(301).expect('Location', '../docs');
});

test('links hold behind a proxy that takes a prefix away', async () => {
  const { text } = await request(app()).get('/docs');
  expect(linksOf(text, '/prefix/docs')).toContain('/prefix/docs/swagger-ui.css');
});

test('the page runs no inline script and no style of its own', async () => {
  const { text } = await request(app()).get('/docs');
  expect(text).not.toMatch(/<script(?![^>]*src=)|<style|style=|\son\w+=/);
  expect(text).not.toMatch(/https?:/);
});

test('the title is that of the API, and no markup', async () => {
  const { text } = await request(app({ info: { ...info, title: '<b>"A" & B</b>' } })).get('/docs');
  expect(text).toContain('<title>&#60;b&#62;&#34;A&#34; &#38; B&#60;/b&#62;</title>');
});

test('nothing else of the package is served', async () => {
  for (const path of [
    '/docs/package.json',
    '/docs/../package.json',
    '/docs/%2e%2e/package.json',
    '/docs/index.html',
  ])
    await request(app()).get(path).expect(404);
  await request(app()).get('/docsx').expect(404);
});

test('HEAD is answered, and no other method', async () => {
  const head = await request(app()).head('/docs').expect(200);
  expect(head.text).toBeUndefined();
  await request(app()).post('/docs').expect(404);
});
