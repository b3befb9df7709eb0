type Mixin<From, To> = (Base: From) => To;

/**
 * Applies mixins from left to right: `compose(Base, A, B)` is `B(A(Base))`.
 *
 * ```ts
 * class Prices extends compose(Resource({ name: 'Price', schema: Price }), AuditMixin, RetrieveMixin, ListMixin) { ... }
 * ```
 */
export function compose<A>(base: A): A;
export function compose<A, B>(base: A, m1: Mixin<A, B>): B;
export function compose<A, B, C>(base: A, m1: Mixin<A, B>, m2: Mixin<B, C>): C;
export function compose<A, B, C, D>(base: A, m1: Mixin<A, B>, m2: Mixin<B, C>, m3: Mixin<C, D>): D;
export function compose<A, B, C, D, E>(
  base: A,
  m1: Mixin<A, B>,
  m2: Mixin<B, C>,
  m3: Mixin<C, D>,
  m4: Mixin<D, E>,
): E;
export function compose<A, B, C, D, E, F>(
  base: A,
  m1: Mixin<A, B>,
  m2: Mixin<B, C>,
  m3: Mixin<C, D>,
  m4: Mixin<D, E>,
  m5: Mixin<E, F>,
): F;
export function compose<A, B, C, D, E, F, G>(
  base: A,
  m1: Mixin<A, B>,
  m2: Mixin<B, C>,
  m3: Mixin<C, D>,
  m4: Mixin<D, E>,
  m5: Mixin<E, F>,
  m6: Mixin<F, G>,
): G;
export function compose<A, B, C, D, E, F, G, H>(
  base: A,
  m1: Mixin<A, B>,
  m2: Mixin<B, C>,
  m3: Mixin<C, D>,
  m4: Mixin<D, E>,
  m5: Mixin<E, F>,
  m6: Mixin<F, G>,
  m7: Mixin<G, H>,
): H;
export function compose<A, B, C, D, E, F, G, H, I>(
  base: A,
  m1: Mixin<A, B>,
  m2: Mixin<B, C>,
  m3: Mixin<C, D>,
  m4: Mixin<D, E>,
  m5: Mixin<E, F>,
  m6: Mixin<F, G>,
  m7: Mixin<G, H>,
  m8: Mixin<H, I>,
): I;
export function compose(base: unknown, ...mixins: Mixin<unknown, unknown>[]): unknown {
  return mixins.reduce((Base, mixin) => mixin(Base), base);
}
