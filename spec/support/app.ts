import { type Static, Type } from '@sinclair/typebox';
import express, { type Express } from 'express';
import { APIViewSet, configureApp, type Logger, ViewRouter, type ViewRouterOptions } from 'express-viewsets';

export const Item = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    name: Type.String({ minLength: 1 }),
    price: Type.Integer({ minimum: 0 }),
  },
  { $id: 'Item' },
);
export type Item = Static<typeof Item>;

/** A viewset over a map of its own. */
export function itemViewSet(items = new Map<number, Item>()) {
  return class ItemViewSet extends APIViewSet({ name: 'Item', schema: Item }) {
    list() {
      return items.values();
    }
    create(item: Item) {
      items.set(item.id, item);
      return item;
    }
    async retrieve({ id }: Pick<Item, 'id'>) {
      return items.get(id);
    }
    update({ id }: Pick<Item, 'id'>, item: Item) {
      if (!items.has(id)) return undefined;
      items.set(id, item);
      return item;
    }
    destroy({ id }: Pick<Item, 'id'>) {
      items.delete(id);
    }
  };
}

export const info = { title: 'Test', version: '1.0.0' };

/** A logger that keeps its lines. */
export function memoryLogger(): Logger & { lines: { fields: object; message: string }[] } {
  const lines: { fields: object; message: string }[] = [];
  return { lines, error: (fields, message) => lines.push({ fields, message }) };
}

type Registered = Parameters<ViewRouter['register']>[0];

/** An app with the views on one router, configured. */
export function appOf(views: Registered[], options: ViewRouterOptions & { logger?: Logger } = {}): Express {
  const { logger, ...routerOptions } = options;
  const router = ViewRouter(routerOptions);
  for (const view of views) router.register(view);
  const app = express();
  app.use(router);
  configureApp(app, { info, ...(logger && { logger }) });
  return app;
}
