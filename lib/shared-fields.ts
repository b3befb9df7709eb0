import type { View, ViewStatics } from './view.js';

type Fields = Readonly<Record<string, unknown>>;

const byClass = new WeakMap<object, Fields>();

/**
 * The fields of a class of views that all its instances have in common (`static shared`), such as a repository: an instance
 * serves one request, and what its fields keep should outlive it. They are taken of an instance that is made for this when the view is
 * mounted, and checked then. JavaScript runs the initializers of each instance all the same, so they should cost little.
 *
 * @throws TypeError for what the class can not work with.
 */
export function sharedFields(kind: (new () => View) & Partial<ViewStatics>): Fields | undefined {
  const { shared = [], checkShared } = kind;
  if (shared.length === 0) return undefined;
  const known = byClass.get(kind);
  if (known) return known;
  const probe = instanceOf(kind);
  // A getter is asked at each request: it may depend on it.
  const fields = Object.fromEntries(
    shared.filter((name) => !isGetter(probe, name)).map((name) => [name, probe[name]]),
  );
  checkShared?.(fields, kind);
  byClass.set(kind, fields);
  return fields;
}

function instanceOf(kind: new () => View): Record<string, unknown> {
  try {
    return new kind() as unknown as Record<string, unknown>;
  } catch (cause) {
    throw new TypeError(
      `An instance of ${kind.name} can not be made when it is mounted, before any request: what needs the request is a getter, as in \`get repository() { ... }\`.`,
      { cause },
    );
  }
}

/** A getter with a setter is a field, as `accessor repository = ...` makes one. */
function isGetter(instance: object, name: string): boolean {
  for (let at: object | null = instance; at; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found) return found.get !== undefined && found.set === undefined;
  }
  return false;
}
