import type { Schema } from '../typebox.js';
import type * as oas31 from 'openapi3-ts/oas31';
import {
  type APIErrorClass,
  BadRequest,
  NotAcceptable,
  PayloadTooLarge,
  ProblemDetailsSchema,
  problemSchema,
  titleOf,
  UnprocessableEntity,
  UnsupportedMediaType,
} from '../errors/index.js';
import type { Operation } from '../operation.js';
import { parametersOf } from '../paths.js';
import { type Components, isObject, type JSONSchema, type Naming, toWire } from '../schema/index.js';

/** What the operations of one document have in common. */
export interface Shared {
  readonly components: Components;
  readonly responses: Map<string, oas31.ResponseObject>;
  readonly validationStatus: 400 | 422;
}

/** Describes one operation: what it takes, what it answers, and every problem it is known to answer. */
export function operationObject(
  operation: Operation,
  path: string,
  operationId: string,
  shared: Shared,
): oas31.OperationObject {
  const { spec, resource, name, component } = operation;
  const requestBody = bodyOf(operation, shared);
  return {
    operationId,
    summary: spec.summary ?? sentence(`${name} ${component}`),
    ...(spec.description && { description: spec.description }),
    tags: [...(spec.tags ?? resource?.tags ?? [component])],
    ...(spec.deprecated && { deprecated: true }),
    parameters: [
      ...pathParameters(operation, path, shared),
      ...parameters(operation, 'query', shared),
      ...parameters(operation, 'header', shared),
    ],
    ...(requestBody && { requestBody }),
    responses: responsesOf(operation, shared),
    ...(spec.security && { security: spec.security as oas31.SecurityRequirementObject[] }),
  };
}

function pathParameters(operation: Operation, path: string, shared: Shared): oas31.ParameterObject[] {
  const properties = operation.params ? write(operation.params, operation, shared, 'as_is').properties : {};
  return parametersOf(path).map((name) =>
    parameter(name, 'path', (properties as Record<string, JSONSchema>)[name] ?? { type: 'string' }, true),
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
  );
  return Object.entries(properties as Record<string, JSONSchema>).map(([name, property]) =>
    parameter(name, source, property, (required as string[]).includes(name) && !('default' in property)),
  );
}

function parameter(
  name: string,
  source: oas31.ParameterLocation,
  property: JSONSchema,
  required: boolean,
): oas31.ParameterObject {
  const { description, deprecated, ...schema } = property;
  return {
    name,
    in: source,
    required,
    ...(typeof description === 'string' && { description }),
    ...(deprecated === true && { deprecated }),
    schema,
  };
}

function bodyOf(operation: Operation, shared: Shared): oas31.RequestBodyObject | undefined {
  const { body } = operation.spec;
  if (!body) return undefined;
  const media: oas31.MediaTypeObject = { schema: write(body, operation, shared) };
  const types = operation.consumes.filter((type) => !type.includes('*'));
  return { required: true, content: Object.fromEntries(types.map((type) => [type, media])) };
}

function responsesOf(operation: Operation, shared: Shared): oas31.ResponsesObject {
  const { checked, status } = operation;
  const responses: oas31.ResponsesObject = { [status]: success(operation, shared) };
  if (!checked) return responses;
  for (const [code, kinds] of byStatus(problemsOf(operation, shared)))
    responses[code] = problemResponse(kinds, shared);
  // 405, 500 and whatever middleware and the network answer.
  responses.default = sharedResponse('Problem', 'Any other problem', ProblemDetailsSchema, shared);
  return responses;
}

function success(operation: Operation, shared: Shared): oas31.ResponseObject {
  const { spec, status, checked } = operation;
  const described: oas31.ResponseObject = { description: descriptions[status] ?? 'Success' };
  if (operation.location)
    described.headers = {
      Location: {
        description: 'The path of the resource.',
        schema: { type: 'string', format: 'uri-reference' },
      },
    };
  if (checked && spec.response && !spec.empty)
    described.content = { 'application/json': { schema: write(spec.response, operation, shared) } };
  return described;
}

const descriptions: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
};

/** What the router answers by itself, and what the action says it throws. */
function problemsOf({ spec, params }: Operation, { validationStatus }: Shared): APIErrorClass[] {
  const { body, query, headers, response, empty, errors = [] } = spec;
  const Refusal = validationStatus === 422 ? UnprocessableEntity : BadRequest;
  return [
    ...((params ?? body ?? query ?? headers)
      ? [Refusal, ...(validationStatus === 422 ? [BadRequest] : [])]
      : []),
    ...(response && !empty ? [NotAcceptable] : []),
    ...(body ? [PayloadTooLarge, UnsupportedMediaType] : []),
    ...errors,
    ...(spec.raises ?? []).flatMap(([, to]) => (isErrorClass(to) ? [to] : [])),
  ];
}

function isErrorClass(to: unknown): to is APIErrorClass {
  return typeof (to as Partial<APIErrorClass>).status === 'number';
}

function byStatus(kinds: readonly APIErrorClass[]): Map<number, Set<APIErrorClass>> {
  const found = new Map<number, Set<APIErrorClass>>();
  for (const kind of [...kinds].sort((a, b) => a.status - b.status)) {
    found.set(kind.status, (found.get(kind.status) ?? new Set()).add(kind));
  }
  return found;
}

function problemResponse(
  kinds: ReadonlySet<APIErrorClass>,
  shared: Shared,
): oas31.ResponseObject | oas31.ReferenceObject {
  const references = [...kinds].map((kind) =>
    sharedResponse(kind.name, titleOf(kind), problemSchema(kind), shared, kind.headers),
  );
  if (references.length === 1) return references[0] as oas31.ReferenceObject;
  return {
    description: [...kinds].map(titleOf).join(', or '),
    content: {
      'application/problem+json': {
        schema: { anyOf: [...kinds].map(({ name }) => ({ $ref: `#/components/schemas/${name}` })) },
      },
    },
  };
}

function sharedResponse(
  name: string,
  description: string,
  schema: Schema,
  { components, responses }: Shared,
  headers: Readonly<Record<string, string>> = {},
): oas31.ReferenceObject {
  // The schema is written each time: two error classes of one name are then found to differ.
  const written = toWire(schema, { mode: 'document' }, components).schema;
  if (!responses.has(name)) {
    const described = Object.keys(headers).map((header) => [header, { schema: { type: 'string' } }] as const);
    responses.set(name, {
      description,
      ...(described.length > 0 && { headers: Object.fromEntries(described) as oas31.HeadersObject }),
      content: { 'application/problem+json': { schema: written } },
    });
  }
  return { $ref: `#/components/responses/${name}` };
}

function write(
  schema: Schema,
  operation: Operation,
  { components }: Shared,
  naming: Naming | undefined = operation.resource?.naming,
): JSONSchema {
  const { schema: written } = toWire(
    schema,
    { mode: 'document', naming, hint: operation.component },
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
