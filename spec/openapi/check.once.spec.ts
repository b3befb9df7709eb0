import { buildDocument, ViewRouter } from 'express-viewsets';
import { info, itemViewSet } from '../support/app';
import { type Document, faultsOf } from '../support/openapi';

/* The check of documents that the other specs rely on can fail. */

function faulty(change: (document: any) => void): Document {
  const { operations } = ViewRouter({ prefix: '/items' }).register(itemViewSet());
  const document = buildDocument(
    operations.map((operation) => ({ operation, mountPath: '' })),
    { info },
  );
  const copy = structuredClone(document);
  change(copy);
  return copy;
}

test('finds each seeded fault, and none in a document as it is', async () => {
  const faults = await faultsOf([
    faulty(() => {}),
    faulty(({ paths }) => {
      paths['/items'].post.operationId = 'list_item';
    }),
    faulty(({ paths }) => {
      paths['/items/{id}'].get.parameters = [];
    }),
    faulty(({ components }) => {
      components.responses.NotFound.content['application/problem+json'].schema.$ref = '#/components/no';
    }),
    faulty(({ components }) => {
      components.schemas.Item.properties.price.minimun = 0;
    }),
  ]);
  expect(faults[0]).toEqual([]);
  expect(faults[1]?.join()).toMatch(/operation-operationId-unique/);
  expect(faults[2]?.join()).toMatch(/path-parameters-defined/);
  expect(faults[3]?.join()).toMatch(/no-unresolved-refs/);
  expect(faults[4]?.join()).toMatch(/Item: strict mode: unknown keyword: "minimun"/);
});
