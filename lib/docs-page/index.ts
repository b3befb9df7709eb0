import { dirname, posix } from 'node:path';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** Where the page and its document are, at the time of a request. */
export interface DocsPaths {
  readonly openapi: string | false;
  /** Without a slash at its end, but for `/`. */
  readonly docs: string | false;
  readonly title: string;
}

const assets = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/**
 * The page that shows the document, of swagger-ui-dist. It asks for nothing from outside and runs no inline script, so
 * that it works offline and under helmet's default policy. Without the package there is no page.
 *
 * @throws TypeError when it is required and swagger-ui-dist is not installed.
 */
export function docsPage(required: boolean): ((paths: () => DocsPaths) => RequestHandler) | undefined {
  const root = assetsRoot();
  if (root === undefined && required) {
    throw new TypeError('The docs page needs swagger-ui-dist: npm install swagger-ui-dist');
  }
  return root === undefined ? undefined : (paths) => page(root, paths);
}

function assetsRoot(): string | undefined {
  try {
    return dirname(require.resolve('swagger-ui-dist/package.json'));
  } catch {
    return undefined;
  }
}

function page(root: string, paths: () => DocsPaths): RequestHandler {
  return function swaggerUI(request: Request, response: Response, next: NextFunction) {
    const { openapi, docs, title } = paths();
    if (docs === false || openapi === false) return next();
    // At `/` the page and its assets stand side by side, else the assets are below it.
    const base = docs === '/' ? '' : docs;
    const name = posix.basename(base);
    if (request.path === (base || '/')) {
      response.type('html').send(html(name ? `${name}/` : '', title));
      return;
    }
    if (!request.path.startsWith(`${base}/`)) return next();
    const rest = request.path.slice(base.length + 1);
    // Relative addresses hold behind a proxy that takes a prefix away, but not below a trailing slash.
    if (rest === '') response.redirect(301, `../${name}`);
    else if (rest === 'init.js')
      response.type('text/javascript').send(script(posix.relative(posix.dirname(base || '/'), openapi)));
    else if (assets.includes(rest))
      response.sendFile(rest, { root, maxAge: '1d' }, (error) => error && next(error));
    else next();
  };
}

function html(folder: string, title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHTML(title)}</title>
<link rel="icon" href="${folder}favicon-32x32.png">
<link rel="stylesheet" href="${folder}swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${folder}swagger-ui-bundle.js"></script>
<script src="${folder}init.js"></script>
</body>
</html>
`;
}

function script(url: string): string {
  return `window.ui = SwaggerUIBundle({
  url: new URL(${JSON.stringify(url)}, document.baseURI).href,
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
});
`;
}

function escapeHTML(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
