// What actions may return: whatever is sent as the schema says.

import { type Static, Type } from '@sinclair/typebox';
import {
  CreateMixin,
  compose,
  ListMixin,
  type Outgoing,
  Resource,
  type ResourceOptions,
  RetrieveMixin,
  UpdateMixin,
} from 'express-viewsets';

const Event = Type.Object({
  id: Type.String(),
  at: Type.String({ format: 'date-time' }),
  state: Type.Union([Type.Literal('draft'), Type.Literal('sent')]),
  tags: Type.Array(Type.String()),
  place: Type.Optional(Type.Object({ lat: Type.Number(), lon: Type.Number() })),
  note: Type.Union([Type.String(), Type.Null()]),
});
type Event = Static<typeof Event>;

const options = { name: 'Event', schema: Event } as const satisfies ResourceOptions;
const Base = compose(Resource(options), ListMixin, CreateMixin, RetrieveMixin, UpdateMixin);

/** A class with a getter, a field that is not declared, and methods. */
class StoredEvent {
  readonly secret = 'not sent';
  readonly tags = new Set(['a']);
  readonly note = null;
  readonly state = 'draft';
  constructor(readonly id: string) {}
  get at() {
    return new Date();
  }
  rename() {}
}

class Document {
  #event: Event;
  constructor(event: Event) {
    this.#event = event;
  }
  toJSON() {
    return { ...this.#event, at: new Date() };
  }
}

export class Events extends Base {
  *list() {
    yield new StoredEvent('a');
  }
  create(event: Event) {
    return { ...event, at: new Date(), more: 'is left out' };
  }
  retrieve({ id }: { id: string }) {
    return id ? new StoredEvent(id) : undefined;
  }
  async update(_key: { id: string }, event: Event) {
    return new Document(event);
  }
}

export class Promised extends Base {
  list() {
    return Promise.resolve(new Map<string, Event>().values());
  }
  // A thenable that is no promise, as query builders are.
  create(event: Event) {
    const query: PromiseLike<Event> = Promise.resolve(event);
    return query;
  }
  retrieve({ id }: { id: string }): Promise<Event | undefined> | null {
    return id ? Promise.resolve(undefined) : null;
  }
  async update() {
    return null;
  }
}

export class Wrong extends Base {
  // @ts-expect-error a string is iterable, and no list of tags
  list() {
    return [{ id: '', at: '', state: 'draft' as const, tags: 'abc', note: null }];
  }
  // @ts-expect-error a place has numbers
  create(event: Event) {
    return { ...event, place: { lat: '1', lon: 2 } };
  }
  // @ts-expect-error there is no such state
  async retrieve() {
    return { id: '', at: '', state: 'lost', tags: [], note: null };
  }
  // @ts-expect-error toJSON has to return an event
  update() {
    return { toJSON: () => 'event' };
  }
}

export class Missing extends Base {
  // @ts-expect-error a list is never undefined
  list() {
    return undefined;
  }
  // @ts-expect-error a create has a result
  create(_event: Event) {}
  retrieve() {
    return null;
  }
  // @ts-expect-error an async generator is nothing that is sent
  async *update() {
    yield 1;
  }
}

function check<T>(_value: Outgoing<T>): void {}
check<string>(new Date());
check<'a' | 'b'>('a');
check<number | null>(null);
check<boolean>(true);
check<readonly string[]>(new Set(['a', new Date()]));
check<{ a?: number }>({});
check<unknown>({ any: 'thing' });
check<Record<string, string>>({ at: new Date() });
check<[number, string]>([1, '2']);
// @ts-expect-error a literal is no date
check<'a' | 'b'>(new Date());
// @ts-expect-error a date is no number
check<number>(new Date());
// @ts-expect-error one of the elements is wrong
check<string[]>(new Set([1]));
