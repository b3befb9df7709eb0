/* A client of the quick start, with types that are generated from its document. It prints what it was answered. */

import createClient from 'openapi-fetch';
import type { components, paths } from './.cache/api.js';

declare const process: { readonly argv: readonly string[] };

type Item = components['schemas']['Item'];

const client = createClient<paths>({ baseUrl: process.argv[2] });
const id = '3f2b1c9e-5d3a-4b1e-9a3f-0d6c7b8a9e10';
const path = { id };

const created = await client.POST('/api/items', { body: { id, name: 'Lamp', price: 20 } });
const retrieved = await client.GET('/api/items/{id}', { params: { path } });
const updated = await client.PUT('/api/items/{id}', {
  params: { path },
  body: { id, name: 'Lamp', price: 25 },
});
const listed = await client.GET('/api/items');
const destroyed = await client.DELETE('/api/items/{id}', { params: { path } });
const missing = await client.GET('/api/items/{id}', { params: { path } });
const refused = await client.POST('/api/items', { body: { id, name: '', price: -1 } });

const items: Item[] | undefined = listed.data;
const price: number | undefined = retrieved.data?.price;
const nothing: undefined = destroyed.data;
const title: string | undefined = missing.error?.title;
const codes: string[] | undefined = refused.error?.errors.map(({ code }) => code);

console.log(
  JSON.stringify({
    statuses: [created, retrieved, updated, listed, destroyed, missing, refused].map(
      ({ response }) => response.status,
    ),
    location: created.response.headers.get('Location'),
    created: created.data,
    updated: updated.data,
    items,
    price,
    nothing: nothing ?? null,
    title,
    codes,
  }),
);
