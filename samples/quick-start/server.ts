import { app } from './app.js';

const port = Number(process.env.PORT ?? 3000);

app.listen(port, () => {
  const url = `http://localhost:${port}`;
  console.log(`API       ${url}/api/items`);
  console.log(`Document  ${url}/openapi.json`);
  console.log(`Docs      ${url}/docs`);
});
