import { items } from '../cases.mjs';
import { Item, ours } from '../schema.mjs';

/** An app with one viewset, or with many others in the same router; `configure` is called with it before it is served. */
export default ({ views = 1, configure } = {}) => {
  const { compose, CreateMixin, ListMixin, Resource, RetrieveMixin, ViewRouter } = ours('express-viewsets');

  const viewset = (name) =>
    class extends compose(Resource({ name, schema: Item }), RetrieveMixin, CreateMixin, ListMixin) {
      list() {
        return items;
      }
      create(item) {
        return item;
      }
      retrieve({ id }) {
        return items[id - 1];
      }
    };

  const router = ViewRouter();
  for (let other = 1; other < views; other += 1) {
    router.register(viewset(`Other${other}`), { prefix: `/others-${other}` });
  }
  router.register(viewset('Item'), { prefix: '/items' });
  const app = ours('express')().use(router);
  configure?.(app);
  return app;
};
