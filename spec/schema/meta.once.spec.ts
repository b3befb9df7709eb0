import Ajv from 'ajv/dist/2020';
import { annotations, applicators, scalarAssertions } from '../../lib/schema/json-schema';
import { surelyFits } from '../../lib/schema/meta';

const ajv = new Ajv({ strict: false });
const keywords = [
  ...applicators.one,
  ...applicators.list,
  ...applicators.map,
  ...scalarAssertions,
  ...annotations,
  ...['maxItems', 'minItems', 'uniqueItems', 'maxContains', 'minContains', 'maxProperties', 'minProperties'],
  ...['required', 'dependentRequired', '$ref', 'dependencies', '$anchor', 'constructor'],
];
const values = [
  ...[
    undefined,
    null,
    true,
    false,
    '',
    'text',
    'string',
    0,
    1,
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ],
  ...[[], ['string'], ['string', 'null'], ['a', 'a'], ['a', 1], [null], [true], [{}], [{ type: 'x' }], [[]]],
  ...[{}, { type: 'string' }, { type: 'x' }, { a: true }, { a: 'b' }, { a: ['b'] }, { a: { minimum: 'x' } }],
];

describe('the quick look at a schema', () => {
  test.each(keywords)('takes nothing at %s that the meta-schema refuses', (keyword) => {
    const taken = values.filter((value) => surelyFits({ [keyword]: value }));
    const refused = taken.filter((value) => !ajv.validateSchema({ [keyword]: value }));
    expect(refused).toEqual([]);
  });

  test('takes what schemas are usually made of', () => {
    const schema = {
      type: 'object',
      required: ['id'],
      properties: {
        id: { type: 'integer', minimum: 1, safeInteger: true, readOnly: true },
        name: { type: ['string', 'null'], minLength: 1, pattern: '^a', wellFormed: true, default: '' },
        state: { enum: ['a', 1, null] },
        list: { type: 'array', items: { anyOf: [{ const: 1 }, { $ref: '#/components/schemas/Item' }] } },
      },
      additionalProperties: false,
    };
    expect(surelyFits(schema)).toBe(true);
    expect(surelyFits({ ...schema, items: [schema] })).toBe(false);
  });
});
