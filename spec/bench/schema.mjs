import { createRequire } from 'node:module';

/**
 * For the package under test, as it is built, and for what it depends on. A plain `import` of an app finds the peers,
 * which are installed in this folder and have an Express of their own.
 */
export const ours = createRequire(new URL('../../package.json', import.meta.url));

const { Type } = ours('@sinclair/typebox');
const Ajv = ours('ajv/dist/2020').default;

export const Item = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    name: Type.String({ minLength: 1 }),
    price: Type.Integer({ minimum: 0 }),
  },
  { $id: 'Item' },
);

/** The check of hand-written apps. */
export const isItem = new Ajv({ allErrors: true }).compile(JSON.parse(JSON.stringify(Item)));

/** The id of a path, or NaN: for apps that read it by hand. */
export const readId = (text) => (/^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN);
