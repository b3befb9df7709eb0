/* What every app of the benchmark answers: asserted before measuring, so that equals are compared. */

export const items = Array.from({ length: 100 }, (_, index) => ({
  id: index + 1,
  name: `item ${index + 1}`,
  price: index,
}));

const headers = { 'content-type': 'application/json' };
const post = (body) => ({ method: 'POST', path: '/items', headers, body });

/** The requests that are measured, with their answers. */
export const cases = {
  retrieve: { request: { method: 'GET', path: '/items/1' }, status: 200, json: items[0] },
  'list of 100': { request: { method: 'GET', path: '/items' }, status: 200, json: items },
  create: { request: post(JSON.stringify(items[0])), status: 201, json: items[0], location: '/items/1' },
};

/** Requests that are only asserted. What the body of a refusal says is up to each app. */
export const refusals = [
  { request: { method: 'GET', path: '/items/x' }, status: 400 },
  { request: { method: 'GET', path: '/items/0' }, status: 400 },
  { request: { method: 'GET', path: '/items/999' }, status: 404 },
  { request: { method: 'GET', path: '/elsewhere' }, status: 404 },
  { request: post('{'), status: 400 },
  { request: post('{}'), status: 400 },
  { request: post('[]'), status: 400 },
  { request: post(JSON.stringify({ ...items[0], name: '' })), status: 400 },
  { request: post(JSON.stringify({ ...items[0], price: -1 })), status: 400 },
  { request: post(JSON.stringify({ ...items[0], price: 1.5 })), status: 400 },
];
