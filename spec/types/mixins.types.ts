// Mixins, those of the package and one's own, nested and composed. All of it is exported, as .ci/types.mjs also asks
// for declarations: a mixin whose result can not be named there is no use to a library.

import { type Static, Type } from '@sinclair/typebox';
import {
  type AbstractConstructor,
  APIView,
  type APIViewClass,
  APIViewSet,
  type Awaitable,
  CreateMixin,
  compose,
  DestroyMixin,
  type DetailParams,
  get,
  ListMixin,
  PartialUpdateMixin,
  post,
  Resource,
  type ResourceClass,
  type ResourceOptions,
  RetrieveMixin,
  UpdateMixin,
  type ViewClass,
  ViewRouter,
} from 'express-viewsets';

const Price = Type.Object({ id: Type.Integer(), amount: Type.Number() }, { $id: 'Price' });
type Price = Static<typeof Price>;
type Key = Pick<Price, 'id'>;
const prices: Price[] = [];

/* Of one's own: a hook */

/** Overrides protected hooks only: what it returns is what it is given. */
export function AuditMixin<C extends ViewClass>(Base: C): C {
  abstract class Audit extends Base {
    protected override async authorize() {
      await super.authorize();
    }
    protected override async perform(call: () => Awaitable<unknown>) {
      const result = await super.perform(call);
      return result ?? null;
    }
    protected override finalize(result: unknown) {
      this.response.setHeader('X-Audit', typeof result);
      return super.finalize(result);
    }
  }
  return Audit;
}

/* Of one's own: an action */

/** The public side of a mixin with an action is declared, so that it has a name in declarations. */
export interface HistoryView {
  history(): string[];
}

export function HistoryMixin<C extends APIViewClass>(Base: C): AbstractConstructor<HistoryView> & C {
  abstract class History extends Base {
    @get({ response: Type.Array(Type.String()) }) history() {
      return [this.action.operationId];
    }
  }
  return History;
}

/** An action on one resource, whatever its key is. */
export interface PublishView<R extends ResourceOptions> {
  publish(key: DetailParams<R>): Promise<void>;
}

export function PublishMixin<C extends ResourceClass>(
  Base: C,
): AbstractConstructor<PublishView<C['resource']>> & C {
  abstract class Publish extends Base {
    @post({ detail: true }) async publish(_key: DetailParams<C['resource']>) {}
  }
  return Publish;
}

/** An abstract action is declared by an abstract class: an interface would not ask for it. */
export declare abstract class ExportView {
  abstract lines(): Awaitable<Iterable<string>>;
}

export function ExportMixin<C extends APIViewClass>(Base: C): AbstractConstructor<ExportView> & C {
  abstract class Export extends Base {
    abstract lines(): Awaitable<Iterable<string>>;
    @get({ response: Type.String() }) async export() {
      return [...(await this.lines())].join('\n');
    }
  }
  return Export;
}

/* Nested and composed, both ways round */

export class Nested extends ListMixin(RetrieveMixin(AuditMixin(Resource({ name: 'Price', schema: Price })))) {
  list() {
    return prices;
  }
  retrieve({ id }: Key) {
    return prices[id];
  }
}

export class Composed extends compose(
  Resource({ name: 'Price', schema: Price }),
  AuditMixin,
  HistoryMixin,
  PublishMixin,
  RetrieveMixin,
  ListMixin,
) {
  list() {
    return this.history().length > 0 ? prices : [];
  }
  async retrieve({ id }: Key) {
    await this.publish({ id });
    // @ts-expect-error the key of a price is a number
    await this.publish({ id: 'a' });
    return prices[id];
  }
}

export class OnPreset extends AuditMixin(ExportMixin(APIViewSet({ name: 'Price', schema: Price }))) {
  list() {
    return prices;
  }
  create(price: Price) {
    return price;
  }
  retrieve({ id }: Key) {
    return prices[id];
  }
  update(_key: Key, price: Price) {
    return price;
  }
  destroy() {}
  lines() {
    return prices.map(({ id }) => String(id));
  }
}

export class OnView extends HistoryMixin(AuditMixin(APIView)) {
  @get('/first', { response: Type.String() }) first() {
    return this.history()[0] ?? '';
  }
}

ViewRouter().register(Nested).register(Composed).register(OnPreset).register(OnView);

/* A mixin with a static side of its own, and one that asks for something of its base */

export function TaggedMixin<C extends ViewClass>(Base: C): C & { readonly label: string } {
  abstract class Tagged extends Base {
    static readonly label = 'tagged';
  }
  return Tagged;
}

export function ShoutingMixin<C extends APIViewClass<APIView & HistoryView>>(Base: C): C {
  abstract class Shouting extends Base {
    override history() {
      return super.history().map((line) => line.toUpperCase());
    }
  }
  return Shouting;
}

export class Shouted extends compose(APIView, HistoryMixin, ShoutingMixin, TaggedMixin) {}
export const label: string = Shouted.label;

// @ts-expect-error there is no history to shout
compose(APIView, ShoutingMixin);
// @ts-expect-error the mixins of the package read the schema of a resource
ListMixin(APIView);

/* One to eight of them */

const base = Resource({ name: 'Price', schema: Price });
export abstract class One extends compose(base, ListMixin) {}
export abstract class Two extends compose(base, ListMixin, CreateMixin) {}
export abstract class Three extends compose(base, ListMixin, CreateMixin, RetrieveMixin) {}
export abstract class Four extends compose(base, ListMixin, CreateMixin, RetrieveMixin, UpdateMixin) {}
export abstract class Five extends compose(
  base,
  ListMixin,
  CreateMixin,
  RetrieveMixin,
  UpdateMixin,
  PartialUpdateMixin,
) {}
export abstract class Six extends compose(
  base,
  ListMixin,
  CreateMixin,
  RetrieveMixin,
  UpdateMixin,
  PartialUpdateMixin,
  DestroyMixin,
) {}
export abstract class Seven extends compose(
  base,
  AuditMixin,
  ListMixin,
  CreateMixin,
  RetrieveMixin,
  UpdateMixin,
  PartialUpdateMixin,
  DestroyMixin,
) {}
export abstract class Eight extends compose(
  base,
  HistoryMixin,
  AuditMixin,
  ListMixin,
  CreateMixin,
  RetrieveMixin,
  UpdateMixin,
  PartialUpdateMixin,
  DestroyMixin,
) {}

export const keys = (eight: Eight): (keyof Eight)[] => {
  void eight.history().length;
  return ['history', 'list', 'create', 'retrieve', 'update', 'partialUpdate', 'destroy'];
};

// @ts-expect-error all six are missing
export class MissesSix extends Six {}

// @ts-expect-error lines is missing
export class MissesLines extends compose(base, ExportMixin) {}
