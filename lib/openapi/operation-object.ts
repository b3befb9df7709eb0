import { STATUS_CODES } from 'node:http';
import { KindGuard } from '@sinclair/typebox';
import type * as oas31 from 'openapi3-ts/oas31';
import { type APIErrorClass, ProblemDetailsSchema, problemSchema, titleOf } from '../errors/index.js';
import type { Operation } from '../operation.js';
import { problemsOf } from '../problems.js';
import {
  aliasesOf,
  COMPONENTS,
  type Components,
  componentName,
  isCommaSeparated,
  isObject,
  type JSONSchema,
  type Naming,
  toWire,
  withoutQueryKeywords,
} from '../schema/index.js';
import type { Schema } from '../typebox.js';
import type { PlacedOperation } from './mounted.js';

/** What the operations of one document have in common. */
export interface Shared {
  readonly components: Components;
  readonly responses: Map<string, oas31.ResponseObject>;
  /** The error classes whose schemas are written. */
  readonly problems: Set<APIErrorClass>;
  readonly validationStatus: 400 | 422;
}

/** Describes one operation: what it takes, what it answers, and every problem it is known to answer. */
export function operationObject(placed: PlacedOperation, shared: Shared): oas31.OperationObject {
  const { operation, operationId } = placed;
  const { spec, name, component } = operation;
  const requestBody = bodyOf(operation, shared);
  return {
    operationId,
    summary: spec.summary ?? sentence(`${name} ${component}`),
    ...(spec.description && { description: spec.description }),
    tags: tagsOf(operation),
    ...(spec.deprecated && { deprecated: true }),
    parameters: [
      ...pathParameters(placed, shared),
      ...parameters(operation, 'query', shared),
      ...parameters(operation, 'header', shared),
      ...precondition(operation),
    ],
    ...(requestBody && { requestBody }),
    responses: responsesOf(operation, shared),
    ...(spec.security && { security: spec.security as oas31.SecurityRequirementObject[] }),
  };
}

export function tagsOf({ spec, resource, component }: Operation): string[] {
  return [...(spec.tags ?? resource?.tags ?? [component])];
}

function pathParameters({ operation, parameters }: PlacedOperation, shared: Shared): oas31.ParameterObject[] {
  const { properties = {} } = operation.params ? write(operation.params, operation, shared, 'as_is') : {};
  const schemas = properties as Record<string, JSONSchema>;
  return parameters.map(([shown, own]) =>
    parameter(shown, 'path', (own !== undefined && schemas[own]) || { type: 'string' }, true),
  );
}

function parameters(
  operation: Operation,
  source: 'query' | 'header',
  shared: Shared,
): oas31.ParameterObject[] {
  const schema = source === 'query' ? operation.spec.query : operation.spec.headers;
  if (!schema) return [];
  const { properties = {}, required = [] } = write(
    { ...schema, $id: undefined } as unknown as Schema,
    operation,
    shared,
    // The names of headers are those of HTTP.
    source === 'header' ? 'as_is' : operation.resource?.naming,
  );
  return Object.entries(properties as Record<string, JSONSchema>).map(([name, property]) =>
    parameter(name, source, property, (required as string[]).includes(name) && !('default' in property)),
  );
}

/** The version that a client knows (RFC 9110 section 13.1). */
function precondition({ spec, method }: Operation): oas31.ParameterObject[] {
  const { version } = spec;
  const schema: JSONSchema = { type: 'string' };
  if (version === 'taken' || version === 'required') {
    const description = 'The `ETag` of the version that is changed; another one is refused.';
    return [parameter('If-Match', 'header', { ...schema, description }, version === 'required')];
  }
  if (version !== 'sent' || method !== 'get') return [];
  const description = 'The `ETag` of the version that the client has; it is not sent again.';
  return [parameter('If-None-Match', 'header', { ...schema, description }, false)];
}

function parameter(
  name: string,
  source: oas31.ParameterLocation,
  property: JSONSchema,
  required: boolean,
): oas31.ParameterObject {
  const { description, deprecated, ...schema } = property;
  const aliases = aliasesOf(property).map((alias) => `\`${alias}\``);
  const said = [description, aliases.length > 0 && `Also ${aliases.join(', ')}.`].filter(Boolean).join(' ');
  return {
    name,
    in: source,
    required,
    ...(said !== '' && { description: said }),
    ...(deprecated === true && { deprecated }),
    // `name=1,2`
    ...(isCommaSeparated(property) && { style: 'form' as const, explode: false }),
    schema: withoutQueryKeywords(schema),
  };
}

