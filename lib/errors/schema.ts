import { type TObject, type TSchema, Type } from '@sinclair/typebox';
import { type APIErrorClass, titleOf } from './api-error.js';
import { typeOfStatus } from './status.js';

const FaultSchema = Type.Union(
  [
    Type.Object({
      detail: Type.String({ description: 'What was expected.' }),
      pointer: Type.String({ description: 'Where in the body, as a JSON Pointer fragment (RFC 6901).' }),
      code: Type.String({ description: 'The rule that does not hold, for programs.' }),
    }),
    Type.Object({
      detail: Type.String({ description: 'What was expected.' }),
      in: Type.Union([Type.Literal('path'), Type.Literal('query'), Type.Literal('header')]),
      parameter: Type.String({ description: 'The name of the parameter.' }),
      code: Type.String({ description: 'The rule that does not hold, for programs.' }),
    }),
  ],
  { $id: 'ProblemFault' },
);

const standard = {
  type: Type.String({ format: 'uri-reference', description: 'What kind of problem it is.' }),
  title: Type.String(),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  detail: Type.String({ description: 'What went wrong this time.' }),
  instance: Type.Optional(Type.String({ format: 'uri-reference', description: 'The path of the request.' })),
  errors: Type.Array(FaultSchema, { description: 'Each fault that was found in the request.' }),
  correlation_id: Type.Optional(
    Type.String({ description: 'Under which the request is found in logs and traces.' }),
  ),
};

/** Problem details as they stand on the wire (RFC 9457 section 3). */
export const ProblemDetailsSchema: TObject = Type.Object(standard, {
  $id: 'ProblemDetails',
  description: 'Problem details (RFC 9457).',
});

/** The schema of one class of problems: its constants, and the members of its own. */
export function problemSchema(kind: APIErrorClass): TSchema {
  return Type.Object(
    {
      ...standard,
      type: Type.Literal(kind.type ?? typeOfStatus(kind.status)),
      title: Type.Literal(titleOf(kind)),
      status: Type.Literal(kind.status),
      ...kind.members?.properties,
    },
    { $id: kind.name },
  );
}
