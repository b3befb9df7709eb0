import { parseTemplate } from '../paths.js';

export interface Match<Target> {
  readonly target: Target;
  /** The raw texts of the parameters, in the order of the path. */
  readonly values: readonly string[];
}

interface Node<Target> {
  readonly literals: Map<string, Node<Target>>;
  parameter: Node<Target> | undefined;
  readonly methods: Map<string, Target>;
}

/**
 * The routes of a router as a tree of path segments, so that finding one takes the length of the path and not the
 * number of routes. A literal segment wins over a parameter, whatever the order of registration.
 */
export class RouteIndex<Target> {
  readonly #root = node<Target>();
  readonly #caseSensitive: boolean;
  readonly #strict: boolean;

  /** `strict`: a trailing slash counts; both options as in Express, both false by default. */
  constructor({
    caseSensitive = false,
    strict = false,
  }: { caseSensitive?: boolean | undefined; strict?: boolean | undefined } = {}) {
    this.#caseSensitive = caseSensitive;
    this.#strict = strict;
  }

  /** Adds a route; what stands there already is returned instead, and stays. */
  add(method: string, template: string, target: Target): Target | undefined {
    let at = this.#root;
    for (const segment of parseTemplate(template)) {
      if ('parameter' in segment) {
        at.parameter ??= node();
        at = at.parameter;
      } else {
        const literal = this.#caseSensitive ? segment.literal : segment.literal.toLowerCase();
        let next = at.literals.get(literal);
        if (!next) {
          next = node();
          at.literals.set(literal, next);
        }
        at = next;
      }
    }
    const taken = at.methods.get(method);
    if (taken === undefined) at.methods.set(method, target);
    return taken;
  }

  match(path: string, method: string): Match<Target> | undefined {
    const values: string[] = [];
    const target = this.#find(this.#root, this.#trimmed(path), 0, values, ofMethod, method);
    return target === undefined ? undefined : { target, values };
  }

  /** What each method that the path takes stands for, the most literal path first; none where the path is unknown. */
  allowed(path: string): Map<string, Target> | undefined {
    const found = new Map<string, Target>();
    this.#find(this.#root, this.#trimmed(path), 0, [], noteMethods, found);
    return found.size > 0 ? found : undefined;
  }

  /** Goes on at `from`, where a slash stands and then a segment, or where the path ends. */
  #find<Wanted>(
    at: Node<Target>,
    path: string,
    from: number,
    values: string[],
    take: (node: Node<Target>, wanted: Wanted) => Target | undefined,
    wanted: Wanted,
  ): Target | undefined {
    if (from === path.length) return take(at, wanted);
    if (path[from] !== '/') return undefined;
    const slash = path.indexOf('/', from + 1);
    const end = slash < 0 ? path.length : slash;
    const segment = path.slice(from + 1, end);
    const literal = this.#literal(at, segment);
    const found = literal && this.#find(literal, path, end, values, take, wanted);
    if (found !== undefined || !at.parameter || segment === '') return found;
    values.push(segment);
    const viaParameter = this.#find(at.parameter, path, end, values, take, wanted);
    if (viaParameter === undefined) values.pop();
    return viaParameter;
  }

  /** Mostly it is sent as it is spelt here, in lower case. */
  #literal({ literals }: Node<Target>, segment: string): Node<Target> | undefined {
    if (literals.size === 0) return undefined;
    return literals.get(segment) ?? (this.#caseSensitive ? undefined : literals.get(segment.toLowerCase()));
  }

  /** Without the slash at the end, where it does not count. */
  #trimmed(path: string): string {
    return path === '/' || (!this.#strict && path.endsWith('/')) ? path.slice(0, -1) : path;
  }
}

function ofMethod<Target>({ methods }: Node<Target>, method: string): Target | undefined {
  return methods.get(method);
}

/** Takes none, so that all nodes are come to. */
function noteMethods<Target>({ methods }: Node<Target>, found: Map<string, Target>): undefined {
  for (const [method, target] of methods) if (!found.has(method)) found.set(method, target);
}

function node<Target>(): Node<Target> {
  return { literals: new Map(), parameter: undefined, methods: new Map() };
}
