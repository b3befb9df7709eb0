import type { AbstractConstructor, Answer, DetailParams } from '../inference.js';
import type { ResourceClass, ResourceOptions } from '../resource.js';

/** A view with `destroy`: DELETE on one resource, 204 without a body. Throw `NotFound` where it is missing. */
export declare abstract class DestroyView<R extends ResourceOptions> {
  abstract destroy(key: DetailParams<R>): Answer<void>;
}

export function DestroyMixin<C extends ResourceClass>(
  Base: C,
): AbstractConstructor<DestroyView<C['resource']>> & C {
  abstract class Destroy extends Base {
    static override readonly actions = {
      destroy: { method: 'delete', path: '', detail: true },
    } as const;
  }
  return Destroy as never;
}