function bodyOf(operation: Operation, shared: Shared): oas31.RequestBodyObject | undefined {
  const { body } = operation.spec;
  if (!body) return undefined;
  // What is named has its defaults everywhere; what only this body is made of shows those that are filled in.
  const partial = operation.spec.partial === true && !('$id' in body);
  const media: oas31.MediaTypeObject = {
    schema: write(body, operation, shared, operation.resource?.naming, partial),
  };
  // A document has ranges such as `text/*`, and none of a suffix.
  const ranges = operation.consumes.filter((type) => !type.includes('*+'));
  const types = ranges.length > 0 ? ranges : ['application/json'];
  return {
    required: !KindGuard.IsOptional(body as never),
    content: Object.fromEntries(types.map((type) => [type, media])),
  };
}

function responsesOf(operation: Operation, shared: Shared): oas31.ResponsesObject {
  const { checked, spec } = operation;
  // A `View` sends what it likes; its status is known only where it says so.
  const status = checked ? operation.status : (spec.status ?? 200);
  const responses: oas31.ResponsesObject = { [status]: success(operation, status, shared) };
  if (spec.version === 'sent' && operation.method === 'get') responses[304] = { description: 'Not Modified' };
  for (const [code, kinds] of byStatus(problemsOf(operation, shared.validationStatus)))
    responses[code] = problemResponse([...kinds], shared);
  // 405, 500 and whatever middleware and the network answer.
  if (checked) responses.default = otherProblem(shared);
  return responses;
}

function success(operation: Operation, status: number, shared: Shared): oas31.ResponseObject {
  const { spec, checked } = operation;
  const described: oas31.ResponseObject = { description: STATUS_CODES[status] ?? 'Success' };
  const headers: Record<string, oas31.HeaderObject> = {};
  if (operation.location) {
    const description = 'The path of the resource.';
    headers.Location = { description, schema: { type: 'string', format: 'uri-reference' } };
  }
  if (spec.version && operation.method !== 'delete') {
    headers.ETag = { description: 'The version of the resource.', schema: { type: 'string' } };
  }
  if (Object.keys(headers).length > 0) described.headers = headers;
  if (checked && spec.response && !spec.empty)
    described.content = { 'application/json': { schema: write(spec.response, operation, shared) } };
  return described;
}

function byStatus(kinds: readonly APIErrorClass[]): Map<number, Set<APIErrorClass>> {
  const found = new Map<number, Set<APIErrorClass>>();
  for (const kind of [...kinds].sort((a, b) => a.status - b.status)) {
    found.set(kind.status, (found.get(kind.status) ?? new Set()).add(kind));
  }
  return found;
}

/** One error class of a status is a shared response, and several are one response that may be either. */
function problemResponse(
  kinds: readonly APIErrorClass[],
  shared: Shared,
): oas31.ResponseObject | oas31.ReferenceObject {
  const [only] = kinds;
  const schemas = kinds.map((kind) => problemReference(kind, shared));
  const make = () =>
    problem(
      kinds.map(titleOf).join(', or '),
      schemas.length === 1 ? (schemas[0] as JSONSchema) : { anyOf: schemas },
      Object.assign({}, ...kinds.map(({ headers }) => headers)),
    );
  return only && kinds.length === 1 ? sharedResponse(componentName(only.name), make, shared) : make();
}

function otherProblem(shared: Shared): oas31.ReferenceObject {
  const make = () =>
    problem(
      'Any other problem',
      toWire(ProblemDetailsSchema, { mode: 'document' }, shared.components).schema,
    );
  return sharedResponse('ProblemDetails', make, shared);
}

function problemReference(kind: APIErrorClass, { components, problems }: Shared): JSONSchema {
  // Of two classes with one name the second is written too, and found to differ.
  if (!problems.has(kind)) toWire(problemSchema(kind), { mode: 'document' }, components);
  problems.add(kind);
  return { $ref: COMPONENTS + componentName(kind.name) };
}

function problem(
  description: string,
  schema: JSONSchema,
  headers: Readonly<Record<string, string>> = {},
): oas31.ResponseObject {
  const described = Object.entries(headers).map(
    ([name, example]) => [name, { schema: { type: 'string' as const }, example }] as const,
  );
  return {
    description,
    ...(described.length > 0 && { headers: Object.fromEntries(described) }),
    content: { 'application/problem+json': { schema } },
  };
}

function sharedResponse(
  name: string,
  make: () => oas31.ResponseObject,
  { responses }: Shared,
): oas31.ReferenceObject {
  if (!responses.has(name)) responses.set(name, make());
  return { $ref: `#/components/responses/${name}` };
}

function write(
  schema: Schema,
  operation: Operation,
  { components }: Shared,
  naming: Naming | undefined = operation.resource?.naming,
  partial = false,
): JSONSchema {
  const { schema: written } = toWire(
    schema,
    { mode: 'document', naming, partial, hint: operation.component },
    components,
  );
  return isObject(written) ? written : {};
}

/** `partial_update BlogPost` -> `Partial update blog post` */
function sentence(words: string): string {
  const text = words
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
