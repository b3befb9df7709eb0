import type { AbstractConstructor } from '../inference.js';
import type { Repository } from '../repository/index.js';
import { Resource, type ResourceClass } from '../resource.js';
import { GenericCreateMixin, type GenericCreateView } from './create.js';
import { GenericDestroyMixin, type GenericDestroyView } from './destroy.js';
import { GenericListMixin, type GenericListView } from './list.js';
import type { GenericOptions, ListMethod } from './options.js';
import { GenericPartialUpdateMixin, type GenericPartialUpdateView } from './partial-update.js';
import { GenericRetrieveMixin, type GenericRetrieveView } from './retrieve.js';
import type { StoreView } from './store-view.js';
import { GenericUpdateMixin, type GenericUpdateView } from './update.js';

/* The presets, a composition each. Their types are written out: an inferred one would lose `abstract` in the .d.ts. */

type Preset<R extends GenericOptions, Actions, Methods extends keyof Repository> = AbstractConstructor<
  Actions & StoreView<R, Methods>
> &
  ResourceClass<R>;

type Reading<R extends GenericOptions> = ListMethod<R> | 'get';

/** list, create, retrieve, update, partial update, destroy */
export function GenericViewSet<const R extends GenericOptions>(
  options: R,
): Preset<
  R,
  GenericListView<R> &
    GenericCreateView<R> &
    GenericRetrieveView<R> &
    GenericUpdateView<R> &
    GenericPartialUpdateView<R> &
    GenericDestroyView<R>,
  Reading<R> | 'create' | 'updateOne' | 'delete'
> {
  return GenericListMixin(
    GenericCreateMixin(
      GenericRetrieveMixin(
        GenericUpdateMixin(GenericPartialUpdateMixin(GenericDestroyMixin(Resource(options)))),
      ),
    ),
  ) as never;
}

/** list, retrieve */
export function ReadOnlyGenericViewSet<const R extends GenericOptions>(
  options: R,
): Preset<R, GenericListView<R> & GenericRetrieveView<R>, Reading<R>> {
  return GenericListMixin(GenericRetrieveMixin(Resource(options))) as never;
}

/** list, create */
export function ListCreateGenericViewSet<const R extends GenericOptions>(
  options: R,
): Preset<R, GenericListView<R> & GenericCreateView<R>, ListMethod<R> | 'create'> {
  return GenericListMixin(GenericCreateMixin(Resource(options))) as never;
}

/** list, create, retrieve */
export function ListCreateRetrieveGenericViewSet<const R extends GenericOptions>(
  options: R,
): Preset<R, GenericListView<R> & GenericCreateView<R> & GenericRetrieveView<R>, Reading<R> | 'create'> {
  return GenericListMixin(GenericCreateMixin(GenericRetrieveMixin(Resource(options)))) as never;
}

/** retrieve, update, partial update, destroy */
export function RetrieveUpdateDestroyGenericViewSet<const R extends GenericOptions>(
  options: R,
): Preset<
  R,
  GenericRetrieveView<R> & GenericUpdateView<R> & GenericPartialUpdateView<R> & GenericDestroyView<R>,
  'get' | 'updateOne' | 'delete'
> {
  return GenericRetrieveMixin(
    GenericUpdateMixin(GenericPartialUpdateMixin(GenericDestroyMixin(Resource(options)))),
  ) as never;
}
