import type { AddressInfo } from 'node:net';
import { app } from './app.js';

/* Sends requests, and shows what is known of them: lines, spans and metrics. */

const server = app.listen(0, '127.0.0.1', async () => {
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const path of ['/shops/tea/orders/1', '/shops/tea/reports/2027', '/legacy/7', '/nowhere'])
    await fetch(base + path).then((response) => response.text());
  const text = await (await fetch(`${base}/metrics`)).text();
  console.log(
    text
      .split('\n')
      .filter((line) => line.startsWith('http_requests_total'))
      .join('\n'),
  );
  server.close();
});
