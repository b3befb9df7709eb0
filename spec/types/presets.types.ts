// Each preset asks for its actions, with arguments and results inferred from the schema, and for nothing else.

import { type Static, Type } from '@sinclair/typebox';
import {
  APIViewSet,
  ListCreateAPIViewSet,
  ListCreateDestroyAPIViewSet,
  ListRetrieveUpdateDestroyAPIViewSet,
  ReadOnlyAPIViewSet,
  RetrieveUpdateAPIViewSet,
  RetrieveUpdateDestroyAPIViewSet,
  ViewRouter,
} from 'express-viewsets';

const Item = Type.Object(
  { id: Type.String({ format: 'uuid' }), name: Type.String(), price: Type.Integer() },
  { $id: 'Item' },
);
type Item = Static<typeof Item>;
type Key = Pick<Item, 'id'>;

const items = new Map<string, Item>();
const options = { name: 'Item', schema: Item } as const;

export class ReadOnly extends ReadOnlyAPIViewSet(options) {
  list() {
    return [...items.values()];
  }
  retrieve({ id }: Key) {
    return items.get(id);
  }
}

export class ListCreate extends ListCreateAPIViewSet(options) {
  async list() {
    return items.values();
  }
  async create(item: Item) {
    return item;
  }
}

export class RetrieveUpdate extends RetrieveUpdateAPIViewSet(options) {
  retrieve({ id }: Key) {
    return items.get(id) ?? null;
  }
  update({ id }: Key, item: Item) {
    items.set(id, item);
    return item;
  }
}

export class RetrieveUpdateDestroy extends RetrieveUpdateDestroyAPIViewSet(options) {
  retrieve({ id }: Key) {
    return items.get(id);
  }
  update(_key: Key, item: Item) {
    return item;
  }
  destroy({ id }: Key) {
    items.delete(id);
  }
}

export class ListRetrieveUpdateDestroy extends ListRetrieveUpdateDestroyAPIViewSet(options) {
  list() {
    return new Set(items.values());
  }
  retrieve({ id }: Key) {
    return items.get(id);
  }
  update(_key: Key, item: Item) {
    return item;
  }
  async destroy({ id }: Key) {
    items.delete(id);
  }
}

export class ListCreateDestroy extends ListCreateDestroyAPIViewSet(options) {
  list() {
    return [];
  }
  create(item: Item) {
    return item;
  }
  destroy() {}
}

export class Full extends APIViewSet(options) {
  list() {
    return items.values();
  }
  create(item: Item) {
    return item;
  }
  retrieve({ id }: Key) {
    return items.get(id);
  }
  update(_key: Key, item: Item) {
    return item;
  }
  destroy({ id }: Key) {
    items.delete(id);
  }
}

const router = ViewRouter();
router.register(ReadOnly).register(ListCreate).register(RetrieveUpdate).register(RetrieveUpdateDestroy);
router.register(ListRetrieveUpdateDestroy).register(ListCreateDestroy, { prefix: '/a' }).register(Full);

// @ts-expect-error retrieve is missing
class NoRetrieve extends ReadOnlyAPIViewSet(options) {
  list() {
    return [];
  }
}

// @ts-expect-error all five are missing
class Nothing extends APIViewSet(options) {}

// An abstract class may leave them to its subclasses ...
abstract class Later extends APIViewSet(options) {}
// @ts-expect-error ... and can not be registered itself
router.register(Later);

class WrongArguments extends RetrieveUpdateAPIViewSet(options) {
  // @ts-expect-error the key is a string
  retrieve({ id }: { id: number }) {
    return items.get(String(id));
  }
  // @ts-expect-error two arguments are handed over
  update(_key: Key, item: Item, _more: string) {
    return item;
  }
}

class WrongResults extends APIViewSet(options) {
  // @ts-expect-error an array of items, not of their ids
  list() {
    return [...items.keys()];
  }
  // @ts-expect-error the price is missing
  create({ id, name }: Item) {
    return { id, name };
  }
  // @ts-expect-error a promise of the wrong thing
  async retrieve({ id }: Key) {
    return id;
  }
  // @ts-expect-error null is the answer of retrieve, not a list
  update(_key: Key, _item: Item) {
    return [];
  }
  // @ts-expect-error nothing is sent, so nothing is returned
  destroy({ id }: Key) {
    return id;
  }
}

// @ts-expect-error a resource needs a schema
ReadOnlyAPIViewSet({ name: 'Item' });
// @ts-expect-error a resource needs a name
ReadOnlyAPIViewSet({ schema: Item });
// @ts-expect-error a schema is one of TypeBox's
ReadOnlyAPIViewSet({ name: 'Item', schema: { type: 'object' } });

export const refused = [NoRetrieve, Nothing, WrongArguments, WrongResults];
