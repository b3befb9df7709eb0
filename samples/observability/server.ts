import { gracefulShutdown } from 'express-viewsets';
import { app } from './app.js';

const port = Number(process.env.PORT ?? 3000);

const server = app.listen(port, () => {
  const url = `http://localhost:${port}`;
  console.log(`API      ${url}/shops/tea/orders/1`);
  console.log(`Metrics  ${url}/metrics`);
  console.log(`Health   ${url}/healthz and ${url}/readyz`);
});
gracefulShutdown(server, { delay: 0, deadline: 10_000 });
