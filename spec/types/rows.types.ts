// Static actions as plain data, and what `register` makes of them.

import { type Static, Type } from '@sinclair/typebox';
import type { Request } from 'express';
import {
  type ActionTable,
  APIView,
  APIViewSet,
  action,
  get,
  post,
  ReadOnlyAPIViewSet,
  View,
  ViewRouter,
} from 'express-viewsets';

const Stats = Type.Object({ count: Type.Integer() }, { $id: 'Stats' });
const Query = Type.Object({ since: Type.Integer() });
const Item = Type.Object({ id: Type.Integer(), name: Type.String() }, { $id: 'Item' });
type Item = Static<typeof Item>;
type Key = Pick<Item, 'id'>;

const router = ViewRouter();

/* Rows that fit */

class Items extends ReadOnlyAPIViewSet({ name: 'Item', schema: Item }) {
  static override actions = {
    // added
    stats: get('/stats', { query: Query, response: Stats }),
    publish: action({ method: 'post', detail: true, response: Item }),
    // changed, in part
    list: { summary: 'All of them', tags: ['all'] },
    // taken away
    retrieve: null,
  };
  list() {
    return [];
  }
  retrieve(_key: Key) {
    return null;
  }
  stats({ since }: { since: number }) {
    return { count: since };
  }
  async publish({ id }: Key) {
    return { id, name: '' };
  }
}
router.register(Items);

class Written extends APIView {
  static override readonly actions = {
    stats: { method: 'get', path: '/stats', response: Stats },
  } as const;
  stats() {
    return { count: 1 };
  }
}
router.register(Written, { prefix: '/written' });

class Satisfying extends APIView {
  static override readonly actions = {
    stats: { method: 'get', path: '/stats', response: Stats },
    ping: get(),
  } satisfies ActionTable;
  stats() {
    return { count: 1 };
  }
  ping() {}
}
router.register(Satisfying);

// A table of no particular type is checked when it is registered, and not before.
class Loose extends APIView {
  static override readonly actions: ActionTable = { stats: get('/stats'), nope: get('/nope') };
  stats() {}
}
router.register(Loose);

// TypeScript compares static sides, so a class whose subclasses have rows of their own keeps its type that loose ...
class LooseToo extends Loose {
  static override readonly actions: ActionTable = { stats: { deprecated: true }, nope: null };
}
router.register(LooseToo);

// @ts-expect-error ... as otherwise they would have to repeat each row
class Tight extends Items {
  static override actions = { publish: null };
}

class Raw extends View {
  static override readonly actions = { ping: get('/ping') };
  ping() {
    this.response.send('pong');
  }
}
router.register(Raw);

/* Rows that do not */

class NoMethod extends APIView {
  static override readonly actions = { stats: get('/stats', { response: Stats }) };
}
// @ts-expect-error there is no method for the row
router.register(NoMethod);

class WrongResult extends APIView {
  static override readonly actions = { stats: get('/stats', { response: Stats }) };
  async stats() {
    return 1;
  }
}
// @ts-expect-error a number is no Stats
router.register(WrongResult);

class WrongArgument extends APIView {
  static override readonly actions = { stats: get('/stats', { query: Query }) };
  stats(query: { since: string }) {
    void query;
  }
}
// @ts-expect-error since is a number
router.register(WrongArgument);

class WrongKey extends APIViewSet({ name: 'Item', schema: Item }) {
  static override readonly actions = { publish: post({ detail: true }) };
  list() {
    return [];
  }
  create(item: Item) {
    return item;
  }
  retrieve() {
    return null;
  }
  update() {
    return null;
  }
  destroy() {}
  publish({ id }: { id: string }) {
    void id;
  }
}
// @ts-expect-error the id is a number
router.register(WrongKey);

class WrongWritten extends APIView {
  static override readonly actions = { stats: { method: 'get', response: Stats } } as const;
  stats() {}
}
// @ts-expect-error Stats are to be returned
router.register(WrongWritten);

// @ts-expect-error there is no such method of HTTP
class WrongMethod extends APIView {
  static override readonly actions = { stats: { method: 'fetch' } } as const;
}

/* Classes that can not be made */

class Needy extends View {
  static override readonly actions = { ping: get() };
  constructor(readonly database: { url: string }) {
    super();
  }
  ping() {
    this.response.send(this.database.url);
  }
}
// @ts-expect-error the router has no database
router.register(Needy);
// @ts-expect-error the router has no database, wherever it is
router.register(Needy, { prefix: '/needy' });
router.register(Needy, { factory: (Kind) => new Kind({ url: '' }) });
router.register(Needy, { prefix: '/2', factory: (Kind, request: Request) => new Kind({ url: request.url }) });
// @ts-expect-error the url is a string
router.register(Needy, { factory: (Kind) => new Kind({ url: 1 }) });
// @ts-expect-error that is another view
router.register(Needy, { factory: () => new Items() });

class NeedyWithoutMethod extends Needy {
  static override readonly actions = { ...Needy.actions, pong: get() };
}
// @ts-expect-error there is no pong, with a factory either
router.register(NeedyWithoutMethod, { factory: (Kind) => new Kind({ url: '' }) });

// A subclass that needs no more is fine.
class Served extends Needy {
  constructor() {
    super({ url: 'x' });
  }
}
router.register(Served);

abstract class Abstract extends View {
  @get() ping() {}
}
// @ts-expect-error an abstract class has no instances
router.register(Abstract);
// @ts-expect-error a class, not an instance of it
router.register(new Served());
// @ts-expect-error no view
router.register(class {});
// @ts-expect-error there is no such option
router.register(Served, { path: '/served' });

export { Tight, WrongMethod };
