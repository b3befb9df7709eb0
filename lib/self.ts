/**
 * Where a configured app and a view router keep the functions of the copy of the package that made them. A tool that comes with
 * a copy of its own, as the command line may, has to describe an app by the app's copy: only that knows its options.
 */
export const SELF: unique symbol = Symbol.for('express-viewsets.self') as never;

export interface Self {
  /** `documentOf` */
  documentOf(target: object, options?: object): object;
  /** What `configureApp` was given as `info`. */
  infoOf(app: object): object | undefined;
  /** `toYAML` */
  toYAML(document: object): string;
}

/** The functions of this copy. They stand above the router, so the room `app` puts them in. */
export const self = {} as Self;

/** What made the app or the router, if it was one of our copies. */
export function selfOf(target: object): Self | undefined {
  return (target as { readonly [SELF]?: Self })[SELF];
}

export function mark(target: object): void {
  // Another copy may come to the same app later.
  Object.defineProperty(target, SELF, { value: self, configurable: true });
}
