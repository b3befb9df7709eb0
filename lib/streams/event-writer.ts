import type { EventStreamSpec } from '../action.js';
import { type Operation, responseCheckOf } from '../operation.js';
import { ResponseMismatch, responseOutput, type WriteOutput } from '../schema/index.js';
import type { Schema } from '../typebox.js';
import { frameOf, isEvent } from './event-frame.js';
import { dataSchemaOf } from './event-schema.js';

/** Makes the frame of what a source yields; `report` gets the misfits that are let pass. */
export type WriteEvent = (item: unknown, report: (mismatch: ResponseMismatch) => void) => string;

/**
 * Compiles the check and the serialization of the events of an operation.
 *
 * @throws TypeError for schemas that can not be served.
 */
export function eventWriter(operation: Operation, spec: EventStreamSpec): WriteEvent {
  const { component, handler, resource, view } = operation;
  const hint = `${component}.${handler}`;
  const options = { hint, naming: resource?.naming, check: responseCheckOf(view), textOnly: !spec.text };
  const writers = new Map<Schema, WriteOutput>();
  for (const name of [undefined, 'gap', ...Object.keys(spec.events ?? {})]) {
    const schema = dataSchemaOf(spec, name);
    if (schema && !writers.has(schema)) writers.set(schema, responseOutput(schema, options));
  }
  return (item, report) => {
    const event = isEvent(item) ? item : { data: item };
    const schema = dataSchemaOf(spec, event.event);
    const write = schema && writers.get(schema);
    if (!write) throw new ResponseMismatch(undescribed(hint, event.event, spec));
    const { value, text } = write(event.data, report);
    return frameOf(event, spec.text && typeof value === 'string' ? value : text);
  };
}

function undescribed(hint: string, name: unknown, { events = {} }: EventStreamSpec): string {
  const known = Object.keys(events).join(', ');
  return `${hint} yields ${typeof name === 'string' ? `the event ${JSON.stringify(name)}` : 'an event without a name'}, which has no schema: its events are ${known}.`;
}
