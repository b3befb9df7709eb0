/* Each marked line is a wrong use of the API that the generated types have to refuse. */

import createClient from 'openapi-fetch';
import type { paths } from './.cache/api.js';

const client = createClient<paths>();
const body = { id: '1', name: 'Lamp', price: 20 };

await client.GET('/api/itmes'); // refused
await client.PATCH('/api/items'); // refused
await client.GET('/api/items/{id}'); // refused
await client.POST('/api/items'); // refused
await client.POST('/api/items', { body: { ...body, price: '20' } }); // refused
await client.POST('/api/items', { body: { id: '1', name: 'Lamp' } }); // refused
(await client.GET('/api/items')).data?.[0]?.prize; // refused
(await client.GET('/api/items')).data?.[0]?.price.length; // refused
(await client.DELETE('/api/items/{id}', { params: { path: { id: '1' } } })).data?.name; // refused

await client.POST('/api/items', { body });
