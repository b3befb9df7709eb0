import { STATUS_CODES } from 'node:http';
import { KindGuard } from '@sinclair/typebox';
import type * as oas31 from 'openapi3-ts/oas31';
import type { StreamFormat } from '../action.js';
import { type APIErrorClass, ProblemDetailsSchema, problemSchema, titleOf } from '../errors/index.js';
import type { Operation } from '../operation.js';
import { problemsOf } from '../problems.js';
import {
  aliasesOf,
  COMPONENTS,
  type Components,
  componentName,
  isCommaSeparated,
  type JSONSchema,
  type Naming,
  toWire,
  wireName,
  withoutQueryKeywords,
} from '../schema/index.js';
import { eventSchema, formatTypes } from '../streams/index.js';
import type { PlacedOperation } from './mounted.js';

/** What the operations of one document have in common. */
export interface Shared {
  readonly components: Components;
  /** What is written of schemas without a name, which the actions of a resource have in common. */
  readonly written: Map<object, Written[]>;
  readonly responses: Map<string, oas31.ResponseObject>;
  /** The error classes whose schemas are written, with their names. */
  readonly problems: Map<APIErrorClass, string>;
  readonly validationStatus: 400 | 422;
  /** Whether the document has a word for the items of a sequence, as OpenAPI 3.2 has. */
  readonly itemSchema: boolean;
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
  const { properties = {} } = operation.params
    ? write(operation.params, operation, shared, { nameless: true, naming: 'as_is' })
    : {};
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
    schema,
    operation,
    shared,
    // The names of headers are those of HTTP.
    { nameless: true, ...(source === 'header' && { naming: 'as_is' }) },
  );
  const naming = source === 'query' ? operation.resource?.naming : undefined;
  return Object.entries(properties as Record<string, JSONSchema>).map(([name, property]) => {
    const needed = (required as string[]).includes(name) && !('default' in property);
    return parameter(name, source, property, needed, naming);
  });
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
  naming?: Naming,
): oas31.ParameterObject {
  const { description, deprecated, ...schema } = property;
  const aliases = aliasesOf(property).map((alias) => `\`${wireName(alias, naming)}\``);
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
    schema: write(body, operation, shared, { partial }),
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
  const answer = success(operation, status, shared);
  const problems = byStatus(problemsOf(operation, shared.validationStatus)).map(
    ([code, kinds]) => [code, problemResponse(kinds, shared)] as const,
  );
  const responses = noResponses();
  for (const [code, response] of problems) responses[code] = response;
  if (spec.version === 'sent' && operation.method === 'get') responses[304] = { description: 'Not Modified' };
  if (spec.sse) responses[204] = { description: 'There are no events; an EventSource does not reconnect.' };
  responses[status] = answer;
  // 405, 500 and whatever middleware and the network answer.
  if (checked) responses.default = otherProblem(shared);
  return responses;
}

/** Of keys that are numbers V8 would make a list that begins at 0, of 5 kB for a few; a number far off makes it a table, which it stays. */
function noResponses(): oas31.ResponsesObject {
  const table: oas31.ResponsesObject = { 9999: undefined };
  Reflect.deleteProperty(table, 9999);
  return table;
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
  for (const [name, description] of Object.entries(spec.responseHeaders ?? {})) {
    headers[name] = { description, schema: { type: 'string' } };
  }
  if (Object.keys(headers).length > 0) described.headers = headers;
  if (spec.sse) described.content = eventContent(operation, spec.sse, shared);
  else if (checked && spec.response && !spec.empty)
    described.content = resultContent(operation, spec.response, shared);
  return described;
}

function resultContent(operation: Operation, response: object, shared: Shared): oas31.ContentObject {
  const types = [operation.spec.stream ?? ('json' as const)].flat() as StreamFormat[];
  const schema = write(response, operation, shared);
  return Object.fromEntries(
    types.map((name) => [
      formatTypes[name],
      name === 'json' ? { schema } : itemContent(schema.items as JSONSchema, shared),
    ]),
  );
}

function eventContent(
  operation: Operation,
  sse: NonNullable<Operation['spec']['sse']>,
  shared: Shared,
): oas31.ContentObject {
  const item = eventSchema(sse, (schema) => write(schema, operation, shared));
  return { 'text/event-stream': itemContent(item as JSONSchema, shared) };
}

/** Before OpenAPI 3.2 there is no word for one item of a sequence: readers take the schema for it. */
function itemContent(schema: JSONSchema, { itemSchema }: Shared): oas31.MediaTypeObject {
  return itemSchema ? ({ itemSchema: schema } as oas31.MediaTypeObject) : { schema };
}

/** Each once. They are a few, for which a list is less work than a map. */
function byStatus(kinds: readonly APIErrorClass[]): [status: number, kinds: APIErrorClass[]][] {
  const found: [status: number, kinds: APIErrorClass[]][] = [];
  for (const kind of kinds) {
    const known = found.find(([status]) => status === kind.status)?.[1];
    if (!known) found.push([kind.status, [kind]]);
    else if (!known.includes(kind)) known.push(kind);
  }
  return found.sort(([a], [b]) => a - b);
}

/** One error class of a status is a shared response, and several are one response that may be either. */
function problemResponse(
  kinds: readonly APIErrorClass[],
  shared: Shared,
): oas31.ResponseObject | oas31.ReferenceObject {
  const names = kinds.map((kind) => problemName(kind, shared));
  const make = () => {
    const schemas = names.map((name) => ({ $ref: COMPONENTS + name }));
    return problem(
      kinds.map(titleOf).join(', or '),
      schemas.length === 1 ? (schemas[0] as JSONSchema) : { anyOf: schemas },
      Object.assign({}, ...kinds.map(({ headers }) => headers)),
    );
  };
  return names.length === 1 ? sharedResponse(names[0] as string, make, shared) : make();
}

function otherProblem(shared: Shared): oas31.ReferenceObject {
  const make = () =>
    problem(
      'Any other problem',
      toWire(ProblemDetailsSchema, { mode: 'document' }, shared.components).schema,
    );
  return sharedResponse('ProblemDetails', make, shared);
}

function problemName(kind: APIErrorClass, { components, problems }: Shared): string {
  const known = problems.get(kind);
  if (known !== undefined) return known;
  // Of two classes with one name the second is written too, and found to differ.
  toWire(problemSchema(kind), { mode: 'document' }, components);
  const name = componentName(kind.name);
  problems.set(kind, name);
  return name;
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
  schema: object,
  { component: hint, resource }: Operation,
  { components, written }: Shared,
  { naming = resource?.naming, partial = false, nameless = false }: WriteOptions = {},
): JSONSchema {
  const known = written.get(schema);
  const same = known?.find(
    (one) =>
      one.hint === hint && one.naming === naming && one.partial === partial && one.nameless === nameless,
  );
  if (same) return same.json;
  const { schema: json } = toWire(schema, { mode: 'document', naming, partial, nameless, hint }, components);
  const one = { hint, naming, partial, nameless, json };
  if (known) known.push(one);
  else written.set(schema, [one]);
  return json;
}

/** A schema as it was written, and what it was written with. */
interface Written {
  readonly hint: string;
  readonly naming: Naming | undefined;
  readonly partial: boolean;
  readonly nameless: boolean;
  readonly json: JSONSchema;
}

interface WriteOptions {
  readonly naming?: Naming | undefined;
  readonly partial?: boolean;
  /** Whether the `$id` of the schema itself is left aside. */
  readonly nameless?: boolean;
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
