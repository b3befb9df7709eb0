import type { AbstractConstructor } from './inference.js';
import {
  CreateMixin,
  type CreateView,
  DestroyMixin,
  type DestroyView,
  ListMixin,
  type ListView,
  RetrieveMixin,
  type RetrieveView,
  UpdateMixin,
  type UpdateView,
} from './mixins/index.js';
import { Resource, type ResourceClass, type ResourceOptions } from './resource.js';

/* The presets, a composition each. Their types are written out: an inferred one would lose `abstract` in the .d.ts. */

type Preset<R extends ResourceOptions, Actions> = AbstractConstructor<Actions> & ResourceClass<R>;

/** list, retrieve */
export function ReadOnlyAPIViewSet<const R extends ResourceOptions>(
  options: R,
): Preset<R, ListView<R> & RetrieveView<R>> {
  return ListMixin(RetrieveMixin(Resource(options))) as never;
}

/** list, create */
export function ListCreateAPIViewSet<const R extends ResourceOptions>(
  options: R,
): Preset<R, ListView<R> & CreateView<R>> {
  return ListMixin(CreateMixin(Resource(options))) as never;
}

/** retrieve, update */
export function RetrieveUpdateAPIViewSet<const R extends ResourceOptions>(
  options: R,
): Preset<R, RetrieveView<R> & UpdateView<R>> {
  return RetrieveMixin(UpdateMixin(Resource(options))) as never;
}

/** retrieve, update, destroy */
export function RetrieveUpdateDestroyAPIViewSet<const R extends ResourceOptions>(
  options: R,
): Preset<R, RetrieveView<R> & UpdateView<R> & DestroyView<R>> {
  return RetrieveMixin(UpdateMixin(DestroyMixin(Resource(options)))) as never;
}

/** list, retrieve, update, destroy */
export function ListRetrieveUpdateDestroyAPIViewSet<const R extends ResourceOptions>(
  options: R,
): Preset<R, ListView<R> & RetrieveView<R> & UpdateView<R> & DestroyView<R>> {
  return ListMixin(RetrieveMixin(UpdateMixin(DestroyMixin(Resource(options))))) as never;
}

/** list, create, destroy */
export function ListCreateDestroyAPIViewSet<const R extends ResourceOptions>(
  options: R,
): Preset<R, ListView<R> & CreateView<R> & DestroyView<R>> {
  return ListMixin(CreateMixin(DestroyMixin(Resource(options)))) as never;
}

/** list, create, retrieve, update, destroy */
export function APIViewSet<const R extends ResourceOptions>(
  options: R,
): Preset<R, ListView<R> & CreateView<R> & RetrieveView<R> & UpdateView<R> & DestroyView<R>> {
  return ListMixin(CreateMixin(RetrieveMixin(UpdateMixin(DestroyMixin(Resource(options)))))) as never;
}
