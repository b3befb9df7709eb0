import type { AddressInfo } from 'node:net';
import { app } from './app.js';
import { database } from './database.js';
import { migrate } from './migrations.js';
import { seed } from './seed.js';

async function start() {
  await migrate(database);
  await seed(database);
  const server = app.listen(Number(process.env.PORT ?? 3000), () => {
    const url = `http://localhost:${(server.address() as AddressInfo).port}`;
    console.log(`Products  ${url}/api/products?category__slug=kitchen&sort=-price`);
    console.log(`Feed      ${url}/api/feed?filter=rating>=4`);
    console.log(`Document  ${url}/openapi.json`);
    console.log(`Docs      ${url}/docs`);
  });
  process.once('SIGTERM', () => server.close(() => database.destroy()));
}

start().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
