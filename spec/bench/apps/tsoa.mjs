import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ours } from '../schema.mjs';

const require = createRequire(import.meta.url);

/* In a folder below the peers, so that what is written there finds them, and git does not see it. */
const folder = path.resolve(import.meta.dirname, '../node_modules/.cache/tsoa');

const controller = `
import { Body, Controller, Get, Path, Post, Route } from 'tsoa';

const items: Item[] = Array.from({ length: 100 }, (_, index) => ({ id: index + 1, name: \`item \${index + 1}\`, price: index }));

interface Item {
  /**
   * @isInt
   * @minimum 1
   */
  id: number;
  /** @minLength 1 */
  name: string;
  /**
   * @isInt
   * @minimum 0
   */
  price: number;
}

@Route('items')
export class ItemController extends Controller {
  @Get()
  public async list(): Promise<Item[]> {
    return items;
  }

  @Post()
  public async create(@Body() item: Item): Promise<Item> {
    this.setStatus(201);
    this.setHeader('location', \`/items/\${item.id}\`);
    return item;
  }

  /**
   * @isInt id
   * @minimum id 1
   */
  @Get('{id}')
  public async retrieve(@Path() id: number): Promise<Item> {
    const found = items[id - 1];
    if (!found) throw Object.assign(new Error('not found'), { status: 404 });
    return found;
  }
}
`;

/** Its CLI writes the routes from the controller's source; both are then compiled to JavaScript. */
function generate() {
  const typescript = require('typescript');
  const compilerOptions = { module: 'commonjs', target: 'es2022', experimentalDecorators: true };
  const config = {
    entryFile: 'controller.ts',
    controllerPathGlobs: ['controller.ts'],
    spec: { outputDirectory: '.', specVersion: 3 },
    routes: { routesDir: '.', middleware: 'express' },
  };
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'controller.ts'), controller);
  fs.writeFileSync(path.join(folder, 'tsoa.json'), JSON.stringify(config));
  fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "commonjs" }');
  execFileSync(process.execPath, [require.resolve('tsoa/dist/cli.js'), 'routes'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const name of ['controller', 'routes']) {
    const source = fs.readFileSync(path.join(folder, `${name}.ts`), 'utf8');
    const { outputText } = typescript.transpileModule(source, { compilerOptions });
    fs.writeFileSync(path.join(folder, `${name}.js`), outputText);
  }
}

export default () => {
  generate();
  const express = ours('express');
  const app = express();
  app.use(express.json());
  require(path.join(folder, 'routes.js')).RegisterRoutes(app);
  app.use((error, _req, res, _next) => {
    res.status(error.status ?? 500).json({ error: error.message });
  });
  return app;
};
