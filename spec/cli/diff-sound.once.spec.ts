import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { compareDocuments } from '../../lib/cli/diff/index.js';

/*
 * Whatever was taken and is refused now breaks who sends it, and whatever was never sent and is now breaks who is sent it: ajv says which
 * of two schemas a value fits. Left out are properties that come and go, where more or less is told than a schema says.
 */

const values = [
  ...[null, true, 0, 1, 2, 3, 1.5, '', 'a', 'ab', 'abc', [], [1], ['a'], [1, 'a'], [1, 2, 3], {}],
  ...[{ a: 1 }, { a: 'x' }, { b: 1 }, { a: null }, { a: { a: 1 } }, { a: [1], b: 'a' }],
];

const type = fc.constantFrom('string', 'number', 'integer', 'boolean', 'object', 'array', 'null');
const length = fc.integer({ min: 0, max: 3 });
const optional = { requiredKeys: ['type'] } as { requiredKeys: ['type'] };

const leaf = fc.oneof(
  fc.constantFrom({}, true, false),
  fc.record({ type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })) }),
  fc.record(
    {
      type: fc.constantFrom('number', 'integer'),
      minimum: length,
      exclusiveMaximum: length,
      multipleOf: fc.constantFrom(1, 2, 0.5),
    },
    optional,
  ),
  fc.record(
    {
      type: fc.constant('string'),
      minLength: length,
      maxLength: length,
      pattern: fc.constantFrom('^a', 'b$'),
    },
    optional,
  ),
  fc.record({
    enum: fc.uniqueArray(fc.constantFrom('a', 'x', 1, 2, null, true), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ const: fc.constantFrom('a', 'x', 1, null) }),
);

const { schema } = fc.letrec<{ schema: any }>((tie) => {
  const any = tie('schema');
  const some = fc.array(any, { minLength: 1, maxLength: 3 });
  const beside = leaf.map((one) => (typeof one === 'object' ? one : {}));
  return {
    schema: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.constantFrom('A', 'B').map((name) => ({ $ref: `#/components/schemas/${name}` })),
      fc.record(
        {
          type: fc.constant('object'),
          properties: fc.record({ a: any, b: any }),
          required: fc.uniqueArray(fc.constantFrom('a', 'b')),
          maxProperties: length,
        },
        { requiredKeys: ['properties'] },
      ),
      fc.record(
        {
          type: fc.constant('array'),
          items: any,
          prefixItems: some,
          minItems: length,
          maxItems: length,
          uniqueItems: fc.boolean(),
        },
        optional,
      ),
      fc.tuple(beside, some).map(([one, anyOf]) => ({ ...one, anyOf })),
      fc.tuple(beside, some).map(([one, allOf]) => ({ ...one, allOf })),
      fc.record({ not: any }),
    ),
  };
});

type Schemas = readonly [schema: any, A: any, B: any];

function documentOf([schema, A, B]: Schemas): any {
  const content = { 'application/json': { schema } };
  return {
    openapi: '3.1.0',
    paths: { '/': { post: { requestBody: { content }, responses: { 200: { content } } } } },
    components: { schemas: { A, B } },
  };
}

/** Undefined for one that is all of itself, which neither can read. */
function validatorOf(schemas: Schemas): ValidateFunction | undefined {
  const [schema, A, B] = schemas;
  const ajv = new Ajv2020({ strict: false, validateSchema: false, logger: false });
  try {
    const validate = ajv.compile({ allOf: [schema], components: { schemas: { A, B } } });
    for (const value of values) validate(value);
    compareDocuments(documentOf(schemas), documentOf(schemas));
    return validate;
  } catch (error) {
    if (/circle|call stack/.test(String(error))) return undefined;
    throw error;
  }
}

test('what fits the one and not the other is told', () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.tuple(schema, schema, schema), fc.tuple(schema, schema, schema), (before, after) => {
      const [old, now] = [validatorOf(before), validatorOf(after)];
      if (!old || !now) return;
      compared += 1;
      const [document, other] = [documentOf(before), documentOf(after)];
      expect(compareDocuments(document, document)).toEqual([]);
      const changes = compareDocuments(document, other);
      const isTold = (side: string) =>
        changes.some(
          ({ level, rule, direction }) =>
            direction === side && (level === 'breaking' || /^property-(added|removed)$/.test(rule)),
        );
      for (const value of values) {
        if (old(value) && !now(value))
          expect([value, 'request', isTold('request')]).toEqual([value, 'request', true]);
        if (now(value) && !old(value))
          expect([value, 'response', isTold('response')]).toEqual([value, 'response', true]);
      }
    }),
    { numRuns: 120, seed: 1 },
  );
  expect(compared).toBeGreaterThan(60);
});
