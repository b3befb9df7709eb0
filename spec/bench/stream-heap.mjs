// What a million rows cost in memory, streamed as a JSON array and as NDJSON, with a reader that keeps up and one that
// is slow. Run after `npm run build`: node --expose-gc spec/bench/stream-heap.mjs [rows]

import { get as httpGet } from 'node:http';
import { Type } from '@sinclair/typebox';
import express from 'express';
import { APIView, get, ViewRouter } from '../../dist/index.js';

const rows = Number(process.argv[2] ?? 1_000_000);
const Row = Type.Object({ id: Type.Integer(), name: Type.String(), price: Type.Number() });

class Report extends APIView {
  static actions = {
    json: get('/json', { response: Type.Array(Row) }),
    ndjson: get('/ndjson', { response: Type.Array(Row), stream: 'ndjson' }),
  };
  async *json() {
    for (let id = 0; id < rows; id += 1) yield { id, name: `Row number ${id}`, price: id / 4 };
  }
  ndjson() {
    return this.json();
  }
}

const server = express().use(ViewRouter().register(Report)).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const url = `http://127.0.0.1:${server.address().port}`;
const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(1);

async function measure(path, pause) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  let peak = 0;
  const heap = setInterval(() => {
    globalThis.gc();
    peak = Math.max(peak, process.memoryUsage().heapUsed);
  }, 100);
  const started = performance.now();
  let bytes = 0;
  const response = await new Promise((resolve) => httpGet(url + path, { agent: false }, resolve));
  for await (const chunk of response) {
    bytes += chunk.length;
    if (pause > 0 && bytes % 37 === 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
  clearInterval(heap);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${path.padEnd(8)} ${pause ? 'slow' : 'fast'} reader: ${rows} rows, ${megabytes(bytes)} MB in ${seconds} s; ` +
      `live heap ${megabytes(before)} MB before, ${megabytes(peak)} MB at most`,
  );
}

await measure('/json', 0);
await measure('/json', 0);
await measure('/ndjson', 0);
await measure('/ndjson', 5);
server.close();
