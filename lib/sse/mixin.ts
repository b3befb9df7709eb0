import type { AbstractConstructor, ActionArgs, Answer, EventSchemas, EventSource } from '../inference.js';
import type { ResourceClass, ResourceOptions } from '../resource.js';
import { eventAction, type SSEOptions } from './sse.js';

/** A view with `events`: GET /events on the collection, server-sent events. */
export declare abstract class EventsView<R extends ResourceOptions, O extends SSEOptions> {
  abstract events(...args: EventsArgs<R, O>): Answer<EventSource<EventsOf<R, O>>>;
}

type EventsArgs<R extends ResourceOptions, O extends SSEOptions> = ActionArgs<O, { readonly resource: R }>;

/** Where no schema is given, the data of an event is the resource itself. */
type EventsOf<R extends ResourceOptions, O extends SSEOptions> = O extends
  | { readonly event: object }
  | { readonly events: object }
  ? Pick<O, keyof O & keyof EventSchemas>
  : { readonly event: R['schema'] };

/**
 * Adds the action `events`, at `/events`. Without `event` or `events` the data of each event is the resource.
 *
 * ```ts
 * class Prices extends ServerSentEventsMixin(ListMixin(Resource({ name: 'Price', schema: Price }))) {
 *   async *events() { yield { event: 'changed', data: price }; }
 * }
 * ```
 */
export function ServerSentEventsMixin<
  C extends ResourceClass,
  const O extends SSEOptions = Record<never, never>,
>(Base: C, options?: O): AbstractConstructor<EventsView<C['resource'], O>> & C {
  const given: SSEOptions = options ?? {};
  const schemas = given.event || given.events ? {} : { event: Base.resource.schema };
  abstract class Events extends Base {
    static override readonly actions = {
      events: eventAction({ path: '/events', ...schemas, ...given }),
    } as const;
  }
  return Events as never;
}
