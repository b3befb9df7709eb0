import http from 'node:http';
import { items } from '../cases.mjs';
import { isItem, readId } from '../schema.mjs';

/** The limit: no more than the task asks for. */
export default () =>
  http.createServer((request, response) => {
    const { method, url } = request;
    if (url === '/items') {
      if (method === 'GET') return answer(response, 200, items);
      if (method === 'POST') return create(request, response);
    } else if (method === 'GET' && url.startsWith('/items/')) {
      const id = readId(url.slice('/items/'.length));
      if (Number.isNaN(id)) return answer(response, 400, { error: 'id' });
      const found = items[id - 1];
      if (found) return answer(response, 200, found);
    }
    answer(response, 404, { error: 'not found' });
  });

function create(request, response) {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    let item;
    try {
      item = JSON.parse(Buffer.concat(chunks).toString());
    } catch {
      return answer(response, 400, { error: 'no JSON' });
    }
    if (!isItem(item)) return answer(response, 400, { errors: isItem.errors });
    answer(response, 201, item, `/items/${item.id}`);
  });
}

function answer(response, status, value, location) {
  const text = JSON.stringify(value);
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
  if (location) headers.Location = location;
  response.writeHead(status, headers).end(text);
}
