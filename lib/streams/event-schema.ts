import { type TSchema, Type } from '@sinclair/typebox';
import { ProblemDetailsSchema } from '../errors/index.js';
import type { EventSchemas } from '../inference.js';
import type { Schema } from '../typebox.js';

/** The `data` of the event `gap`: some events are lost for good, so that the client has to read the state anew. */
export const Gap = Type.Object(
  {
    reason: Type.Union([Type.Literal('history'), Type.Literal('slow')], {
      description:
        '`history`: those after `Last-Event-ID` are no longer kept. `slow`: they came faster than they were read.',
    }),
  },
  { $id: 'Gap', description: 'Events are missing: read the state anew.' },
);

/** The schema of the `data` of an event, by its name. The stream itself has the events `error` and `gap`, which no view needs to describe. */
export function dataSchemaOf(
  { event, events = {} }: EventSchemas,
  name: string | undefined,
): Schema | undefined {
  if (name !== undefined && Object.hasOwn(events, name)) return events[name];
  return name === 'gap' ? Gap : event;
}

/** One event of a stream as a JSON Schema in the terms of OpenAPI 3.2 section 4.14.3. `write` is given each schema of data. */
export function eventSchema(
  { event, events = {}, text }: EventSchemas & { readonly text?: boolean | undefined },
  write: (schema: object) => object,
): object {
  const own = Object.entries<object>(events as Readonly<Record<string, object>>);
  const standard = Object.entries<TSchema>({ gap: Gap, error: ProblemDetailsSchema });
  const known = [...own, ...standard.filter(([name]) => !Object.hasOwn(events, name))];
  const described = known.map(([name, schema]) => {
    const isText = text && Object.hasOwn(events, name);
    return oneEvent({ const: name }, isText ? write(schema) : asJSON(write(schema)), true);
  });
  return {
    anyOf: [
      ...(event ? [oneEvent({}, text ? write(event) : asJSON(write(event)), false)] : []),
      ...described,
    ],
  };
}

function asJSON(schema: object): object {
  return { contentMediaType: 'application/json', contentSchema: schema };
}

function oneEvent(name: object, data: object, named: boolean): object {
  return {
    type: 'object',
    required: named ? ['event', 'data'] : ['data'],
    properties: {
      event: { type: 'string', ...name },
      data: { type: 'string', ...data },
      id: { type: 'string' },
      retry: { type: 'integer', minimum: 0 },
    },
  };
}
