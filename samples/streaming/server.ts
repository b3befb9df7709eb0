import type { AddressInfo } from 'node:net';
import { app } from './app.js';

const server = app.listen(Number(process.env.PORT ?? 3000), () => {
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  console.log(`Events    ${url}/prices/events, sent at each PUT ${url}/prices/tea`);
  console.log(`Report    ${url}/report?count=2`);
  console.log(`Rows      ${url}/squares?count=3`);
  console.log(`Document  ${url}/openapi.json`);
});
// Open streams end with the server, and their clients come back to the next one.
process.once('SIGTERM', () => server.close());
