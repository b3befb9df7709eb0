import type { DataValidateFunction, ErrorObject, ValidateFunction } from 'ajv/dist/types';
import { compileCheck, compileWith, newAjv } from './ajv.js';
import { escapeToken, type JSONSchema, mapSchemas, mapValues, type Schemas } from './json-schema.js';
import { once } from './once.js';
import {
  flatOptions,
  jsonTypeOf,
  likelyBranches,
  reachesUnion,
  takes,
  type Union,
  unionOf,
} from './union.js';
import type { Wire } from './wire.js';

/** Says what is wrong with a value that its check refuses. */
export type Explain = (value: unknown) => readonly ErrorObject[];

type Errors = readonly Partial<ErrorObject>[];

/** Finds all faults, and of a union those of the branch that was meant. */
const explainer = newAjv({ allErrors: true, meta: false, validateSchema: false });

for (const keyword of ['anyOf', 'oneOf'] as const) {
  explainer.removeKeyword(keyword).addKeyword({
    keyword,
    compile: (options: JSONSchema[], _, { schemaEnv }) =>
      unionCheck(keyword, options, schemasOf(schemaEnv.root.schema)),
  });
}
// What each item and each name fails at is no help: the fault is that of the whole.
for (const keyword of ['contains', 'propertyNames'] as const) {
  explainer.removeKeyword(keyword).addKeyword({
    keyword,
    compile: (_, { contains, minContains, maxContains, propertyNames }, { schemaEnv }) => {
      const schema = keyword === 'contains' ? { contains, minContains, maxContains } : { propertyNames };
      const fits = compileCheck(schema, schemasOf(schemaEnv.root.schema));
      return (value: unknown): boolean => fits(value);
    },
  });
}

export function compileExplain(wire: Wire, check: ValidateFunction): Explain {
  const compiled = once(() => {
    const { schemas } = wire.components;
    const close = (schema: JSONSchema) => closeUnions(schema, schemas);
    return compileWith(explainer, close(wire.schema), mapValues(schemas, close));
  });
  return (value) => {
    const explain = compiled();
    if (!explain(value)) return explain.errors ?? [];
    // What a union evaluates is not seen by the schema around it: for its unknown properties the check has to do.
    check(value);
    return check.errors ?? [];
  };
}

/** Unions of the explainer do not tell which properties they evaluate, so that what closes one goes into its branches. */
function closeUnions(schema: JSONSchema, schemas: Schemas): JSONSchema {
  const inner = (part: JSONSchema) => closeUnions(part, schemas);
  const { unevaluatedProperties, ...open } = schema;
  if (unevaluatedProperties !== false || !reachesUnion(open, schemas)) return mapSchemas(schema, inner);
  const options = flatOptions(open, schemas);
  if (!options) return mapSchemas(open, inner);
  return { anyOf: options.map((option) => inner({ ...option, unevaluatedProperties: false })) };
}

/** By the options: a union that is met again in the explanation of its own branches is the same. */
const unionChecks = new WeakMap<readonly JSONSchema[], DataValidateFunction>();

function unionCheck(
  keyword: 'anyOf' | 'oneOf',
  options: readonly JSONSchema[],
  schemas: Schemas,
): DataValidateFunction {
  const known = unionChecks.get(options);
  if (known) return known;
  const fits = once(() => compileCheck({ [keyword]: options }, schemas));
  const explain = once(() => unionExplanation(keyword, unionOf(options, schemas), schemas));
  const check: DataValidateFunction = (value, at) => {
    if (fits()(value)) return true;
    const path = at?.instancePath ?? '';
    check.errors = explain()(value).map((error) => ({
      ...error,
      instancePath: path + (error.instancePath ?? ''),
    }));
    return false;
  };
  unionChecks.set(options, check);
  return check;
}

function unionExplanation(keyword: string, union: Union, schemas: Schemas): (value: unknown) => Errors {
  const { branches, tag } = union;
  const types = [...new Set(branches.flatMap((branch) => [...(branch.types ?? [])]))];
  const undecided: Errors = [{ keyword, params: {} }];
  const compiled = new Map(
    branches.map(({ schema }) => [schema, once(() => compileWith(explainer, schema, schemas))]),
  );
  return (value) => {
    const type = jsonTypeOf(value);
    const read = (name: string): unknown =>
      Object.hasOwn(value as object, name) ? (value as JSONSchema)[name] : undefined;
    const typed = branches.filter((branch) => takes(branch, type));
    if (typed.length === 0) return [{ keyword: 'type', params: { type: types } }];
    const [meant, another] = likelyBranches(union, type, read);
    if (meant && !another) {
      const explain = compiled.get(meant.schema)?.();
      // It may fit all the same: where just one branch has to, and several do.
      return !explain || explain(value) ? undecided : (explain.errors ?? undecided);
    }
    if (meant || tag === undefined) return undecided;
    if (read(tag) === undefined) return [{ keyword: 'required', params: { missingProperty: tag } }];
    const allowedValues = typed.flatMap(({ constants }) => constants.get(tag) ?? []);
    return [{ keyword: 'enum', instancePath: `/${escapeToken(tag)}`, params: { allowedValues } }];
  };
}

function schemasOf(root: unknown): Schemas {
  return (root as { components?: { schemas: Schemas } }).components?.schemas ?? {};
}
